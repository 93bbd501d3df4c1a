/* What systemd and the journal are told. The notifications go to a real socket, as systemd's does; journal entries are caught
 * where libsystemd would take them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "ops/ops.h"

/* ---- Notifications ---- */

static int notified = -1;
static char folder[] = "/tmp/newswatchd-ops-XXXXXX", path[64];

static int listen_to(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/newswatchd-ops-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/notify", folder);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    notified = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return bind(notified, (struct sockaddr *)&address, sizeof address) || setenv("NOTIFY_SOCKET", path, 1);
}

static int listen_no_more(void **state)
{
    (void)state;
    close(notified);
    unsetenv("NOTIFY_SOCKET");
    return unlink(path) || rmdir(folder);
}

/* What came last; NULL when nothing did. */
static const char *told(void)
{
    static char text[4096];
    ssize_t n = recv(notified, text, sizeof text - 1, 0);
    if (n < 0)
        return NULL;
    text[n] = '\0';
    return text;
}

static void states_are_told_to_systemd(void **state)
{
    (void)state;
    ops_ready("2 feeds");
    assert_string_equal(told(), "READY=1\nSTATUS=2 feeds");
    ops_ready(NULL);
    assert_string_equal(told(), "READY=1");
    ops_status("%zu feeds, %d%%", (size_t)7, 50);
    assert_string_equal(told(), "STATUS=7 feeds, 50%");
    ops_stopping("delivering what is left");
    assert_string_equal(told(), "STOPPING=1\nSTATUS=delivering what is left");
    ops_watchdog();
    assert_string_equal(told(), "WATCHDOG=1");
    assert_null(told());
}

static int64_t microseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* systemd takes a reload whose time is before its own signal for an older one, and waits on. */
static void a_reload_tells_its_time_to_the_microsecond(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        long long when = 0;
        int64_t before = microseconds();
        ops_reloading();
        int64_t after = microseconds();
        const char *text = told();
        assert_int_equal(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%lld\n", &when), 1);
        assert_non_null(strstr(text, "\nSTATUS=reloading"));
        assert_true(when >= before && when <= after);
    }
}

static void without_systemd_nothing_happens(void **state)
{
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    ops_ready("x"), ops_status("x"), ops_reloading(), ops_stopping("x"), ops_watchdog();
    assert_int_equal(ops_watchdog_interval(), 0);
}

static void the_watchdog_is_fed_at_half_its_limit(void **state)
{
    (void)state;
    char pid[16];
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(ops_watchdog_interval(), 15000);
    snprintf(pid, sizeof pid, "%d", getpid() + 1);
    setenv("WATCHDOG_PID", pid, 1); /* meant for another process */
    assert_int_equal(ops_watchdog_interval(), 0);
    unsetenv("WATCHDOG_PID");
    setenv("WATCHDOG_USEC", "soon", 1);
    assert_int_equal(ops_watchdog_interval(), 0);
    unsetenv("WATCHDOG_USEC");
}

/* ---- The journal ---- */

static struct buf entry; /* "NAME=value|…", of the last one */
static unsigned entries;

int sd_journal_sendv(const struct iovec *iov, int n);
int sd_journal_sendv(const struct iovec *iov, int n)
{
    entries++;
    buf_clear(&entry);
    for (int i = 0; i < n; i++) {
        buf_append(&entry, iov[i].iov_base, iov[i].iov_len);
        buf_byte(&entry, '|');
    }
    return 0;
}

static void assert_entry(struct sv wanted)
{
    if (!sv_eq(buf_view(&entry), wanted))
        fail_msg("\"%.*s\" instead of \"%.*s\"", SV_ARG(buf_view(&entry)), SV_ARG(wanted));
}

/* As systemd sets it for a stderr that is the journal. */
static void name_stderr(ino_t off)
{
    struct stat about;
    char stream[64];
    assert_int_equal(fstat(STDERR_FILENO, &about), 0);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)about.st_dev, (unsigned long long)(about.st_ino + off));
    setenv("JOURNAL_STREAM", stream, 1);
}

static int journal_no_more(void **state)
{
    (void)state;
    log_set_sink(NULL);
    unsetenv("JOURNAL_STREAM");
    buf_free(&entry);
    return 0;
}

static void log_lines_go_to_the_journal_with_their_fields(void **state)
{
    (void)state;
    name_stderr(0);
    ops_log_start();
    log_write(LOG_LEVEL_WARNING, LOG_FIELDS({"FEED", SV("gt.china")}, {"OUTLET", SV("gt")}, {"URL", SV("https://gt.example/")}, {"ERROR", SV("HTTP 503")}),
              "%s: %s", "gt.china", "HTTP 503");
    assert_entry(SV("PRIORITY=4|MESSAGE=gt.china: HTTP 503|FEED=gt.china|OUTLET=gt|URL=https://gt.example/|ERROR=HTTP 503|"));
    log_write(LOG_LEVEL_NOTICE, LOG_FIELDS({"FEED", SV("gt")}, {"ERROR", SV_NONE}), "works again");
    assert_entry(SV("PRIORITY=5|MESSAGE=works again|FEED=gt|")); /* what is unknown is not sent */
    log_error("no fields");
    assert_entry(SV("PRIORITY=3|MESSAGE=no fields|"));
    assert_int_equal(entries, 3);
}

/* A value cannot forge another field: it goes with its length. */
static void a_value_may_hold_any_byte(void **state)
{
    (void)state;
    name_stderr(0);
    ops_log_start();
    log_write(LOG_LEVEL_ERROR, LOG_FIELDS({"URL", SV("a\nPRIORITY=7\0\xFF")}, {"EMPTY", SV("")}), "a\nb\x1B[2J");
    assert_entry(SV("PRIORITY=3|MESSAGE=a?b?[2J|URL=a\nPRIORITY=7\0\xFF|EMPTY=|"));
    struct log_field many[40] = {{NULL, {NULL, 0}}};
    for (int i = 0; i < 39; i++)
        many[i] = (struct log_field){"FIELD", SV("x")};
    log_write(LOG_LEVEL_ERROR, many, "many");
    assert_true(sv_starts(buf_view(&entry), SV("PRIORITY=3|MESSAGE=many|FIELD=x|")));
}

static void a_stderr_that_is_not_the_journal_keeps_its_lines(void **state)
{
    (void)state;
    static const char *const streams[] = {NULL, "", "1", "1:2", "x:y"};
    entries = 0;
    int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
    for (size_t i = 0; i <= sizeof streams / sizeof *streams; i++) {
        if (i == sizeof streams / sizeof *streams)
            name_stderr(1);
        else if (streams[i])
            setenv("JOURNAL_STREAM", streams[i], 1);
        ops_log_start();
        dup2(null, STDERR_FILENO);
        log_error("to stderr");
        dup2(saved, STDERR_FILENO);
        assert_int_equal(entries, 0);
    }
    close(saved), close(null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(states_are_told_to_systemd, listen_to, listen_no_more),
        cmocka_unit_test_setup_teardown(a_reload_tells_its_time_to_the_microsecond, listen_to, listen_no_more),
        cmocka_unit_test(without_systemd_nothing_happens),
        cmocka_unit_test(the_watchdog_is_fed_at_half_its_limit),
        cmocka_unit_test_setup_teardown(log_lines_go_to_the_journal_with_their_fields, NULL, journal_no_more),
        cmocka_unit_test_setup_teardown(a_value_may_hold_any_byte, NULL, journal_no_more),
        cmocka_unit_test_setup_teardown(a_stderr_that_is_not_the_journal_keeps_its_lines, NULL, journal_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
