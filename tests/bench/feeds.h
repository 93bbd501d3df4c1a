/* Feeds that are made, not recorded: the same numbers always give the same words, so that runs compare. */
#ifndef FEEDS_H
#define FEEDS_H

#include <time.h>

#include "base/buf.h"

#define VOCABULARY 40000
#define MARKS 100 /* phrases that the bench's rules look for; the bench's own script knows them too */

/* What a feed is like. */
struct shape {
    unsigned script; /* 0: Latin, 1: Cyrillic, 2: Han */
    enum wrapping { CDATA, ESCAPED, PLAIN } wrapping; /* of its HTML; or no HTML, but text */
    bool atom;
};

struct making {
    uint64_t chance;
    struct shape shape;
    struct buf *out;
};

static inline uint64_t make_draw(struct making *m) /* splitmix64 */
{
    uint64_t z = m->chance += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* The i-th word: three syllables and more, no two alike. */
static inline void make_word(struct buf *out, unsigned script, unsigned i)
{
    static const char *const consonants[2][15] = {{"b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"},
                                                  {"б", "д", "ф", "г", "х", "к", "л", "м", "н", "п", "р", "с", "т", "в", "з"}};
    static const char *const vowels[2][5] = {{"a", "e", "i", "o", "u"}, {"а", "е", "и", "о", "у"}};
    if (script == 2) {
        buf_codepoint(out, 0x4E00 + i % 200 * 31);
        buf_codepoint(out, 0x4E00 + i / 200 * 17);
        return;
    }
    for (unsigned syllables = 0; syllables < 3 || i; syllables++, i /= 75) {
        buf_str(out, consonants[script][i % 75 / 5]);
        buf_str(out, vowels[script][i % 5]);
    }
}

/* Few words are common and most are rare, as in a language. */
static inline void make_some_word(struct making *m)
{
    double u = (double)(make_draw(m) >> 11) / 9007199254740992.;
    make_word(m->out, m->shape.script, (unsigned)(u * u * u * VOCABULARY));
}

static inline void make_words(struct making *m, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (i && m->shape.script != 2)
            buf_byte(m->out, ' ');
        make_some_word(m);
    }
}

/* A paragraph of HTML. */
static inline void make_paragraph(struct making *m, unsigned feed)
{
    buf_str(m->out, "<p>");
    make_words(m, 12);
    buf_str(m->out, " <a href=\"https://news.example/");
    buf_printf(m->out, "%u/%u?from=feed&amp;place=text\">", feed, (unsigned)(make_draw(m) % 100000));
    make_words(m, 3);
    buf_str(m->out, "</a>, &#8220;");
    make_words(m, 10);
    buf_str(m->out, "&#8221;.&nbsp;");
    make_words(m, 14);
    buf_str(m->out, ".</p>\n");
}

static inline void make_escaped(struct buf *out, struct sv html)
{
    for (size_t i = 0; i < html.n; i++)
        switch (html.p[i]) {
        case '<': buf_str(out, "&lt;"); break;
        case '>': buf_str(out, "&gt;"); break;
        case '&': buf_str(out, "&amp;"); break;
        case '"': buf_str(out, "&quot;"); break;
        default: buf_byte(out, html.p[i]);
        }
}

static inline void make_content(struct making *m, unsigned feed, size_t until)
{
    struct buf *out = m->out, html = {0};
    enum wrapping wrapping = m->shape.wrapping;
    m->out = &html;
    for (size_t size = out->n; size < until;) {
        size_t from = html.n;
        if (wrapping == PLAIN)
            make_words(m, 40), buf_str(&html, ".\n");
        else
            make_paragraph(m, feed);
        size += wrapping == ESCAPED ? (html.n - from) * 5 / 4 : html.n - from;
    }
    m->out = out;
    if (wrapping == CDATA)
        buf_printf(out, "<![CDATA[%.*s]]>", SV_ARG(buf_view(&html)));
    else
        make_escaped(out, buf_view(&html));
    buf_free(&html);
}

static inline void make_title(struct making *m, unsigned feed, unsigned item, bool marked)
{
    make_words(m, 7);
    if (!marked)
        return;
    unsigned mark = (feed * 31 + item) % MARKS;
    buf_byte(m->out, ' ');
    make_word(m->out, 0, VOCABULARY + mark);
    buf_byte(m->out, ' ');
    make_word(m->out, 0, VOCABULARY + MARKS + mark);
}

static inline void make_item(struct making *m, unsigned feed, unsigned item, bool marked, size_t until, time_t now)
{
    struct buf *out = m->out;
    bool atom = m->shape.atom;
    char date[64];
    time_t when = now - 600 - 60 * (time_t)item;
    strftime(date, sizeof date, atom ? "%Y-%m-%dT%H:%M:%SZ" : "%a, %d %b %Y %H:%M:%S GMT", gmtime(&when));
    buf_str(out, atom ? "<entry><title>" : "<item><title>");
    make_title(m, feed, item, marked);
    buf_printf(out, atom ? "</title><link rel=\"alternate\" href=\"https://news.example/%u/%u\"/><id>tag:news.example,2025:%u-%u</id>"
                         : "</title><link>https://news.example/%u/%u</link><guid isPermaLink=\"false\">%u-%u</guid>",
               feed, item, feed, item);
    buf_printf(out, atom ? "<published>%s</published><updated>%s</updated>" : "<pubDate>%s</pubDate>", date, date);
    for (unsigned i = 0; i < 2; i++) {
        buf_str(out, atom ? "<category term=\"" : "<category>");
        make_words(m, 1);
        buf_str(out, atom ? "\"/>" : "</category>");
    }
    buf_str(out, !atom ? "<description>" : m->shape.wrapping == PLAIN ? "<content type=\"text\">" : "<content type=\"html\">");
    make_content(m, feed, until);
    buf_str(out, atom ? "</content></entry>\n" : "</description></item>\n");
}

/* `marked` items of the feed carry a phrase that a rule looks for. */
static inline void make_feed_as(struct buf *out, struct shape shape, unsigned feed, unsigned items, size_t size, unsigned marked)
{
    struct making m = {feed * 0x9e3779b97f4a7c15u, shape, out};
    time_t now = time(NULL);
    buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    buf_printf(out, shape.atom ? "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed %u</title><id>tag:news.example,2025:%u</id>\n"
                               : "<rss version=\"2.0\"><channel><title>Feed %u</title><link>https://news.example/%u</link>\n", feed, feed);
    for (unsigned i = 0; i < items; i++)
        make_item(&m, feed, i, i < marked, size * (i + 1) / items, now);
    buf_str(out, shape.atom ? "</feed>\n" : "</channel></rss>\n");
}

/* Three of four feeds are RSS, the others Atom; half of each carry CDATA, half escaped HTML. Four of five are in a Latin
 * script. */
static inline void make_feed(struct buf *out, unsigned feed, unsigned items, size_t size, unsigned marked)
{
    struct shape shape = {.script = feed % 10 == 3 ? 1 : feed % 10 == 7 ? 2 : 0, .wrapping = feed % 2 ? ESCAPED : CDATA, .atom = feed % 4 == 3};
    make_feed_as(out, shape, feed, items, size, marked);
}

#endif
