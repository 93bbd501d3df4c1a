/* The command line; start, reload, drain, stop. */
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "feed/feed.h"
#include "loading.h"
#include "match/match.h"
#include "ops/control.h"
#include "ops/ops.h"
#include "place.h"
#include "poll/poll.h"
#include "publish/publish.h"
#include "report.h"
#include "setup.h"
#include "store/store.h"
#include "watch.h"

/* Exit statuses that scripts rely on. */
enum { EXIT_GOOD = 0, EXIT_CONFIGURATION = 1, EXIT_USAGE = 2, EXIT_FEED_FAILED = 3, EXIT_UNDELIVERED = 4, EXIT_STORE = 5 };

#define STATUS_EVERY 5.

struct daemon {
    struct ev_loop *loop;
    const char *path; /* of the configuration */
    struct store *store;
    struct watch *watch;
    struct loading *loading;
    struct report *report;   /* NULL with --once, as the control socket is */
    struct control *control;
    char *state;      /* the state directory in use */
    bool once, stopping;
    ev_signal hup, term, interrupt;
    ev_timer watchdog, status;
};

struct arguments {
    const char *path;
    bool check, print, once;
};

static const char usage[] =
    "Usage: newswatchd [-c FILE] [-t | -T | --once]\n"
    "Watch news feeds for what rules describe, and publish each match to Kafka.\n"
    "\n"
    "  -c, --config FILE  the configuration (default " SYSCONFDIR "/newswatchd/newswatchd.conf)\n"
    "  -t, --test         check the configuration and exit: 0 when it is right, 1 when not\n"
    "  -T, --dump         check it and print what is in effect, secrets hidden\n"
    "      --once         poll every feed once, deliver, exit: 3 when a feed failed, 4 when an alert stayed undelivered\n"
    "      --version      print the versions of the program and its libraries\n"
    "      --help         print this\n"
    "\n"
    "HUP reloads the configuration; TERM and INT deliver what is left and stop, a second one stops at once.\n"
    "See newswatchd(8) and newswatchd.conf(5).\n";

/* ---- The command line ---- */

static void print_version(void)
{
    printf("newswatchd %s\nlibev/%d.%d %s %s %s %s %s %s\n", VERSION, ev_version_major(), ev_version_minor(), poll_library(),
           match_library(), store_library(), publish_library(), control_library(), ops_library());
}

/* Returns -1 to go on, or the exit status. */
static int parse_arguments(int argc, char **argv, struct arguments *a)
{
    enum { ONCE = 256, HELP, VERSION_ASKED };
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"test", no_argument, NULL, 't'},    {"dump", no_argument, NULL, 'T'},
        {"once", no_argument, NULL, ONCE},        {"help", no_argument, NULL, HELP},   {"version", no_argument, NULL, VERSION_ASKED},
        {NULL, 0, NULL, 0},
    };
    *a = (struct arguments){.path = SYSCONFDIR "/newswatchd/newswatchd.conf"};
    for (int c; (c = getopt_long(argc, argv, "c:tT", options, NULL)) != -1;)
        switch (c) {
        case 'c': a->path = optarg; break;
        case 't': a->check = true; break;
        case 'T': a->print = true; break;
        case ONCE: a->once = true; break;
        case HELP: fputs(usage, stdout); return EXIT_GOOD;
        case VERSION_ASKED: print_version(); return EXIT_GOOD;
        default: fputs("Try 'newswatchd --help'.\n", stderr); return EXIT_USAGE;
        }
    if (optind < argc) {
        fprintf(stderr, "newswatchd: unexpected argument '%s'\nTry 'newswatchd --help'.\n", argv[optind]);
        return EXIT_USAGE;
    }
    if (a->check + a->print + a->once > 1) {
        fputs("newswatchd: -t, -T and --once exclude each other\nTry 'newswatchd --help'.\n", stderr);
        return EXIT_USAGE;
    }
    return -1;
}

/* -t and -T. */
static int check(const struct arguments *a)
{
    struct diags diags = {0};
    struct setup *setup = setup_load(a->path, &diags);
    int status = setup ? EXIT_GOOD : EXIT_CONFIGURATION;
    diag_show(&diags);
    if (setup && a->print) {
        struct buf text = {0};
        conf_print(setup->conf, &text);
        if (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0) {
            perror("newswatchd: the configuration cannot be printed");
            status = EXIT_CONFIGURATION;
        }
        buf_free(&text);
    } else if (setup) {
        fprintf(stderr, "newswatchd: %s is right: %zu feeds of %zu outlets, %zu rules\n", a->path, setup->conf->feed_count,
                setup->conf->outlet_count, setup->conf->rule_count);
    }
    diag_free(&diags);
    setup_free(&setup);
    return status;
}

/* ---- The running daemon ---- */

static void log_diags(const struct diags *diags)
{
    struct buf text = {0};
    diag_write(diags, &text, false);
    struct sv rest = buf_view(&text), line;
    while (sv_split(&rest, '\n', &line))
        if (line.n)
            log_write(diags->errors ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, NULL, "%.*s", SV_ARG(line));
    buf_free(&text);
}

static void tell_status(struct daemon *d)
{
    char line[200];
    watch_status(d->watch, line, sizeof line);
    ops_status("%s%s", line, loading_is_under_way(d->loading) ? "; reloading the configuration" : "");
}

static void on_load_began(void *daemon)
{
    struct daemon *d = daemon;
    ops_reloading();
    if (d->report)
        report_load_began(d->report);
}

/* As the configuration in effect says. */
static void open_control(struct daemon *d)
{
    struct watch_view view;
    watch_view(d->watch, &view);
    char *path = place_control(view.conf, d->state);
    if (d->control)
        control_listen(d->control, path);
    free(path);
}

static struct setup *on_loaded(void *daemon, struct setup *setup, const struct diags *diags)
{
    struct daemon *d = daemon;
    log_diags(diags);
    char error[STORE_ERROR] = "", *state = setup ? place_state(setup->conf) : NULL;
    if (setup && (!state || strcmp(state, d->state) != 0))
        log_warning("another state directory takes effect at the next start");
    size_t feeds = setup ? setup->conf->feed_count : 0, rules = setup ? setup->conf->rule_count : 0;
    bool good = setup && watch_change(d->watch, &setup, error);
    if (good)
        log_notice("reloaded %s: %zu feeds, %zu rules", d->path, feeds, rules);
    else
        log_error("%s: not reloaded, the old configuration stays%s%s", d->path, *error ? ": " : "", error);
    if (d->report)
        report_loaded(d->report, diags, good, error);
    if (good)
        open_control(d);
    free(state);
    ops_ready(NULL);
    tell_status(d);
    return setup;
}

static void on_hup(struct ev_loop *loop, ev_signal *signal, int events)
{
    (void)loop, (void)events;
    struct daemon *d = signal->data;
    if (d->once)
        log_notice("a reload is for the daemon that stays: --once goes on with what it began with");
    else if (!d->stopping)
        loading_want(d->loading);
}

static void on_stop(struct ev_loop *loop, ev_signal *signal, int events)
{
    (void)events;
    struct daemon *d = signal->data;
    if (d->stopping) {
        log_notice("stopping at once");
        ev_break(loop, EVBREAK_ALL);
        return;
    }
    d->stopping = true;
    ops_stopping("delivering what is left");
    log_notice("stopping: delivering what is left");
    loading_stop(d->loading);
    if (d->report)
        report_stopping(d->report);
    watch_drain(d->watch);
}

static void on_watchdog(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)timer, (void)events;
    ops_watchdog();
}

static void on_status(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    struct daemon *d = timer->data;
    if (!d->stopping)
        tell_status(d);
}

static void start_watchers(struct daemon *d)
{
    ev_signal_init(&d->hup, on_hup, SIGHUP);
    ev_signal_init(&d->term, on_stop, SIGTERM);
    ev_signal_init(&d->interrupt, on_stop, SIGINT);
    ev_timer_init(&d->status, on_status, STATUS_EVERY, STATUS_EVERY);
    d->hup.data = d->term.data = d->interrupt.data = d->status.data = d;
    ev_signal_start(d->loop, &d->hup);
    ev_signal_start(d->loop, &d->term);
    ev_signal_start(d->loop, &d->interrupt);
    ev_timer_start(d->loop, &d->status);
    double every = (double)ops_watchdog_interval() / MS_SECOND;
    if (every > 0) {
        ev_timer_init(&d->watchdog, on_watchdog, every, every);
        ev_timer_start(d->loop, &d->watchdog);
    }
}

static int finish(struct daemon *d)
{
    struct watch_result result = watch_result(d->watch);
    if (result.waiting)
        log_warning("%zu alerts are not delivered yet: they stay in %s and are sent at the next start", result.waiting, d->state);
    if (result.refused)
        log_warning("%zu alerts were refused by the broker for good: they stay in %s", result.refused, d->state);
    if (result.unstored)
        log_warning("stopped; what could not be stored is fetched again at the next start");
    else if (!result.waiting && !result.refused)
        log_notice("stopped; every alert is delivered");
    if (d->once && (result.waiting || result.refused))
        return EXIT_UNDELIVERED;
    return d->once && (result.failed || result.unstored) ? EXIT_FEED_FAILED : EXIT_GOOD;
}

/* Without it the daemon does its work all the same. */
static void start_control(struct daemon *d)
{
    char error[CONTROL_ERROR];
    d->report = report_new(&clock_system, d->path, d->state, d->store, d->watch, d->loading);
    d->control = control_new(d->loop, report_resources, report_resource_count, d->report, error);
    if (d->control)
        open_control(d);
    else
        log_error("no control socket: %s", error);
}

static int run(struct daemon *d, struct setup *setup)
{
    char error[STORE_ERROR];
    d->state = place_state(setup->conf);
    if (!d->state) {
        log_error("no state directory: write  state \"/var/lib/newswatchd\";  in %s, or set $STATE_DIRECTORY", d->path);
        setup_free(&setup);
        return EXIT_CONFIGURATION;
    }
    d->store = store_open(d->state, error);
    if (!d->store) {
        log_error("%s", error);
        setup_free(&setup);
        return EXIT_STORE;
    }
    d->loop = ev_default_loop(EVFLAG_AUTO);
    start_watchers(d);
    d->watch = watch_new(d->loop, &clock_system, d->store, setup, d->once, error);
    if (!d->watch) {
        log_error("%s", error);
        setup_free(&setup);
        return EXIT_CONFIGURATION;
    }
    const struct loading_handlers handlers = {on_load_began, on_loaded, d};
    d->loading = loading_new(d->loop, d->path, &handlers);
    if (!d->loading) {
        log_error("no descriptor is left: %s", strerror(errno));
        return EXIT_CONFIGURATION;
    }
    if (!d->once)
        start_control(d);
    log_notice("newswatchd %s: %zu feeds of %zu outlets, %zu rules; state in %s", VERSION, setup->conf->feed_count, setup->conf->outlet_count,
               setup->conf->rule_count, d->state);
    ops_ready(NULL);
    tell_status(d);
    ev_run(d->loop, 0);
    return finish(d);
}

/* A closed stdin, stdout or stderr would be the number of the next file that is opened: alerts would be written into it. What
 * stands in its place can only be read. */
static void hold_standard_files(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* What is large goes back to the system when it is freed, so that one large feed does not make the process large for ever. Left to itself,
 * glibc keeps up to 64 MB of it. */
static void hold_little_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 256 << 10);
}

int main(int argc, char **argv)
{
    hold_standard_files();
    struct arguments a;
    int status = parse_arguments(argc, argv, &a);
    if (status >= 0)
        return status;
    if (a.check || a.print)
        return check(&a);
    hold_little_memory();
    signal(SIGPIPE, SIG_IGN);
    ops_log_start();
    struct daemon d = {.path = a.path, .once = a.once};
    struct diags diags = {0};
    struct setup *setup = setup_load(a.path, &diags);
    log_diags(&diags);
    diag_free(&diags);
    if (setup)
        setup_slim(setup);
    status = setup ? run(&d, setup) : EXIT_CONFIGURATION;
    control_free(&d.control);
    loading_free(&d.loading);
    report_free(&d.report);
    watch_free(&d.watch);
    store_close(&d.store);
    free(d.state);
    if (d.loop)
        ev_loop_destroy(d.loop);
    return status;
}
