/* A desk that watches one outlet: a real store and configuration, documents from the test, a clock that the test turns. */
#ifndef DESK_H
#define DESK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/buf.h"
#include "round.h"

#define NOW (1764000000ll * MS_SECOND) /* 2025-11-24 16:00 UTC */

struct desk {
    struct clock clock; /* the first member */
    int64_t now;
    char dir[64];
    struct store *store;
    struct setup *setup;
    struct buf told;    /* titles of alerts since the last look, a blank behind each; "+" before that of an update */
    struct buf document;
    bool unchanged;     /* the last document was not read */
    int minute;         /* of the dates of items */
};

static inline int64_t desk_now(const struct clock *c)
{
    return ((const struct desk *)c)->now;
}

static inline void desk_configure(struct desk *d, const char *text)
{
    char path[128];
    struct diags diags = {0};
    struct buf told = {0};
    snprintf(path, sizeof path, "%s/conf", d->dir);
    FILE *f = fopen(path, "w");
    fprintf(f, "instance test; kafka { embedded; }\n%s", text);
    fclose(f);
    setup_free(&d->setup);
    d->setup = setup_load(path, &diags);
    diag_write(&diags, &told, false);
    if (!d->setup)
        fail_msg("%s", buf_cstr(&told));
    buf_free(&told);
    diag_free(&diags);
    unlink(path);
}

/* A configuration of one outlet and a rule that everything satisfies. */
#define PAPER(settings) "outlet paper { " settings " feed \"http://paper.example/feed\"; feed other \"http://paper.example/other\"; }\n"
#define RULE "rule all { match title:/.*/ | text:/.*/; }"

static inline void desk_open(struct desk *d, const char *configuration)
{
    char error[STORE_ERROR];
    *d = (struct desk){.clock = {desk_now, desk_now}, .now = NOW, .minute = 30};
    strcpy(d->dir, "/tmp/newswatchd-round-XXXXXX");
    assert_non_null(mkdtemp(d->dir));
    d->store = store_open(d->dir, error);
    if (!d->store)
        fail_msg("%s", error);
    desk_configure(d, configuration ? configuration : PAPER("") RULE);
}

static inline void desk_close(struct desk *d)
{
    static const char *const names[] = {"newswatchd.db", "newswatchd.db-wal", "newswatchd.db-shm", "lock"};
    store_close(&d->store);
    setup_free(&d->setup);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", d->dir, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(d->dir), 0);
    buf_free(&d->told);
    buf_free(&d->document);
}

/* A number from the store. */
static inline int64_t count_of(struct desk *d, const char *what)
{
    char path[128];
    sqlite3 *db;
    sqlite3_stmt *st;
    snprintf(path, sizeof path, "%s/newswatchd.db", d->dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, what, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

/* ---- Documents ---- */

static inline void element(struct desk *d, const char *name, const char *text)
{
    if (text)
        buf_printf(&d->document, "<%s>%s</%s>", name, text, name);
}

/* The hour of 2025-11-24 at which it was published; UNDATED. Hours beyond 23 are of the days after. */
#define UNDATED (-1)

static inline void add_item(struct desk *d, const char *guid, const char *link, const char *title, int hour, const char *text)
{
    char date[64];
    snprintf(date, sizeof date, "2025-11-%02dT%02d:%02d:00Z", 24 + hour / 24, hour % 24, d->minute);
    buf_str(&d->document, "<item>");
    element(d, "guid", guid);
    element(d, "link", link);
    element(d, "title", title);
    element(d, "pubDate", hour == UNDATED ? NULL : date);
    element(d, "description", text);
    buf_str(&d->document, "</item>");
}

static inline void tell(void *context, const struct news *n)
{
    struct desk *d = context;
    buf_printf(&d->told, "%s%.*s ", n->updated ? "+" : "", SV_ARG(n->title));
}

static inline struct round *desk_begin(struct desk *d, const char *feed)
{
    const struct round_tools tools = {d->store, &d->clock};
    const struct poll_response response = {.status = 200, .content_type = SV("application/rss+xml"), .url = SV("http://paper.example/feed"), .started = d->now};
    const struct conf_feed *conf = table_get(&d->setup->conf->feeds_by_id, sv_of(feed));
    assert_non_null(conf);
    return round_new(&tools, d->setup, conf, &response);
}

static inline void desk_record(struct desk *d, struct round *r, const char *feed)
{
    const struct store_feed state = {.last_success = d->now, .next = TIME_NONE, .last_full = TIME_NONE};
    d->unchanged = round_unchanged(r);
    assert_true(store_begin(d->store) && store_feed_save(d->store, sv_of(feed), &state) && round_record(r, d->now, tell, d));
    assert_true(store_end(d->store, true) && store_commit(d->store));
    round_free(&r);
}

static inline void desk_end(struct desk *d, struct round *r, const char *feed, bool complete)
{
    assert_null(round_end(r, complete));
    desk_record(d, r, feed);
}

/* Poll what add_item has written, in a body that no other poll had; the document is empty then. */
static inline void poll_feed(struct desk *d, const char *feed)
{
    struct buf text = {0};
    buf_printf(&text, "<rss version=\"2.0\"><channel><title>T</title>%.*s</channel></rss><!-- %lld -->", SV_ARG(buf_view(&d->document)),
               (long long)d->now);
    struct round *r = desk_begin(d, feed);
    assert_true(round_data(r, text.p, text.n));
    desk_end(d, r, feed, true);
    buf_free(&text);
    buf_clear(&d->document);
    d->now += 10 * MS_MINUTE;
}

/* The feed is empty at its first poll, so that all that comes later is news. */
static inline void desk_start(struct desk *d, const char *configuration)
{
    desk_open(d, configuration);
    poll_feed(d, "paper");
}

static inline void poll_paper(struct desk *d)
{
    poll_feed(d, "paper");
}

/* What was told since the last look. */
static inline void assert_news_at(struct desk *d, const char *titles, int line)
{
    struct buf wanted = {0};
    buf_printf(&wanted, "%s%s", titles, *titles ? " " : "");
    if (!sv_eq(buf_view(&d->told), buf_view(&wanted)))
        fail_msg("line %d: \"%.*s\" instead of \"%s\"", line, SV_ARG(buf_view(&d->told)), titles);
    buf_free(&wanted);
    buf_clear(&d->told);
}
#define assert_news(desk, titles) assert_news_at(desk, titles, __LINE__)

#endif
