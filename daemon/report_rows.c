/* The outbox's rows on the control socket: what waits and why, and what an operator does about it. */
#include "base/log.h"
#include "headline.h"
#include "report_inner.h"

#define PAGE_MOST 500           /* rows of an answer */
#define PAGE_BYTES (4ull << 20) /* of the messages that are looked into for it */
#define SCAN_MOST 1000          /* rows that are looked at for it */

/* ---- Rows of the outbox ---- */

struct picked {
    struct store_row row;
    struct picked *next;
};

/* A page: rows that are wanted, of a bounded number that are looked at. */
struct page {
    struct arena arena;
    int64_t after;
    size_t most;
    bool waiting, refused; /* which are wanted */
    const char *topic;     /* NULL: of any */
    struct picked *first, **end;
    size_t count, seen;
    bool full;
    int64_t last;          /* the last that was looked at */
};

static void pick(void *context, const struct store_row *row)
{
    struct page *p = context;
    p->full = p->full || p->count == p->most;
    if (p->full)
        return;
    p->seen++;
    p->last = row->row;
    if (!(row->refused.p ? p->refused : p->waiting) || (p->topic && !sv_eq(row->topic, sv_of(p->topic))))
        return;
    struct picked *picked = arena_alloc(&p->arena, sizeof *picked);
    *picked = (struct picked){*row, NULL};
    picked->row.event = sv_dup(&p->arena, row->event);
    picked->row.topic = sv_dup(&p->arena, row->topic);
    picked->row.key = sv_dup(&p->arena, row->key);
    picked->row.refused = sv_dup(&p->arena, row->refused);
    *p->end = picked;
    p->end = &picked->next;
    p->count++;
}

/* What the query asks for; false when it is wrong, and says so. */
static bool read_page(struct page *p, const struct control_request *request, struct control_reply *reply)
{
    const char *state = control_argument(request, "state");
    int64_t after = control_argument_number(request, "after", 0, INT64_MAX), most = control_argument_number(request, "most", PAGE_MOST, INT64_MAX);
    *p = (struct page){.after = after, .most = most > PAGE_MOST ? PAGE_MOST : (size_t)most, .topic = control_argument(request, "topic")};
    p->waiting = !state || strcmp(state, "waiting") == 0;
    p->refused = !state || strcmp(state, "refused") == 0;
    if (after < 0)
        control_refuse(reply, WRONG, "after: the id of a row, a number");
    else if (most <= 0)
        control_refuse(reply, WRONG, "most: how many rows, a number from 1");
    else if (!p->waiting && !p->refused)
        control_refuse(reply, WRONG, "state: waiting or refused");
    else
        return true;
    return false;
}

static bool fill_page(const struct report *r, struct page *p, struct control_reply *reply)
{
    p->end = &p->first;
    p->last = p->after;
    if (store_outbox_list(r->store, p->after, SCAN_MOST, pick, p))
        return true;
    refuse_store(r, reply);
    return false;
}

/* Where the next page begins, when there may be one. */
static void put_next(const struct page *p, struct json_writer *w)
{
    if (p->full || p->seen == SCAN_MOST)
        put_integer(w, "next", p->last);
}

/* ---- GET /outbox ---- */

static void put_row_state(const struct report *r, struct json_writer *w, const struct store_row *row)
{
    if (row->refused.p) {
        json_member(w, "state", SV("refused"));
        json_member(w, "reason", row->refused);
    } else if (delivery_holds(watch_delivery(r->watch), row->row)) {
        json_member(w, "state", SV("on its way"));
    } else {
        struct delivery_lane lane;
        delivery_lane(watch_delivery(r->watch), row->topic, &lane);
        json_member(w, "state", SV("waits"));
        json_member(w, "reason", sv_of(lane.reason));
    }
}

static bool put_row(const struct report *r, struct json_writer *w, const struct store_row *row)
{
    struct arena arena = {0};
    struct message m = {0};
    int found = store_outbox_load(r->store, row->row, &arena, &m);
    struct headline about = headline_of(&m, &arena);
    json_object(w);
    put_integer(w, "id", row->row);
    json_member(w, "topic", row->topic);
    put_row_state(r, w, row);
    json_member(w, "outlet", about.outlet);
    json_member(w, "title", about.title);
    json_member(w, "url", about.url);
    json_member(w, "rules", about.rules);
    json_member(w, "key", row->key);
    json_member(w, "event", row->event);
    put_time(w, "added", row->added);
    put_age(r, w, "age", row->added);
    put_integer(w, "size", (int64_t)row->size);
    if (row->stands_for)
        put_integer(w, "stands_for", row->stands_for);
    json_object_end(w);
    arena_free(&arena);
    return found >= 0;
}

/* Rows until the messages that were looked into are many bytes; the page ends behind the last one then. */
static bool put_rows(const struct report *r, struct json_writer *w, struct page *p)
{
    uint64_t bytes = 0;
    bool good = true;
    json_array(w);
    for (const struct picked *at = p->first; good && at; at = at->next) {
        good = put_row(r, w, &at->row);
        bytes += at->row.size;
        if (at->next && bytes > PAGE_BYTES) {
            p->full = true;
            p->last = at->row.row;
            break;
        }
    }
    json_array_end(w);
    return good;
}

void answer_outbox(void *report, const struct control_request *request, struct control_reply *reply)
{
    struct report *r = report;
    struct json_writer *w = &reply->json;
    struct page page;
    if (!read_page(&page, request, reply))
        return;
    if (fill_page(r, &page, reply)) {
        json_object(w);
        json_key(w, "rows");
        bool good = put_rows(r, w, &page);
        put_next(&page, w);
        json_object_end(w);
        if (!good)
            refuse_store(r, reply);
    }
    arena_free(&page.arena);
}

/* ---- POST /outbox/…: what an operator does about it ---- */

enum deed { RETRY, DROP };

struct tally {
    size_t done;
    size_t missing; /* there is no such row */
    size_t busy;    /* on its way to the broker: it cannot be called back */
};

static bool act_on_row(const struct report *r, enum deed deed, int64_t row, struct tally *t)
{
    bool busy = deed == DROP && delivery_holds(watch_delivery(r->watch), row);
    int done = busy ? 0 : deed == RETRY ? store_outbox_retry(r->store, row) : store_outbox_drop(r->store, row);
    t->busy += busy;
    t->missing += done == 0 && !busy;
    t->done += done > 0;
    return done >= 0;
}

/* All of it or nothing; what was done counts only when it is committed. false when the store refused. */
static bool act_on(const struct report *r, enum deed deed, const struct picked *rows, struct tally *t)
{
    *t = (struct tally){0};
    if (!store_begin(r->store))
        return false;
    bool good = true;
    for (const struct picked *at = rows; good && at; at = at->next)
        good = act_on_row(r, deed, at->row.row, t);
    good = good && (deed == RETRY || store_count_add(r->store, STORE_DROPPED, t->done));
    good = store_end(r->store, good) && good;
    good = watch_commit(r->watch) && good;
    if (good && deed == RETRY)
        delivery_returned(watch_delivery(r->watch));
    return good;
}

static void put_tally(struct json_writer *w, const struct tally *t)
{
    put_integer(w, "done", (int64_t)t->done);
    put_integer(w, "on_their_way", (int64_t)t->busy);
}

static void answer_one(struct report *r, enum deed deed, const struct control_request *request, struct control_reply *reply)
{
    struct tally tally;
    const struct picked row = {.row.row = control_number(request)};
    long long id = row.row.row;
    if (!act_on(r, deed, &row, &tally)) {
        refuse_store(r, reply);
    } else if (tally.busy) {
        control_refuse(reply, NOT_NOW, "row %lld is on its way to the broker", id);
    } else if (tally.missing) {
        control_refuse(reply, NO_SUCH, deed == RETRY ? "there is no row %lld that the broker has refused" : "there is no row %lld in the outbox", id);
    } else {
        log_notice("the operator %s row %lld of the outbox", deed == RETRY ? "sends again" : "has dropped", id);
        json_object(&reply->json);
        put_tally(&reply->json, &tally);
        json_object_end(&reply->json);
    }
}

void answer_retry(void *report, const struct control_request *request, struct control_reply *reply)
{
    answer_one(report, RETRY, request, reply);
}

void answer_drop(void *report, const struct control_request *request, struct control_reply *reply)
{
    answer_one(report, DROP, request, reply);
}

/* Many: a page of them at a time. */
static void act_on_page(struct report *r, enum deed deed, const struct page *p, struct control_reply *reply)
{
    struct tally tally = {0};
    if (p->first && !act_on(r, deed, p->first, &tally)) {
        refuse_store(r, reply);
        return;
    }
    if (tally.done)
        log_notice("the operator %s %zu alerts%s%s", deed == RETRY ? "sends again" : "has dropped", tally.done,
                   p->topic ? " for the topic " : " that the broker had refused", p->topic ? p->topic : "");
    json_object(&reply->json);
    put_tally(&reply->json, &tally);
    put_next(p, &reply->json);
    json_object_end(&reply->json);
}

static void answer_many(struct report *r, enum deed deed, const struct control_request *request, struct control_reply *reply)
{
    struct page page;
    if (!read_page(&page, request, reply))
        return;
    if (deed == RETRY) {
        page.waiting = false;
    } else if (!page.topic && (page.waiting || !page.refused)) {
        control_refuse(reply, WRONG, "which? state=refused, or a topic");
        return;
    }
    if (fill_page(r, &page, reply))
        act_on_page(r, deed, &page, reply);
    arena_free(&page.arena);
}

void answer_retry_many(void *report, const struct control_request *request, struct control_reply *reply)
{
    answer_many(report, RETRY, request, reply);
}

void answer_drop_many(void *report, const struct control_request *request, struct control_reply *reply)
{
    answer_many(report, DROP, request, reply);
}
