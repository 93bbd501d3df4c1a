#include "ctl/show.h"

#include <stdlib.h>

#include "base/utf8.h"

#define AROUND_BYTES 300  /* of a long paragraph, on both sides of what was found */
#define FIELD_BYTES 6000  /* of a field in all */
#define TITLE_BYTES 1000
#define ID_BYTES 120
#define FOUND_MOST 8      /* different texts that are named beside a rule */

static const char hit_colour[] = "\033[1;32m", miss_colour[] = "\033[31m", term_colour[] = "\033[1;33m", bold[] = "\033[1m", dim[] = "\033[2m",
                  plain[] = "\033[0m";

/* ---- Characters ---- */

enum danger { HARMLESS, TURNS, CONTROLS };

static enum danger danger_of(uint32_t c)
{
    if (c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029)
        return CONTROLS;
    bool turns = c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x206F);
    return turns || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F) ? TURNS : HARMLESS;
}

void show_text(FILE *out, struct sv text)
{
    for (const char *p = text.p, *end = text.p + text.n; p < end;) {
        uint32_t c;
        char bytes[4];
        p += utf8_decode(p, end, &c);
        enum danger danger = danger_of(c);
        if (danger == CONTROLS)
            putc(' ', out);
        else if (danger == HARMLESS)
            fwrite(bytes, 1, utf8_encode(c, bytes), out);
    }
}

void show_json(struct sv line)
{
    const char *from = line.p;
    for (const char *p = line.p, *end = line.p + line.n; p < end;) {
        uint32_t c;
        const char *at = p;
        p += utf8_decode(p, end, &c);
        if (c < 0x7F || danger_of(c) == HARMLESS)
            continue;
        fwrite(from, 1, (size_t)(at - from), stdout);
        if (c < 0x10000)
            printf("\\u%04x", c);
        else
            printf("\\u%04x\\u%04x", 0xD7C0 + (c >> 10), 0xDC00 + (c & 0x3FF));
        from = p;
    }
    fwrite(from, 1, (size_t)(line.p + line.n - from), stdout);
    putchar('\n');
}

static void put_in(bool colour, const char *how, struct sv text)
{
    fputs(colour ? how : "", stdout);
    show_text(stdout, text);
    fputs(colour ? plain : "", stdout);
}

static void put_shortened(struct sv text, size_t most)
{
    struct sv head = utf8_cut(text, most);
    show_text(stdout, head);
    fputs(head.n < text.n ? "…" : "", stdout);
}

/* ---- Where something was found ---- */

/* In one text: from where to where, ordered, none overlaps another. */
struct marks {
    struct span_of_bytes *list;
    size_t count;
};

struct found {
    struct mention *list; /* of all rules, ordered by place */
    size_t count;
};

static struct found collect(const struct item *item, const struct hit *hits, size_t count)
{
    size_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += hits[i].mention_count;
    struct found found = {arena_array(item->arena, all, sizeof *found.list), 0};
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < hits[i].mention_count; k++)
            if (hits[i].mentions[k].start != HIT_NO_OFFSET)
                found.list[found.count++] = hits[i].mentions[k];
    if (found.count > 1)
        qsort(found.list, found.count, sizeof *found.list, mention_order);
    return found;
}

static struct marks marks_in(const struct item *item, const struct found *found, enum item_field field, unsigned index)
{
    size_t low = 0, high = found->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct mention *m = &found->list[middle];
        if (m->field < field || (m->field == field && m->index < index))
            low = middle + 1;
        else
            high = middle;
    }
    while (high < found->count && found->list[high].field == field && found->list[high].index == index)
        high++;
    struct marks marks = {arena_array(item->arena, high - low, sizeof *marks.list), 0};
    for (size_t i = low; i < high; i++) {
        struct span_of_bytes *last = marks.count ? &marks.list[marks.count - 1] : NULL;
        const struct mention *m = &found->list[i];
        if (last && m->start < last->end)
            last->end = m->end > last->end ? m->end : last->end;
        else
            marks.list[marks.count++] = (struct span_of_bytes){m->start, m->end};
    }
    return marks;
}

/* ---- Texts ---- */

/* From byte `from` to `to`; the marks are those within. */
static void put_marked(struct sv text, size_t from, size_t to, const struct span_of_bytes *marks, size_t count, bool colour)
{
    for (size_t i = 0; i < count; i++) {
        show_text(stdout, sv_range(text.p + from, text.p + marks[i].start));
        fputs(colour ? term_colour : "[", stdout);
        show_text(stdout, sv_range(text.p + marks[i].start, text.p + marks[i].end));
        fputs(colour ? plain : "]", stdout);
        from = marks[i].end;
    }
    show_text(stdout, sv_range(text.p + from, text.p + to));
}

static bool is_within_word(struct sv text, size_t at)
{
    return at > 0 && at < text.n && (unsigned char)text.p[at - 1] > ' ' && (unsigned char)text.p[at] > ' ';
}

/* The paragraph around a mark, of a long one what is near. */
static struct span_of_bytes paragraph(struct sv text, struct span_of_bytes mark)
{
    size_t from = mark.start, to = mark.end;
    while (from > 0 && text.p[from - 1] != '\n' && mark.start - from < AROUND_BYTES)
        from--;
    while (to < text.n && text.p[to] != '\n' && to - mark.end < AROUND_BYTES)
        to++;
    for (size_t k = 0; k < AROUND_BYTES / 8 && from < mark.start && is_within_word(text, from); k++)
        from++;
    for (size_t k = 0; k < AROUND_BYTES / 8 && to > mark.end && is_within_word(text, to); k++)
        to--;
    while (from < mark.start && ((unsigned char)text.p[from] & 0xC0) == 0x80)
        from++;
    while (to > mark.end && to < text.n && ((unsigned char)text.p[to] & 0xC0) == 0x80)
        to--;
    return (struct span_of_bytes){from, to};
}

/* A line for each paragraph in which something was found. */
static void put_found(const char *name, struct sv text, const struct marks *marks, bool colour)
{
    size_t shown = 0;
    for (size_t i = 0, next; i < marks->count; i = next) {
        struct span_of_bytes line = paragraph(text, marks->list[i]);
        for (next = i + 1; next < marks->count && marks->list[next].start < line.end && line.end - line.start < FIELD_BYTES; next++)
            line.end = paragraph(text, marks->list[next]).end;
        if (next < marks->count && marks->list[next].start < line.end) /* too long: it ends with what is highlighted */
            line.end = marks->list[next - 1].end;
        if (shown >= FIELD_BYTES - AROUND_BYTES) {
            printf("    … and %zu more\n", marks->count - i);
            return;
        }
        printf("    %s%s", name, line.start > 0 && text.p[line.start - 1] != '\n' ? "…" : "");
        put_marked(text, line.start, line.end, &marks->list[i], next - i, colour);
        fputs(line.end < text.n && text.p[line.end] != '\n' ? "…\n" : "\n", stdout);
        shown += line.end - line.start;
    }
}

/* A title is shown whole, found in or not. */
static void put_title(const struct item *item, const struct found *found, bool colour)
{
    struct marks marks = marks_in(item, found, ITEM_TITLE, 0);
    struct sv title = item->title.n ? item->title : item->id;
    size_t end = utf8_cut(title, TITLE_BYTES).n;
    while (marks.count && marks.list[marks.count - 1].end > end)
        marks.count--;
    fputs(colour && !marks.count ? bold : "", stdout);
    put_marked(title, 0, end, marks.list, marks.count, colour);
    fputs(end < title.n ? "…" : "", stdout);
    fputs(colour && !marks.count ? plain : "", stdout);
    putchar('\n');
}

static void put_url(const struct item *item, const struct found *found, bool colour)
{
    struct marks marks = marks_in(item, found, ITEM_URL, 0);
    bool pale = colour && !marks.count;
    if (!item->url.p)
        return;
    fputs(pale ? "    \033[2m" : "    ", stdout);
    put_marked(item->url, 0, item->url.n, marks.list, marks.count, colour);
    fputs(pale ? "\033[0m\n" : "\n", stdout);
}

static void put_field(const struct item *item, const struct found *found, enum item_field field, unsigned index, const char *name, struct sv text, bool colour)
{
    struct marks marks = marks_in(item, found, field, index);
    put_found(name, text, &marks, colour);
}

/* A summary that the content begins with is shown only where something was found in it alone. */
static void put_story(const struct item *item, const struct found *found, bool colour)
{
    struct marks summary = marks_in(item, found, ITEM_SUMMARY, 0), content = marks_in(item, found, ITEM_CONTENT, 0);
    if (content.count < summary.count || !sv_starts(item->content_text, item->summary))
        put_found("", item->summary, &summary, colour);
    put_found("", item->content_text, &content, colour);
}

/* ---- Rules ---- */

/* The different texts that it found, in the order of the item. */
static void put_terms(const struct hit *hit)
{
    struct sv shown[FOUND_MOST];
    size_t count = 0;
    for (size_t i = 0; i < hit->mention_count; i++) {
        bool known = false;
        for (size_t k = 0; k < count && !known; k++)
            known = sv_eq_nocase(shown[k], hit->mentions[i].text);
        if (known)
            continue;
        if (count == FOUND_MOST) {
            fputs(", …", stdout);
            return;
        }
        shown[count++] = hit->mentions[i].text;
        fputs(count > 1 ? ", " : ": ", stdout);
        put_shortened(hit->mentions[i].text, ID_BYTES);
    }
}

static void put_rule(const char *sign, const char *how, struct sv rule, bool colour)
{
    printf("  %s%s ", colour ? how : "", sign);
    put_shortened(rule, ID_BYTES);
    fputs(colour ? plain : "", stdout);
}

void show_item(const struct item *item, const struct hit *hits, size_t count, bool colour)
{
    struct found found = collect(item, hits, count);
    put_title(item, &found, colour);
    put_url(item, &found, colour);
    put_story(item, &found, colour);
    for (size_t i = 0; i < item->author_count; i++)
        put_field(item, &found, ITEM_AUTHOR, (unsigned)i, "author: ", item->authors[i], colour);
    for (size_t i = 0; i < item->tag_count; i++)
        put_field(item, &found, ITEM_CATEGORY, (unsigned)i, "category: ", item->tags[i], colour);
    for (size_t i = 0; i < count; i++) {
        put_rule("+", hit_colour, hits[i].rule, colour);
        if (hits[i].scored)
            printf(" (score %lld)", (long long)hits[i].score);
        put_terms(&hits[i]);
        putchar('\n');
    }
}

void show_miss(struct sv rule, const struct miss *miss, bool colour)
{
    put_rule("-", miss_colour, rule, colour);
    for (size_t i = 0; i < miss->count; i++) {
        fputs(i ? "\n        and: " : "  missing: ", stdout);
        show_text(stdout, miss->parts[i].part);
        fputs(": ", stdout);
        put_in(colour, dim, miss->parts[i].reason);
    }
    putchar('\n');
}
