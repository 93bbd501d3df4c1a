/* The file sink: a line for each message, whole or not at all, whatever happens to the file. */
#include "post.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[64];

static int make_path(void **state)
{
    (void)state;
    strcpy(path, "/tmp/newswatchd-alerts-XXXXXX");
    int fd = mkstemp(path);
    close(fd);
    return fd < 0;
}

static int drop_path(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_whole(const char *text)
{
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static const char *contents(void)
{
    static char text[1 << 16];
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    assert_true(n >= 0);
    close(fd);
    text[n] = '\0';
    return text;
}

#define LINE(value) "{\"topic\":\"news\",\"key\":\"outlet\",\"headers\":{\"ce_id\":\"0123\",\"empty\":\"\",\"rules\":\"a,b\"},\"value\":" value "}\n"

static void each_message_is_a_line(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_FILE, path);
    assert_null(courier_address(p.courier));
    post_message(&p, SV("{\"item\":{\"title\":\"\\u0007 Аляска\"}}"));
    post_rows(&p, 1);
    post_run(&p, 2, 0);
    assert_string_equal(contents(), LINE("{\"item\":{\"title\":\"\\u0007 Аляска\"}}") LINE("2"));
    post_close(&p);
    post_open(&p, PUBLISH_FILE, path); /* it is gone on with */
    post_rows(&p, 1);
    post_run(&p, 1, 0);
    assert_string_equal(contents(), LINE("{\"item\":{\"title\":\"\\u0007 Аляска\"}}") LINE("2") LINE("1"));
    post_close(&p);
}

static void more_rows_than_are_synced_at_once_all_arrive(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_FILE, path);
    post_rows(&p, 1900);
    assert_int_equal(courier_pump(p.courier, 0), 0);
    assert_int_equal(courier_pump(p.courier, 0), 0);
    assert_int_equal(courier_pump(p.courier, 0), -1); /* reports come first */
    assert_int_equal(courier_under_way(p.courier), 1000);
    post_run(&p, 1900, 0);
    for (int row = 1; row <= 1900; row++)
        assert_int_equal(p.reports[row], 1);
    post_close(&p);
}

static void half_an_alert_that_a_crash_left_is_cut_off(void **state)
{
    (void)state;
    static const char *const halves[] = {"{", "{\"top", "{\"topic\":\"news\",\"key\":"};
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
        for (int before = 0; before < 2; before++) {
            char text[512];
            struct post p;
            snprintf(text, sizeof text, "%s%s", before ? LINE("7") : "", halves[i]);
            write_whole(text);
            post_open(&p, PUBLISH_FILE, path);
            post_rows(&p, 1);
            post_run(&p, 1, 0);
            assert_string_equal(contents(), before ? LINE("7") LINE("1") : LINE("1"));
            post_close(&p);
        }
}

static void a_file_that_is_no_alerts_is_left_alone(void **state)
{
    (void)state;
    struct post p = {0};
    write_whole("Dear reader,\nthis is a letter without a line feed at its end");
    assert_false(post_try(&p, PUBLISH_FILE, path, NULL, 0));
    assert_says(p.error, path);
    assert_says(p.error, "is it the right file?");
    assert_string_equal(contents(), "Dear reader,\nthis is a letter without a line feed at its end");
    assert_false(post_try(&p, PUBLISH_FILE, "/tmp", NULL, 0));
    assert_says(p.error, "/tmp: cannot be opened for alerts: Is a directory");
    assert_false(post_try(&p, PUBLISH_FILE, "/nowhere/alerts", NULL, 0));
    assert_says(p.error, "No such file or directory");
}

static void limit_files(rlim_t size)
{
    const struct rlimit limit = {size, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_leaves_no_half_line_and_nothing_is_lost(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_FILE, path);
    limit_files(sizeof LINE("1") + 20); /* the second line in part */
    post_rows(&p, 2);
    post_run(&p, 1, 0);
    int64_t wait = courier_pump(p.courier, post_now(&p));
    assert_true(wait > 0 && wait <= MS_SECOND); /* it comes again */
    assert_true(p.downs == 1 && p.ups == 0);
    assert_says(p.reason, "File too large");
    assert_string_equal(contents(), LINE("1"));
    p.ahead += MS_MINUTE;
    courier_pump(p.courier, post_now(&p));
    courier_serve(p.courier, post_now(&p));
    assert_true(p.downs == 1 && p.delivered == 1); /* told once */
    limit_files(RLIM_INFINITY);
    p.ahead += MS_MINUTE;
    post_run(&p, 2, 0);
    assert_true(p.downs == 1 && p.ups == 1);
    assert_string_equal(contents(), LINE("1") LINE("2"));
    post_close(&p);
}

static void a_device_without_room_is_told(void **state)
{
    (void)state;
    struct post p;
    post_open(&p, PUBLISH_FILE, "/dev/full");
    post_rows(&p, 1);
    courier_pump(p.courier, post_now(&p));
    courier_serve(p.courier, post_now(&p));
    assert_true(p.downs == 1 && p.delivered == 0 && courier_under_way(p.courier) == 0);
    assert_says(p.reason, "No space left");
    post_close(&p);
}

/* ---- Stdout, in a child of its own ---- */

static int in_child(int (*act)(int out), int out)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGPIPE, SIG_IGN);
        int own = fcntl(out, F_DUPFD, 100);
        dup2(out, STDOUT_FILENO);
        _exit(act(own));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int send_two(int out)
{
    (void)out;
    struct post p;
    post_open(&p, PUBLISH_FILE, "-");
    post_rows(&p, 2);
    post_run(&p, 2, 0);
    post_close(&p);
    return fcntl(STDOUT_FILENO, F_GETFL) < 0; /* it is not ours to close */
}

static void stdout_gets_lines_and_what_others_wrote_stays(void **state)
{
    (void)state;
    write_whole("others: not even a line feed");
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(in_child(send_two, fd), 0);
    close(fd);
    assert_string_equal(contents(), "others: not even a line feed" LINE("1") LINE("2"));
}

static int send_without_reader(int out)
{
    (void)out;
    struct post p;
    post_open(&p, PUBLISH_FILE, "-");
    post_rows(&p, 1);
    courier_pump(p.courier, post_now(&p));
    courier_serve(p.courier, post_now(&p));
    bool told = p.downs == 1 && strstr(p.reason, "Broken pipe") && p.delivered == 0 && courier_pump(p.courier, post_now(&p)) > 0;
    post_close(&p);
    return !told;
}

static void a_pipe_whose_reader_is_gone_is_told(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(in_child(send_without_reader, ends[1]), 0);
    close(ends[1]);
}

/* As the daemon finds it: what stands in for a closed one can only be read. */
static int send_to_closed(int out)
{
    (void)out;
    struct post p = {0};
    close(STDOUT_FILENO);
    if (open("/dev/null", O_RDONLY) != STDOUT_FILENO)
        return 2;
    return post_try(&p, PUBLISH_FILE, "-", NULL, 0) || !strstr(p.error, "alerts cannot go to stdout");
}

static void a_closed_stdout_is_refused(void **state)
{
    (void)state;
    assert_int_equal(in_child(send_to_closed, STDERR_FILENO), 0);
}

static int send_more_than_fits(int out)
{
    struct post p;
    post_open(&p, PUBLISH_FILE, "-");
    char *large = arena_zalloc(&p.arena, 200000);
    memset(large, '7', 200000);
    post_message(&p, (struct sv){large, 200000});
    courier_pump(p.courier, post_now(&p)); /* the pipe takes 64 KiB of it */
    courier_serve(p.courier, post_now(&p));
    p.messages[1].value = SV("1");
    char *got = arena_zalloc(&p.arena, 300000);
    int from = out + 1; /* the other end */
    ssize_t n = read(from, got, 300000);
    p.ahead += MS_MINUTE;
    post_run(&p, 1, 0);
    memset(got, 0, (size_t)n);
    n = read(from, got, 300000);
    bool good = p.downs == 1 && p.ups == 1 && strcmp(got, "\n" LINE("1")) == 0;
    post_close(&p);
    return !good;
}

/* What a pipe took of a line cannot be taken back: the next one begins anew all the same. */
static void after_half_a_line_in_a_pipe_the_next_one_stands_alone(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    int from = fcntl(ends[0], F_DUPFD, 101); /* where the child looks for it */
    assert_int_equal(from, 101);
    assert_int_equal(in_child(send_more_than_fits, ends[1]), 0);
    close(from), close(ends[0]), close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_message_is_a_line, make_path, drop_path),
        cmocka_unit_test_setup_teardown(more_rows_than_are_synced_at_once_all_arrive, make_path, drop_path),
        cmocka_unit_test_setup_teardown(half_an_alert_that_a_crash_left_is_cut_off, make_path, drop_path),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_alerts_is_left_alone, make_path, drop_path),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_no_half_line_and_nothing_is_lost, make_path, drop_path),
        cmocka_unit_test(a_device_without_room_is_told),
        cmocka_unit_test_setup_teardown(stdout_gets_lines_and_what_others_wrote_stays, make_path, drop_path),
        cmocka_unit_test(a_pipe_whose_reader_is_gone_is_told),
        cmocka_unit_test(a_closed_stdout_is_refused),
        cmocka_unit_test(after_half_a_line_in_a_pipe_the_next_one_stands_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
