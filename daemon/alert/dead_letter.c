#include "alert/dead_letter.h"

#include "base/json.h"
#include "base/utf8.h"

#define HEADERS_MOST 32
#define HEADER_MOST 1024      /* bytes of a value, and of the key */
#define TITLE_MOST 1024
#define NAME_MOST 256
#define URL_MOST 2048
#define MATCHES_MOST (8 << 10) /* bytes of the value, from which on no match is added */
#define VALUE_MOST (48 << 10)  /* only what never was an alert of ours is larger */

/* ---- The value: what is named here is kept, all else is left out ---- */

enum place { ENVELOPE, DATA, ITEM, OUTLET, FEED, MATCHES, MATCH, TERMS, TIMES, TEXT, WEB, COUNT };

static const struct member {
    enum place in;
    const char *name;
    enum place is; /* TEXT is cut at `most`, WEB is left out when it is longer */
    size_t most;
} members[] = {
    {ENVELOPE, "specversion", TEXT, NAME_MOST},
    {ENVELOPE, "id", TEXT, NAME_MOST},
    {ENVELOPE, "source", TEXT, NAME_MOST},
    {ENVELOPE, "type", TEXT, NAME_MOST},
    {ENVELOPE, "time", TEXT, NAME_MOST},
    {ENVELOPE, "subject", TEXT, NAME_MOST},
    {ENVELOPE, "dataschema", TEXT, NAME_MOST},
    {ENVELOPE, "datacontenttype", TEXT, NAME_MOST},
    {ENVELOPE, "data", DATA, 0},
    {DATA, "item", ITEM, 0},
    {DATA, "outlet", OUTLET, 0},
    {DATA, "feed", FEED, 0},
    {DATA, "matches", MATCHES, 0},
    {DATA, "times", TIMES, 0},
    {ITEM, "id", TEXT, TITLE_MOST},
    {ITEM, "url", WEB, URL_MOST},
    {ITEM, "title", TEXT, TITLE_MOST},
    {ITEM, "date_published", TEXT, NAME_MOST},
    {ITEM, "date_modified", TEXT, NAME_MOST},
    {ITEM, "language", TEXT, NAME_MOST},
    {OUTLET, "id", TEXT, NAME_MOST},
    {OUTLET, "name", TEXT, NAME_MOST},
    {OUTLET, "country", TEXT, NAME_MOST},
    {OUTLET, "language", TEXT, NAME_MOST},
    {FEED, "id", TEXT, NAME_MOST},
    {FEED, "url", TEXT, URL_MOST},
    {FEED, "title", TEXT, NAME_MOST},
    {MATCH, "rule", TEXT, NAME_MOST},
    {MATCH, "title", TEXT, NAME_MOST},
    {MATCH, "terms", TERMS, 0},
    {MATCH, "terms_omitted", COUNT, 0},
    {TIMES, "published", TEXT, NAME_MOST},
    {TIMES, "fetched", TEXT, NAME_MOST},
    {TIMES, "matched", TEXT, NAME_MOST},
};

struct stripping {
    struct json_writer w;
    struct buf out;
    enum place open[8];      /* what is kept and open, from the outermost */
    size_t depth;
    size_t skipped;          /* levels open within what is left out */
    const struct member *at; /* whose value comes next; NULL: it is left out */
    bool structured;
    size_t matches;          /* kept */
    int64_t terms;           /* of this match, left out */
};

static enum place within(const struct stripping *s)
{
    return s->open[s->depth - 1];
}

/* What opens here; TEXT: nothing that is kept. */
static enum place opens(struct stripping *s, bool object)
{
    if (s->depth == 0)
        return !object ? TEXT : s->structured ? ENVELOPE : DATA;
    if (within(s) == MATCHES)
        return object && (s->out.n < MATCHES_MOST || s->matches == 0) ? MATCH : TEXT;
    if (within(s) == TERMS)
        s->terms++;
    return s->at && s->at->is < TEXT && (s->at->is == MATCHES || s->at->is == TERMS) != object ? s->at->is : TEXT;
}

static bool open_value(struct stripping *s, bool object)
{
    enum place place = s->skipped ? TEXT : opens(s, object);
    if (s->skipped || place == TEXT) {
        s->skipped++;
        return s->depth > 0;
    }
    if (s->at && place != TERMS)
        json_key(&s->w, s->at->name);
    if (place == MATCHES)
        json_array(&s->w);
    else if (place != TERMS)
        json_object(&s->w);
    if (place == MATCH) {
        s->matches++;
        s->terms = 0;
    }
    s->open[s->depth++] = place;
    s->at = NULL;
    return true;
}

static bool close_value(struct stripping *s)
{
    s->at = NULL;
    if (s->skipped) {
        s->skipped--;
        return true;
    }
    enum place place = s->open[--s->depth];
    if (place == MATCH) {
        json_key(&s->w, "terms");
        json_array(&s->w);
        json_array_end(&s->w);
        if (s->terms > 0) {
            json_key(&s->w, "terms_omitted");
            json_integer(&s->w, s->terms);
        }
    } else if (place == ITEM) {
        json_key(&s->w, "truncated");
        json_bool(&s->w, true);
    }
    if (place == MATCHES)
        json_array_end(&s->w);
    else if (place != TERMS)
        json_object_end(&s->w);
    return s->out.n < VALUE_MOST;
}

static bool on_object(void *context)
{
    return open_value(context, true);
}

static bool on_array(void *context)
{
    return open_value(context, false);
}

static bool on_close(void *context)
{
    return close_value(context);
}

static bool on_key(void *context, struct sv name)
{
    struct stripping *s = context;
    s->at = NULL;
    for (size_t i = 0; !s->skipped && i < sizeof members / sizeof *members; i++)
        if (members[i].in == within(s) && sv_eq(sv_of(members[i].name), name))
            s->at = &members[i];
    return true;
}

static bool on_string(void *context, struct sv value)
{
    struct stripping *s = context;
    const struct member *at = s->at;
    s->at = NULL;
    if (!s->skipped && at && (at->is == TEXT || (at->is == WEB && value.n <= at->most)))
        json_member(&s->w, at->name, utf8_cut(value, at->most));
    return s->out.n < VALUE_MOST;
}

static bool on_number(void *context, struct sv value)
{
    struct stripping *s = context;
    int64_t count = 0;
    for (size_t i = 0; i < value.n && i < 9 && value.p[i] >= '0' && value.p[i] <= '9'; i++)
        count = count * 10 + (value.p[i] - '0');
    if (!s->skipped && s->at && s->at->is == COUNT)
        s->terms += count;
    s->at = NULL;
    return true;
}

static bool on_boolean(void *context, bool value)
{
    (void)value;
    ((struct stripping *)context)->at = NULL;
    return true;
}

static bool on_null(void *context)
{
    return on_boolean(context, false);
}

static struct sv strip(struct sv value, bool structured, struct arena *a)
{
    static const struct json_handlers handlers = {.object = on_object, .object_end = on_close, .array = on_array, .array_end = on_close,
                                                  .key = on_key, .string = on_string, .number = on_number, .boolean = on_boolean, .null = on_null};
    static const struct json_limits limits = {.depth = 64};
    struct stripping s = {.structured = structured};
    s.w.out = &s.out;
    struct json_reader *reader = json_reader_new(&handlers, &s, &limits);
    bool whole = json_reader_feed(reader, value) && json_reader_end(reader) && s.out.n;
    json_reader_free(&reader);
    struct sv stripped = whole ? sv_dup(a, buf_view(&s.out)) : SV("{}");
    buf_free(&s.out);
    return stripped;
}

/* ---- The message ---- */

static bool is_structured(const struct message *m)
{
    for (size_t i = 0; i < m->header_count; i++)
        if (sv_eq_nocase(m->headers[i].name, SV("content-type")))
            return sv_starts_nocase(m->headers[i].value, SV("application/cloudevents"));
    return false;
}

static void add_header(struct message *m, struct sv name, struct sv value)
{
    m->headers[m->header_count++] = (struct message_header){name, utf8_cut(value, HEADER_MOST)};
}

/* Rules' ids are not cut in two. */
static struct sv cut_list(struct sv list)
{
    if (list.n <= HEADER_MOST)
        return list;
    struct sv head = sv_head(list, HEADER_MOST);
    const char *comma = memrchr(head.p, ',', head.n);
    return comma ? sv_range(head.p, comma) : SV("");
}

struct message dead_letter_make(const struct message *refused, struct sv topic, struct sv reason, struct arena *a)
{
    size_t kept = refused->header_count < HEADERS_MOST ? refused->header_count : HEADERS_MOST;
    struct message m = {.id = refused->id, .topic = topic, .key = sv_head(refused->key, HEADER_MOST)};
    m.headers = arena_array(a, kept + 3, sizeof *m.headers);
    for (size_t i = 0; i < kept; i++) {
        const struct message_header *h = &refused->headers[i];
        add_header(&m, h->name, sv_eq(h->name, SV("rules")) ? cut_list(h->value) : h->value);
    }
    add_header(&m, SV("dead_letter_topic"), refused->topic);
    add_header(&m, SV("dead_letter_key"), refused->key);
    add_header(&m, SV("dead_letter_reason"), reason);
    m.value = strip(refused->value, is_structured(refused), a);
    return m;
}
