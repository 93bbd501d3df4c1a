/* A rule, a blank line, a text: no crash; what is mentioned stands in the text, between characters; the same comes out twice, and
 * a rule that is missed says why. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_boundary(struct sv text, size_t at)
{
    return at <= text.n && (at == text.n || ((unsigned char)text.p[at] & 0xC0) != 0x80);
}

static struct sv field_of(const struct item *item, const struct mention *m)
{
    switch (m->field) {
    case ITEM_TITLE: return item->title;
    case ITEM_CONTENT: return item->content_text;
    case ITEM_CATEGORY: return item->tags[m->index];
    case ITEM_URL: return item->url;
    default: abort();
    }
}

static void check_hit(const struct hit *hit, const struct item *item)
{
    for (size_t i = 0; i < hit->mention_count; i++) {
        const struct mention *m = &hit->mentions[i];
        struct sv text = field_of(item, m);
        if (m->start >= m->end || !is_boundary(text, m->start) || !is_boundary(text, m->end) ||
            !sv_eq(m->text, sv_range(text.p + m->start, text.p + m->end)))
            abort();
    }
    size_t last = 0;
    for (size_t i = 0; i < hit->highlight_count; i++) {
        const struct span_of_bytes *h = &hit->highlights[i];
        if (h->start < last || h->end < h->start || !is_boundary(hit->snippet, h->end) || !is_boundary(hit->snippet, h->start))
            abort();
        last = h->end;
    }
    if (utf8_valid_until(hit->snippet) != hit->snippet.n || (hit->snippet.n && memchr(hit->snippet.p, '\n', hit->snippet.n)))
        abort();
}

static void describe(const struct hit *hit, struct buf *out)
{
    for (size_t i = 0; i < hit->mention_count; i++)
        buf_printf(out, "%u %zu %zu %.*s\n", hit->mentions[i].field, hit->mentions[i].start, hit->mentions[i].end, SV_ARG(hit->mentions[i].term));
    buf_sv(out, hit->snippet);
}

static void check_miss(const struct match *match, const struct item *item, const struct match_context *context, bool hit)
{
    struct match_explainer *explainer = match_explain(match, item, context);
    struct miss miss = match_miss(explainer, 0);
    if (hit == (miss.count > 0))
        abort();
    for (size_t i = 0; i < miss.count; i++) {
        struct sv part = miss.parts[i].part, reason = miss.parts[i].reason;
        if (!part.n || !reason.n || part.n > 300 || reason.n > 700 || utf8_valid_until(part) != part.n || utf8_valid_until(reason) != reason.n)
            abort();
    }
    match_explain_end(&explainer);
}

static void hold(const struct match *match, const struct item *like, struct buf *out)
{
    static const struct match_context context = {.outlet = SV("outlet"), .feed = SV("outlet"), .country = SV("CN"), .language = SV("en")};
    struct arena arena = {0};
    struct item item = *like;
    struct hit *hits;
    item.arena = &arena;
    size_t count = match_item(match, &item, &context, &hits);
    check_miss(match, &item, &context, count > 0);
    if (count) {
        check_hit(&hits[0], &item);
        describe(&hits[0], out);
    }
    arena_free(&arena);
}

static void check(const struct rule *rule, struct sv text, struct diags *diags)
{
    struct match *match = match_compile(rule, 1, diags);
    struct buf once = {0}, twice = {0};
    struct sv title = utf8_cut(text, text.n / 8);
    struct item item = {.id = SV("1"), .title = title, .content_text = text, .tags = &title, .tag_count = 1, .url = title};
    if (match) {
        hold(match, &item, &once);
        hold(match, &item, &twice);
        if (!sv_eq(buf_view(&once), buf_view(&twice)))
            abort();
    }
    match_free(&match);
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv all = {(const char *)data, size};
    ptrdiff_t blank = sv_find(all, SV("\n\n"));
    struct sv text = blank < 0 ? SV("") : sv_from(all, (size_t)blank + 2);
    const struct source source = {SV("fuzz"), blank < 0 ? all : sv_head(all, (size_t)blank)};
    struct arena arena = {0};
    struct diags diags = {0};
    struct node name = {.kind = NODE_TERM, .text = SV("Iran"), .written = SV("Iran"), .open = true};
    struct list iran = {.name = SV("iran"), .body = &name};
    struct table lists = {0};
    table_put(&lists, iran.name, &iran);
    struct rule rule = {.id = SV("fuzz"), .match = rule_parse_text(&source, &lists, &arena, &diags)};
    if (rule.match && utf8_valid_until(text) == text.n) /* the feed stage sees to that */
        check(&rule, text, &diags);
    table_free(&lists);
    diag_free(&diags);
    arena_free(&arena);
    return 0;
}
