#include "poll/head.h"

#include <curl/curl.h>
#include <stdlib.h>

static struct sv *member(struct head *h, struct sv name)
{
    const struct {
        struct sv name;
        struct sv *value;
    } members[] = {
        {SV("etag"), &h->etag}, {SV("last-modified"), &h->last_modified}, {SV("content-type"), &h->content_type},
        {SV("location"), &h->location}, {SV("retry-after"), &h->retry_after}, {SV("date"), &h->date},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (sv_eq_nocase(name, members[i].name))
            return members[i].value;
    return NULL;
}

/* "HTTP/1.1 200 OK", "HTTP/2 200": another answer begins. */
static void begin(struct head *h, struct sv line)
{
    struct arena arena = h->arena;
    arena_reset(&arena);
    *h = (struct head){.arena = arena};
    struct sv version;
    sv_split(&line, ' ', &version);
    line = sv_trim(line);
    for (size_t i = 0; i < 3 && i < line.n && line.p[i] >= '0' && line.p[i] <= '9'; i++)
        h->status = h->status * 10 + (line.p[i] - '0');
}

void head_line(struct head *h, struct sv line)
{
    while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    if (sv_starts_nocase(line, SV("HTTP/"))) {
        begin(h, line);
        return;
    }
    struct sv name, value = line;
    if (h->closed || (h->closed = line.n == 0) || !sv_split(&value, ':', &name))
        return;
    struct sv *keep = member(h, name);
    value = sv_trim(value);
    if (keep)
        *keep = value.n && value.n <= HEAD_LONGEST ? sv_dup(&h->arena, value) : SV_NONE;
}

void head_free(struct head *h)
{
    arena_free(&h->arena);
    *h = (struct head){0};
}

/* A date of HTTP in any of its three forms; our views of header values end with a NUL. */
static int64_t date_of(struct sv v)
{
    time_t t = v.p ? curl_getdate(v.p, NULL) : -1;
    return t == -1 ? TIME_NONE : (int64_t)t * MS_SECOND;
}

int64_t head_retry_after(const struct head *h, int64_t wall)
{
    struct sv v = h->retry_after;
    if (!v.n)
        return -1;
    int64_t seconds = 0;
    size_t digits = 0;
    for (; digits < v.n && v.p[digits] >= '0' && v.p[digits] <= '9'; digits++)
        if (seconds < INT32_MAX)
            seconds = seconds * 10 + (v.p[digits] - '0');
    if (digits == v.n)
        return seconds * MS_SECOND;
    int64_t until = date_of(v), from = date_of(h->date);
    if (digits > 0 && v.p[digits] != ' ' && v.p[digits] != '-') /* "1.5", "120s": no date, whatever a lenient reader makes of it */
        return -1;
    if (until == TIME_NONE)
        return -1;
    if (from == TIME_NONE)
        from = wall;
    return until > from ? until - from : 0;
}
