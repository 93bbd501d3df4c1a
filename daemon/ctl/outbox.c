/* newswatchctl outbox [retry|drop]. */
#include <stdio.h>

#include "base/clock.h"
#include "ctl/ctl.h"
#include "ctl/show.h"
#include "ctl/talk.h"
#include "poll/ask.h"

/* ---- The list ---- */

/* Two lines: what the row is, and what it is about. */
static void put_row(const struct tree *t)
{
    char size[TALK_SIZE], span[TIME_TEXT];
    printf("%7lld  %-13s %8s  ", (long long)tree_number(t, "id", 0), talk_span(t, "age", span), talk_size(tree_number(t, "size", 0), size));
    talk_put(t, "", "topic", "  ");
    talk_put(t, "", "state", "");
    talk_put(t, ": ", "reason", "");
    talk_put(t, "; a dead letter, for ", "stands_for", "");
    fputs("\n         ", stdout);
    talk_put(t, "", "outlet", ": ");
    talk_put(t, "", tree_at(t, "title") ? "title" : "url", "");
    talk_put(t, "  [", "rules", "]");
    putchar('\n');
}

static void add_filter(const struct talk *t, struct buf *path)
{
    if (t->refused)
        ask_argument(path, "state", SV("refused"));
    if (t->topic)
        ask_argument(path, "topic", sv_of(t->topic));
}

static void add_number(struct buf *path, const char *name, int64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)n);
    ask_argument(path, name, sv_of(text));
}

/* Page after page, so that neither side holds many rows, and a pager that waits keeps nobody. */
static int list(const struct talk *t)
{
    struct buf path = {0};
    struct arena arena = {0};
    int64_t after = 0, shown = 0;
    int status;
    do {
        const struct tree *answer;
        buf_clear(&path);
        buf_str(&path, "/outbox");
        add_number(&path, "after", after);
        if (t->most)
            add_number(&path, "most", t->most - shown);
        add_filter(t, &path);
        arena_reset(&arena);
        status = talk_ask(t, "GET", buf_cstr(&path), &arena, &answer);
        const struct tree *rows = tree_at(answer, "rows");
        after = tree_number(answer, "next", 0);
        for (const struct tree *row = rows ? rows->first : NULL; row; row = row->next, shown++)
            if (t->json)
                talk_json(row);
            else
                put_row(row);
    } while (status == TALK_GOOD && after && !ferror(stdout) && (!t->most || shown < t->most));
    buf_free(&path);
    arena_free(&arena);
    return status;
}

/* ---- Retry and drop ---- */

/* Rows by id: each is tried, whatever became of the others. */
static int act_on_each(const struct talk *t, const char *deed, char **ids, int count)
{
    int status = TALK_GOOD;
    for (int i = 0; i < count && status != TALK_NOBODY; i++) {
        const struct tree *answer;
        struct arena arena = {0};
        char path[64];
        snprintf(path, sizeof path, "/outbox/%s/%s", ids[i], deed);
        int one = talk_ask(t, "POST", path, &arena, &answer);
        status = one != TALK_GOOD ? one : status;
        arena_free(&arena);
    }
    return status;
}

/* All that the options name, a page at a time. */
static int act_on_all(const struct talk *t, const char *deed)
{
    struct buf path = {0};
    struct arena arena = {0};
    int64_t after = 0, done = 0, busy = 0;
    int status;
    do {
        const struct tree *answer;
        buf_clear(&path);
        buf_printf(&path, "/outbox/%s", deed);
        add_number(&path, "after", after);
        add_filter(t, &path);
        arena_reset(&arena);
        status = talk_ask(t, "POST", buf_cstr(&path), &arena, &answer);
        after = tree_number(answer, "next", 0);
        done += tree_number(answer, "done", 0);
        busy += tree_number(answer, "on_their_way", 0);
    } while (status == TALK_GOOD && after);
    if (t->json)
        printf("{\"done\":%lld,\"on_their_way\":%lld}\n", (long long)done, (long long)busy);
    else
        printf("%lld %s\n", (long long)done, strcmp(deed, "drop") == 0 ? "dropped" : "sent again");
    if (busy && !t->json)
        printf("%lld stay: they are on their way to the broker\n", (long long)busy);
    buf_free(&path);
    arena_free(&arena);
    return status;
}

static bool is_id(const char *text)
{
    return strspn(text, "0123456789") == strlen(text) && *text && strlen(text) < 20;
}

static int act(const struct talk *t, const char *deed, char **ids, int count)
{
    bool drops = strcmp(deed, "drop") == 0;
    if (!drops && strcmp(deed, "retry") != 0)
        return talk_wrong(t, "it can retry and drop, not ", deed);
    for (int i = 0; i < count; i++)
        if (!is_id(ids[i]))
            return talk_wrong(t, "the id of a row is a number, as `newswatchctl outbox` shows it, not ", ids[i]);
    if (t->most)
        return talk_wrong(t, "-n is for the list", "");
    if (count && (t->refused || t->topic))
        return talk_wrong(t, "either ids, or --refused and --topic", "");
    if (!count && !t->refused && !(drops && t->topic))
        return talk_wrong(t, "which? ids, or ", drops ? "--refused, or --topic TOPIC" : "--refused");
    return count ? act_on_each(t, deed, ids, count) : act_on_all(t, deed);
}

int ctl_outbox(int argc, char **argv)
{
    struct talk t;
    int status = talk_begin(&t, argc, argv, true);
    if (status < 0) {
        int first = talk_first(argc);
        status = first ? act(&t, argv[first], argv + first + 1, argc - first - 1) : list(&t);
    }
    talk_end(&t);
    return status;
}
