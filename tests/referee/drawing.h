/* Random contests: rule sets and items of one script or of two, each part of the language now and then. */
#ifndef REFEREE_DRAWING_H
#define REFEREE_DRAWING_H

#include "contest.h"
#include "worlds.h"

#define WORDS_MOST 40
#define TERMS_MOST 30

struct drawing {
    uint64_t chance;
    const char *words[WORDS_MOST], *terms[TERMS_MOST], *pieces[TERMS_MOST]; /* of this contest */
    size_t word_count, term_count, piece_count;
    size_t lists;
    struct buf *out;
};

static inline unsigned draw(struct drawing *d, unsigned below)
{
    d->chance ^= d->chance << 13;
    d->chance ^= d->chance >> 7;
    d->chance ^= d->chance << 17;
    return (unsigned)(d->chance % below);
}

/* Once in so many times. */
static inline bool seldom(struct drawing *d, unsigned times)
{
    return draw(d, times) == 0;
}

#define PICK(d, list) ((list)[draw(d, sizeof(list) / sizeof *(list))])

static inline size_t length_of(const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

static inline size_t draw_some(struct drawing *d, const char *const *from, const char **to, size_t had, size_t more)
{
    for (size_t n = length_of(from); more > 0; more--)
        to[had++] = from[draw(d, (unsigned)n)];
    return had;
}

/* ---- Items ---- */

static inline void draw_gap(struct drawing *d)
{
    static const char *const gaps[] = {" ", " ", ", ", "-", ". ", ". ", "! ", "? ", "… ", "; ", "\\n", "\\n\\n", "\\n\\n", ".\" ", ".) ", "。", "", "'s ", "/", "\t", " — ", "™ ", ": "};
    buf_str(d->out, PICK(d, gaps));
}

static inline void draw_words(struct drawing *d, unsigned most)
{
    for (unsigned n = 1 + draw(d, most), i = 0; i < n; i++) {
        if (i > 0 && seldom(d, 3))
            draw_gap(d);
        else if (i > 0)
            buf_byte(d->out, ' ');
        buf_str(d->out, d->words[draw(d, (unsigned)d->word_count)]);
    }
    if (seldom(d, 3))
        buf_str(d->out, PICK(d, ((const char *const[]){".", "!", "…", "。", "'s", "\\n"})));
}

static inline void draw_url(struct drawing *d)
{
    static const char *const hosts[] = {"x.example", "xn--fiqs8s", "www.xn--mnchen-3ya.example", "iran.example", "xn--", "news.example:80"};
    buf_printf(d->out, "url https://%s/", PICK(d, hosts));
    for (unsigned n = draw(d, 4); n > 0; n--) {
        for (const char *p = d->words[draw(d, (unsigned)d->word_count)]; *p; p++)
            if ((unsigned char)*p >= 0x80 || seldom(d, 9))
                buf_printf(d->out, seldom(d, 2) ? "%%%02X" : "%%%02x", (unsigned char)*p);
            else
                buf_byte(d->out, *p);
        buf_str(d->out, PICK(d, ((const char *const[]){"-", "/", "%20", "_", ".", "%FF"})));
    }
    buf_byte(d->out, '\n');
}

static inline void draw_field(struct drawing *d, const char *key, unsigned most)
{
    buf_printf(d->out, "%s ", key);
    draw_words(d, most);
    buf_byte(d->out, '\n');
}

static inline void draw_context(struct drawing *d)
{
    static const char *const langs[] = {"en", "ru", "ru-RU", "zh-Hans", "ar", "de", "EN-us", "xx", "fa", "el", "en_US"};
    static const char *const ids[] = {"tass", "xinhua"}, *const feeds[] = {"tass.world", "xinhua"}, *const countries[] = {"CN", "RU"};
    if (!seldom(d, 3))
        buf_printf(d->out, "lang %s\n", PICK(d, langs));
    if (seldom(d, 2))
        buf_printf(d->out, "home %s\n", PICK(d, langs));
    if (!seldom(d, 3))
        buf_printf(d->out, "outlet %s\nfeed %s\n", PICK(d, ids), PICK(d, feeds));
    if (seldom(d, 2))
        buf_printf(d->out, "country %s\n", PICK(d, countries));
}

static inline void draw_item(struct drawing *d)
{
    buf_str(d->out, "item\n");
    if (!seldom(d, 4))
        draw_field(d, "title", 6);
    if (seldom(d, 4)) { /* a summary that the content begins with */
        size_t from = d->out->n;
        draw_field(d, "summary", 8);
        struct buf again = {0};
        buf_printf(&again, "content %.*s ", (int)(d->out->n - from - 9), d->out->p + from + 8);
        buf_sv(d->out, buf_view(&again));
        buf_free(&again);
        draw_words(d, 8);
        buf_byte(d->out, '\n');
    } else {
        if (seldom(d, 3))
            draw_field(d, "summary", 8);
        if (!seldom(d, 10))
            draw_field(d, "content", seldom(d, 8) ? 30 : 14);
    }
    while (seldom(d, 3))
        draw_field(d, "author", 3);
    while (seldom(d, 3))
        draw_field(d, "tag", 3);
    if (seldom(d, 3))
        draw_url(d);
    draw_context(d);
}

/* ---- Rules ---- */

enum where { /* what may stand here */
    FREE = 0,
    SPOKEN = 1,    /* only what has mentions */
    IN_FIELD = 2,  /* no field */
    NO_COUNT = 4,  /* no ATLEAST */
};

/* Some words of the texts in quotes, so that much is found. */
static inline void draw_quoted(struct drawing *d)
{
    buf_byte(d->out, '"');
    for (unsigned n = 1 + seldom(d, 4), i = 0; i < n; i++) {
        buf_str(d->out, i ? " " : "");
        for (const char *p = d->words[draw(d, (unsigned)d->word_count)]; *p; p++)
            buf_printf(d->out, *p == '"' ? "\\%c" : "%c", *p);
    }
    buf_byte(d->out, '"');
}

static inline void draw_term(struct drawing *d)
{
    if (seldom(d, 3)) {
        draw_quoted(d);
    } else if (d->lists && seldom(d, 6)) {
        buf_printf(d->out, "$l%u", draw(d, (unsigned)d->lists));
    } else if (seldom(d, 4)) {
        unsigned words = 1 + draw(d, 3);
        buf_byte(d->out, '"');
        for (unsigned i = 0; i < words; i++)
            buf_printf(d->out, "%s%s", i ? " " : "", d->pieces[draw(d, (unsigned)d->piece_count)]);
        buf_byte(d->out, '"');
    } else {
        buf_str(d->out, d->terms[draw(d, (unsigned)d->term_count)]);
    }
}

static inline void draw_expr(struct drawing *d, unsigned depth, unsigned where);

/* Sides with an operator between, in parentheses. */
static inline void draw_chain(struct drawing *d, const char *between, unsigned depth, unsigned where)
{
    unsigned sides = 2 + seldom(d, 4);
    buf_byte(d->out, '(');
    for (unsigned i = 0; i < sides; i++) {
        buf_str(d->out, i ? between : "");
        draw_expr(d, depth - 1, where);
    }
    buf_byte(d->out, ')');
}

static inline void draw_spoken(struct drawing *d, unsigned depth, unsigned where)
{
    static const char *const nears[] = {" NEAR/0 ", " NEAR/1 ", " NEAR/3 ", " NEAR/9 ", " NEAR/10000 ", " ONEAR/0 ", " ONEAR/2 ", " NEAR/s ", " NEAR/p ",
                                       " NEAR/s ", " NEAR/p "};
    static const char *const fields[] = {"title:", "summary:", "content:", "text:", "author:", "category:", "url:", "url:"};
    unsigned kind = draw(d, 10);
    if (kind < 4)
        draw_chain(d, PICK(d, nears), depth, where | SPOKEN | NO_COUNT);
    else if (kind < 6)
        draw_chain(d, " EXCEPT ", depth, where | SPOKEN | NO_COUNT);
    else if (kind == 6 || (where & IN_FIELD && kind > 7))
        draw_chain(d, " | ", depth, where);
    else if (kind == 7)
        buf_printf(d->out, "FIRST/%u(", 1 + draw(d, 10)), draw_expr(d, depth - 1, where | SPOKEN | NO_COUNT), buf_byte(d->out, ')');
    else
        buf_printf(d->out, "%s(", PICK(d, fields)), draw_expr(d, depth - 1, where | SPOKEN | IN_FIELD), buf_byte(d->out, ')');
}

static inline void draw_meta(struct drawing *d)
{
    static const char *const metas[] = {"lang:ru", "lang:EN", "lang:zh", "outlet:tass", "outlet:Xinhua", "feed:xinhua", "feed:tass.world", "country:CN", "country:ru"};
    buf_str(d->out, PICK(d, metas));
}

static inline void draw_expr(struct drawing *d, unsigned depth, unsigned where)
{
    unsigned kind = depth ? draw(d, 12) : 0;
    if (kind < 2)
        draw_term(d);
    else if (!(where & NO_COUNT) && kind == 3)
        buf_printf(d->out, "ATLEAST/%u(", 1 + draw(d, 3)), draw_expr(d, depth - 1, where | SPOKEN | NO_COUNT), buf_byte(d->out, ')');
    else if (where & SPOKEN || kind < 7)
        draw_spoken(d, depth, where);
    else if (kind == 7)
        draw_meta(d);
    else if (kind == 8)
        buf_str(d->out, "(NOT ("), draw_expr(d, depth - 1, where), buf_str(d->out, "))");
    else if (kind < 11)
        draw_chain(d, " AND ", depth, where);
    else
        draw_chain(d, " | ", depth, where);
}

static inline void draw_rule(struct drawing *d)
{
    bool scored = seldom(d, 6);
    buf_str(d->out, "rule ");
    if (!scored || seldom(d, 3))
        draw_expr(d, 1 + draw(d, 4), FREE);
    buf_byte(d->out, '\n');
    if (seldom(d, 12))
        buf_printf(d->out, "langs %s\n", PICK(d, ((const char *const[]){"ru", "en zh", "ar"})));
    if (seldom(d, 12))
        buf_str(d->out, "outlets tass\n");
    for (unsigned n = scored ? 1 + draw(d, 4) : 0; n > 0; n--) {
        buf_printf(d->out, "score %d ", (int)draw(d, 12) - 4);
        draw_expr(d, draw(d, 3), FREE);
        buf_byte(d->out, '\n');
    }
    if (scored)
        buf_printf(d->out, "threshold %d\n", (int)draw(d, 10) - 2);
}

/* A list holds terms, and lists that were drawn before it. */
static inline void draw_list(struct drawing *d)
{
    buf_printf(d->out, "list l%zu = ", d->lists);
    for (unsigned n = seldom(d, 20) ? 80 : 1 + draw(d, 5), i = 0; i < n; i++) {
        buf_str(d->out, i ? " | " : "");
        draw_term(d);
    }
    buf_byte(d->out, '\n');
    d->lists++;
}

/* The text of a contest into `out`, which is emptied first. */
static inline void draw_contest(struct drawing *d, struct buf *out, unsigned rules, unsigned items)
{
    d->out = out;
    d->word_count = d->term_count = d->piece_count = d->lists = 0;
    buf_clear(out);
    for (unsigned n = 1 + seldom(d, 3); n > 0; n--) {
        const struct world *w = &worlds[draw(d, WORLDS)];
        d->word_count = draw_some(d, w->words, d->words, d->word_count, 2 + draw(d, 6));
        d->term_count = draw_some(d, w->terms, d->terms, d->term_count, 4 + draw(d, 8));
        d->piece_count = draw_some(d, w->pieces, d->pieces, d->piece_count, 4);
    }
    for (unsigned n = draw(d, 4); n > 0; n--)
        draw_list(d);
    for (; rules > 0; rules--)
        draw_rule(d);
    for (; items > 0; items--)
        draw_item(d);
}

#endif
