/* newswatchctl status, reload. */
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "ctl/show.h"
#include "ctl/talk.h"

#define LOOK_EVERY 100 /* ms */

/* ---- Status ---- */

static int64_t number(const struct tree *t, const char *path)
{
    return tree_number(t, path, 0);
}

static void put_program(const struct tree *t)
{
    char span[TIME_TEXT];
    talk_put(t, "newswatchd ", "version", "");
    talk_put(t, " (", "instance", ")");
    printf(": %s for %s, process %lld\n", sv_eq(tree_text(t, "state"), SV("stopping")) ? "stopping, running" : "running", talk_span(t, "running", span),
           (long long)number(t, "pid"));
    talk_put(t, "configuration  ", "configuration.path", "");
    printf(", loaded %s ago%s\n", talk_span(t, "configuration.age", span), tree_true(t, "configuration.loading") ? "; a reload is under way" : "");
    talk_put(t, "               not reloaded at ", "configuration.refused", "; `newswatchctl status --json` says why\n");
}

static void put_feeds(const struct tree *t)
{
    printf("feeds          %lld, %lld failing; %lld rules\n", (long long)number(t, "feeds.total"), (long long)number(t, "feeds.failing"),
           (long long)number(t, "rules"));
    talk_put(t, "polling        paused: ", "feeds.paused", "\n");
}

static void put_broker(const struct tree *t)
{
    struct sv sink = tree_text(t, "broker.sink"), error = tree_text(t, "broker.error");
    bool file = sv_eq(sink, SV("file"));
    printf("%s", file ? "file           " : "broker         ");
    talk_put(t, sv_eq(sink, SV("embedded")) ? "embedded, " : "", "broker.address", "");
    fputs(tree_true(t, "broker.connected") ? file ? "" : ", connected" : file ? ", not written" : ", not connected", stdout);
    if (error.p)
        talk_put(t, ": ", "broker.error", "");
    putchar('\n');
}

static void put_outbox(const struct tree *t)
{
    char size[TALK_SIZE], span[TIME_TEXT];
    int64_t waiting = number(t, "outbox.waiting"), refused = number(t, "outbox.refused");
    printf("outbox         %lld wait", (long long)waiting);
    if (waiting)
        printf(", the oldest for %s", talk_span(t, "outbox.oldest_age", span));
    printf("; %lld refused; %s\n", (long long)refused, talk_size(number(t, "outbox.bytes"), size));
    printf("so far         %lld delivered, %lld dropped, %lld possibly doubled, %lld dead letters\n", (long long)number(t, "counts.delivered"),
           (long long)number(t, "counts.dropped"), (long long)number(t, "counts.possibly_doubled"), (long long)number(t, "counts.dead_letters"));
    talk_put(t, "store          ", "store.path", ", ");
    printf("%s\n", talk_size(number(t, "store.bytes"), size));
}

static void put_lane(const struct tree *t)
{
    char size[TALK_SIZE], span[TIME_TEXT];
    struct sv topic = tree_text(t, "topic");
    show_text(stdout, topic);
    if (topic.n > 30)
        putchar('\n');
    printf("%*s %9lld %9lld %9s  %-13s", topic.n > 30 ? 30 : 30 - (int)topic.n, "", (long long)number(t, "waiting"), (long long)number(t, "refused"),
           talk_size(number(t, "bytes"), size), talk_span(t, "oldest_age", span));
    putchar('\n');
    talk_put(t, "    ", "state", "");
    if (tree_at(t, "since"))
        printf(" for %s", talk_span(t, "since_age", span));
    if (number(t, "of"))
        printf(", %lld of %lld records", (long long)number(t, "read"), (long long)number(t, "of"));
    talk_put(t, ": ", "reason", "");
    if (tree_at(t, "next_try_in"))
        printf("; next try in %s", talk_span(t, "next_try_in", span));
    putchar('\n');
}

static void put_topics(const struct tree *t)
{
    const struct tree *topics = tree_at(t, "topics");
    if (!topics || !topics->first)
        return;
    printf("\n%-30s %9s %9s %9s  %s\n", "topic", "waiting", "refused", "size", "oldest");
    for (const struct tree *at = topics->first; at; at = at->next)
        put_lane(at);
    talk_put(t, "… and ", "topics_omitted", " more topics\n");
}

int ctl_status(int argc, char **argv)
{
    struct talk t;
    struct arena arena = {0};
    const struct tree *answer;
    int status = talk_begin(&t, argc, argv, false);
    if (status < 0 && talk_first(argc))
        status = talk_wrong(&t, "it takes no argument: ", argv[talk_first(argc)]);
    if (status < 0 && (status = talk_ask(&t, "GET", "/status", &arena, &answer)) == TALK_GOOD) {
        if (t.json) {
            talk_json(answer);
        } else {
            put_program(answer);
            put_feeds(answer);
            put_broker(answer);
            put_outbox(answer);
            put_topics(answer);
        }
    }
    arena_free(&arena);
    talk_end(&t);
    return status;
}

/* ---- Reload ---- */

/* Wait until the load with this number is over. */
static int await_load(const struct talk *t, int64_t load, struct arena *arena, const struct tree **answer)
{
    int status = TALK_GOOD;
    do {
        poll(NULL, 0, LOOK_EVERY);
        arena_reset(arena);
        status = talk_ask(t, "GET", "/reload", arena, answer);
    } while (status == TALK_GOOD && tree_number(*answer, "ended", 0) < load);
    return status;
}

/* The daemon's diagnostics have lines of their own. */
static void show_lines(struct sv text)
{
    for (struct sv line; sv_split(&text, '\n', &line);) {
        show_text(stderr, line);
        putc('\n', stderr);
    }
}

int ctl_reload(int argc, char **argv)
{
    struct talk t;
    struct arena arena = {0};
    const struct tree *answer;
    int status = talk_begin(&t, argc, argv, false);
    if (status < 0 && talk_first(argc))
        status = talk_wrong(&t, "it takes no argument: ", argv[talk_first(argc)]);
    if (status < 0 && (status = talk_ask(&t, "POST", "/reload", &arena, &answer)) == TALK_GOOD)
        status = await_load(&t, tree_number(answer, "load", 0), &arena, &answer);
    if (status == TALK_GOOD && tree_at(answer, "error")) {
        status = TALK_REFUSED;
        if (!t.json)
            show_lines(tree_text(answer, "error"));
    }
    if (t.json && (status == TALK_GOOD || tree_at(answer, "error")))
        talk_json(answer);
    else if (status == TALK_GOOD)
        puts("reloaded");
    arena_free(&arena);
    talk_end(&t);
    return status;
}
