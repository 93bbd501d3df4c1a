/* Where the control socket stands: its file is made, kept and taken away with care. */
#include "caller.h"

static bool exists(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

/* A socket at the path that nobody listens on, or somebody does. */
static int other_socket(const char *path, bool listens)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listens ? listen(fd, 1) : close(fd), 0);
    return fd;
}

static bool logged(struct desk *d, const char *words)
{
    return strstr(d->log.n ? buf_cstr(&d->log) : "", words) != NULL;
}

static void turn_until(struct desk *d, bool (*done)(struct desk *))
{
    for (int64_t until = clock_monotonic(&clock_system) + GUARD; !done(d); ev_run(d->loop, EVRUN_ONCE))
        assert_true(clock_monotonic(&clock_system) < until);
}

static void its_group_may_use_it_whatever_the_umask(void **state)
{
    struct desk *d = *state;
    static const mode_t masks[] = {0, 022, 077, 0777};
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        struct stat about;
        mode_t before = umask(masks[i]);
        control_listen(d->control, NULL);
        assert_false(exists(d->path));
        control_listen(d->control, d->path);
        umask(before);
        assert_int_equal(lstat(d->path, &about), 0);
        assert_int_equal(about.st_mode, S_IFSOCK | 0660);
        assert_int_equal(about.st_gid, getegid());
        assert_well(d);
    }
}

static void it_goes_with_its_owner(void **state)
{
    struct desk *d = *state;
    assert_true(exists(d->path));
    control_free(&d->control);
    assert_false(exists(d->path));
}

static void what_stands_in_its_place_stays(void **state)
{
    struct desk *d = *state;
    unlink(d->path);
    int other = other_socket(d->path, true);
    control_free(&d->control);
    assert_true(exists(d->path));
    close(other);
}

static void a_dead_socket_is_replaced(void **state)
{
    struct desk *d = *state;
    control_listen(d->control, NULL);
    other_socket(d->path, false);
    control_listen(d->control, d->path);
    assert_well(d);
    assert_int_equal(d->log.n, 0);
}

static bool is_open(struct desk *d)
{
    return control_path(d->control) != NULL;
}

static void another_process_socket_is_left_alone_until_it_is_dead(void **state)
{
    struct desk *d = *state;
    control_listen(d->control, NULL);
    int other = other_socket(d->path, true);
    control_listen(d->control, d->path);
    assert_null(control_path(d->control));
    char words[64];
    snprintf(words, sizeof words, "process %d listens there", getpid());
    assert_true(logged(d, words));
    struct caller c;
    assert_true(caller_try(&c, d->path)); /* there is room for one more: with those who probed, it fills the queue */
    buf_clear(&d->log);
    control_listen(d->control, d->path);
    assert_true(logged(d, "listens there"));
    buf_clear(&d->log);
    caller_end(&c);
    close(other);
    turn_until(d, is_open);
    assert_true(logged(d, "the control socket is /tmp/"));
    assert_well(d);
}

static void a_file_that_is_no_socket_is_not_touched(void **state)
{
    struct desk *d = *state;
    control_listen(d->control, NULL);
    int file = open(d->path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(file, "mine", 4), 4);
    close(file);
    control_listen(d->control, d->path);
    assert_null(control_path(d->control));
    assert_true(logged(d, "this file is no socket: it is not touched"));
    struct stat about;
    assert_int_equal(lstat(d->path, &about), 0);
    assert_int_equal(about.st_size, 4);
    unlink(d->path);
    assert_int_equal(symlink("/dev/null", d->path), 0);
    buf_clear(&d->log);
    control_listen(d->control, d->path);
    assert_true(logged(d, "this file is no socket"));
}

static void it_moves_and_the_old_place_is_free(void **state)
{
    struct desk *d = *state;
    char moved[128];
    snprintf(moved, sizeof moved, "%s/moved", d->folder);
    control_listen(d->control, moved);
    assert_false(exists(d->path));
    assert_string_equal(control_path(d->control), moved);
    strcpy(d->path, moved);
    assert_well(d);
}

static void where_it_cannot_move_it_stays(void **state)
{
    struct desk *d = *state;
    char far[400];
    control_listen(d->control, "/nonexistent/control");
    assert_true(logged(d, "no control socket: /nonexistent/control: No such file or directory"));
    assert_string_equal(control_path(d->control), d->path);
    assert_well(d);
    memset(far, 'x', sizeof far);
    far[0] = '/', far[sizeof far - 1] = '\0';
    control_listen(d->control, far);
    assert_true(logged(d, "the path of a socket may have 107 bytes"));
    assert_well(d);
}

static bool is_there(struct desk *d)
{
    return exists(d->path);
}

static void a_socket_that_was_deleted_comes_back(void **state)
{
    struct desk *d = *state;
    unlink(d->path);
    turn_until(d, is_there);
    assert_true(logged(d, "somebody has taken the control socket"));
    assert_well(d);
}

/* A request under way is answered, though the door is closed. */
static void who_came_in_before_it_moved_is_answered(void **state)
{
    struct desk *d = *state;
    struct caller c;
    assert_true(caller_try(&c, d->path));
    caller_say(&c, "GET /sta", 8);
    ev_run(d->loop, EVRUN_NOWAIT);
    ev_run(d->loop, EVRUN_NOWAIT);
    control_listen(d->control, NULL);
    caller_say(&c, "tus HTTP/1.1\r\nHost: x\r\n\r\n", 26);
    desk_wait(d, &c);
    assert_true(sv_starts(buf_view(&c.got), SV("HTTP/1.1 200 ")));
    caller_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
        TEST(its_group_may_use_it_whatever_the_umask),
        TEST(it_goes_with_its_owner),
        TEST(what_stands_in_its_place_stays),
        TEST(a_dead_socket_is_replaced),
        TEST(another_process_socket_is_left_alone_until_it_is_dead),
        TEST(a_file_that_is_no_socket_is_not_touched),
        TEST(it_moves_and_the_old_place_is_free),
        TEST(where_it_cannot_move_it_stays),
        TEST(a_socket_that_was_deleted_comes_back),
        TEST(who_came_in_before_it_moved_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
