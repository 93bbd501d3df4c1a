#include "ctl/talk.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/ctl.h"
#include "ctl/show.h"
#include "place.h"
#include "poll/ask.h"

#define SERVICE_SOCKET "/run/newswatchd/control" /* of the unit that is installed */
#define SHIPPED_CONF SYSCONFDIR "/newswatchd/newswatchd.conf"

int talk_wrong(const struct talk *t, const char *what, const char *name)
{
    fprintf(stderr, "newswatchctl: %s: %s%s\nTry 'newswatchctl --help'.\n", t->command, what, name);
    return CTL_WRONG;
}

/* ---- Where the daemon is ---- */

/* Where the daemon of this configuration listens; NULL when there are errors in it, which are shown if it was asked for. */
static char *socket_of(const char *conf_path, bool asked_for, bool *off)
{
    struct diags diags = {0};
    struct conf *conf = conf_parse(conf_path, &conf_files, NULL, SV("localhost"), &diags);
    char *path = NULL;
    *off = conf && conf->control.p && !conf->control.n;
    if (!conf && asked_for)
        diag_show(&diags);
    if (conf && !*off) {
        char *state = place_state(conf);
        path = conf->control.p || state ? place_control(conf, state) : NULL;
        /* The unit gives a place in /run, which this shell does not know of. */
        if (!conf->control.p && (!path || access(path, F_OK) != 0)) {
            free(path);
            path = xstrdup(SERVICE_SOCKET);
        }
        free(state);
    }
    conf_free(&conf);
    diag_free(&diags);
    return path;
}

/* -1: found, or the exit status. */
static int find_socket(struct talk *t)
{
    bool off = false;
    if (t->socket)
        t->path = xstrdup(t->socket);
    else if (t->conf)
        t->path = socket_of(t->conf, true, &off);
    else if (!(t->path = place_runtime_control()) && access(SERVICE_SOCKET, F_OK) != 0 && access(SHIPPED_CONF, R_OK) == 0)
        t->path = socket_of(SHIPPED_CONF, false, &off);
    if (off) {
        fprintf(stderr, "newswatchctl: %s says `control off;`: its daemon cannot be talked to\n", t->conf ? t->conf : SHIPPED_CONF);
        return TALK_NOBODY;
    }
    if (!t->path && t->conf)
        return CTL_WRONG;
    if (!t->path)
        t->path = xstrdup(SERVICE_SOCKET);
    return -1;
}

/* ---- The command line ---- */

/* Returns -1 to go on, or the exit status. */
static int parse_option(struct talk *t, int c, bool outbox)
{
    switch (c) {
    case 's': t->socket = optarg; return -1;
    case 'c': t->conf = optarg; return -1;
    case 'j': t->json = true; return -1;
    case 'h': ctl_usage(); return TALK_GOOD;
    case '?': return talk_wrong(t, "see its options in newswatchctl(1)", "");
    }
    if (!outbox)
        return talk_wrong(t, "this option belongs to ", "outbox");
    if (c == 'r')
        t->refused = true;
    else if (c == 't')
        t->topic = optarg;
    else if ((t->most = atoll(optarg)) <= 0)
        return talk_wrong(t, "-n takes a number from 1, not ", optarg);
    return -1;
}

int talk_begin(struct talk *t, int argc, char **argv, bool outbox)
{
    static const struct option options[] = {
        {"socket", required_argument, NULL, 's'}, {"config", required_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'},
        {"refused", no_argument, NULL, 'r'},      {"topic", required_argument, NULL, 't'},  {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *name = strrchr(argv[0], ' ');
    *t = (struct talk){.command = name ? name + 1 : argv[0]};
    signal(SIGPIPE, SIG_IGN);
    for (int c; (c = getopt_long(argc, argv, "s:c:n:", options, NULL)) != -1;) {
        int status = parse_option(t, c, outbox);
        if (status >= 0)
            return status;
    }
    return find_socket(t);
}

int talk_first(int argc)
{
    return optind < argc ? optind : 0;
}

void talk_end(struct talk *t)
{
    free(t->path);
    t->path = NULL;
}

/* ---- Asking ---- */

/* What the daemon says against it; what is no answer of ours is told by its status. */
static void show_refusal(const struct talk *t, long status, const struct tree *answer)
{
    struct sv error = tree_text(answer, "error");
    fprintf(stderr, "newswatchctl: %s: ", t->command);
    if (error.p)
        show_text(stderr, error);
    else
        fprintf(stderr, "%s answers with HTTP %ld: it is not newswatchd, or another version", t->path, status);
    putc('\n', stderr);
}

int talk_ask(const struct talk *t, const char *method, const char *path, struct arena *a, const struct tree **answer)
{
    struct buf body = {0};
    char error[ASK_ERROR];
    long status = 0;
    enum ask_end end = ask(t->path, method, path, &status, &body, error);
    *answer = end == ASK_ANSWERED ? tree_read(buf_view(&body), a) : NULL;
    buf_free(&body);
    if (end == ASK_NOBODY)
        fprintf(stderr, "newswatchctl: no daemon is reached at %s: %s\n", t->path, error);
    else if (end == ASK_FAILED)
        fprintf(stderr, "newswatchctl: the daemon at %s gives no answer: %s\n", t->path, error);
    else if (*answer && status >= 200 && status < 300)
        return TALK_GOOD;
    else
        show_refusal(t, status, *answer);
    return end == ASK_ANSWERED && *answer ? TALK_REFUSED : TALK_NOBODY;
}

/* ---- Showing ---- */

void talk_json(const struct tree *t)
{
    struct buf line = {0};
    struct json_writer w = {.out = &line};
    tree_write(t, &w);
    show_json(buf_view(&line));
    buf_free(&line);
}

void talk_put(const struct tree *t, const char *before, const char *path, const char *after)
{
    struct sv text = tree_text(t, path);
    if (!text.p)
        return;
    fputs(before, stdout);
    show_text(stdout, text);
    fputs(after, stdout);
}

char *talk_size(int64_t bytes, char out[TALK_SIZE])
{
    static const char *const units[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
    double n = (double)bytes;
    int unit = -1;
    for (; n >= 1024 && unit < 5; unit++)
        n /= 1024;
    if (unit < 0)
        snprintf(out, TALK_SIZE, "%d B", (int)bytes);
    else
        snprintf(out, TALK_SIZE, n < 10 ? "%.1f %s" : "%.0f %s", n, units[unit]);
    return out;
}

const char *talk_span(const struct tree *t, const char *path, char out[])
{
    int64_t seconds = tree_number(t, path, -1);
    if (seconds == 0)
        return "a moment";
    return seconds < 0 ? "" : time_span(seconds < INT64_MAX / MS_SECOND ? seconds * MS_SECOND : INT64_MAX, out);
}
