/* The head of the document is held back until the charset can be told; ASCII before the first other byte passes. */
#include "feed/charset.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "feed/encoding.h"
#include "feed/guess.h"

#define HEAD 1024       /* bytes in which a declaration must stand */
#define LOOK_AHEAD 65536 /* bytes from the first that is not ASCII on, by which UTF-8 is told from the rest */
#define ACCIDENTS 3     /* so many UTF-8 sequences may stand in a valid text of a multibyte charset by accident */

enum state { AT_HEAD, IN_ASCII, LOOKING, DECODING };
enum source { MARK, HTTP, DECLARATION, SOURCES };

struct label {
    char written[ENCODING_NAME], name[ENCODING_NAME]; /* "" when there is none; the name also when it means nothing */
};

struct charset {
    enum state state;
    struct label labels[SOURCES];
    struct decoder decoder;
    char disbelieved[ENCODING_NAME];
    struct buf held;
    size_t at;      /* what is before it of what is held was given out */
    size_t checked; /* from there on is known to be UTF-8 */
};

static struct sv held(const struct charset *c)
{
    return sv_from(buf_view(&c->held), c->at);
}

/* ---- Labels ---- */

/* The next value of `name=` in a header or a declaration; SV_NONE when there is none. */
static struct sv parameter(struct sv *text, struct sv name)
{
    for (size_t i = 0; i + name.n < text->n; i++) {
        struct sv at = sv_from(*text, i);
        if (!sv_starts_nocase(at, name) || (i && strchr("-_", text->p[i - 1])))
            continue;
        struct sv value = sv_trim(sv_from(at, name.n));
        if (value.n == 0 || value.p[0] != '=')
            continue;
        value = sv_trim(sv_from(value, 1));
        char quote = value.n && (value.p[0] == '"' || value.p[0] == '\'') ? value.p[0] : 0;
        value = sv_from(value, quote != 0);
        size_t n = 0;
        while (n < value.n && value.p[n] != quote && (quote || !strchr(" \t\r\n;,?>\"'", value.p[n])))
            n++;
        *text = sv_from(value, n);
        return sv_head(value, n);
    }
    return SV_NONE;
}

/* As it may be shown. */
static void write_label(char written[ENCODING_NAME], struct sv value)
{
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        written[i] = c < ' ' || c > '~' ? '?' : ascii_lower(c);
    }
    written[value.n] = 0;
}

/* The first that means something; else the first. */
static void read_label(struct label *label, struct sv text, struct sv name)
{
    for (struct sv value; (value = parameter(&text, name)).p;) {
        bool known = encoding_find(value, label->name);
        if (known || !label->written[0])
            write_label(label->written, sv_head(sv_trim(value), ENCODING_NAME - 1));
        if (known)
            return;
    }
}

static const struct label *first_label(const struct charset *c)
{
    for (size_t i = 0; i < SOURCES; i++)
        if (c->labels[i].written[0])
            return &c->labels[i];
    return NULL;
}

struct charset *charset_new(struct sv content_type)
{
    struct charset *c = xcalloc(1, sizeof *c);
    decoder_open(&c->decoder, "utf-8");
    read_label(&c->labels[HTTP], content_type, SV("charset"));
    return c;
}

static bool use(struct charset *c, const char *name)
{
    struct decoder decoder;
    if (!name[0] || !decoder_open(&decoder, name))
        return false;
    decoder_close(&c->decoder);
    c->decoder = decoder;
    c->state = DECODING;
    const struct label *first = first_label(c);
    bool same_family = first && strncmp(first->name, "utf-16", 6) == 0 && strncmp(name, "utf-16", 6) == 0; /* "utf-16" may mean both */
    if (first && strcmp(first->name, name) != 0 && !same_family)
        strcpy(c->disbelieved, first->written);
    return true;
}

/* ---- The head: UTF-16 and UTF-32, marks, the declaration ---- */

/* Per cent of the units that are ASCII, if the head were in such units: markup makes them many. */
static unsigned ascii_units(struct sv head, unsigned width, bool big)
{
    size_t units = head.n / width, ascii = 0;
    for (const char *p = head.p, *end = p + units * width; p < end; p += width) {
        unsigned zeros = 0;
        for (unsigned i = 0; i < width; i++)
            zeros += p[i] == 0;
        char low = p[big ? width - 1 : 0];
        ascii += zeros == width - 1 && low > 0;
    }
    return units ? (unsigned)(ascii * 100 / units) : 0;
}

static const struct {
    const char *name, *mark;
    unsigned length, width;
    bool big;
} wides[] = {
    {"utf-32be", "\0\0\xFE\xFF", 4, 4, true}, {"utf-32le", "\xFF\xFE\0\0", 4, 4, false},
    {"utf-16be", "\xFE\xFF", 2, 2, true},     {"utf-16le", "\xFF\xFE", 2, 2, false},
};
#define WIDES (sizeof wides / sizeof *wides)
#define WIDE_SAMPLE 128 /* bytes: the beginning of markup, before any long text */
#define ASCII_LEAST 12  /* per cent: bytes of 8 bits have no zeros between them at all */

/* Wide units with a mark or without. A mark before bytes that are other units, or none, is a mistake. */
static bool is_wide(struct charset *c, struct sv head)
{
    size_t marked = 0, best;
    while (marked < WIDES && !sv_starts(head, (struct sv){wides[marked].mark, wides[marked].length}))
        marked++;
    best = marked;
    c->at = marked < WIDES ? wides[marked].length : 0;
    struct sv sample = sv_head(sv_from(head, c->at), WIDE_SAMPLE);
    struct sv first = sv_head(sample, 16);
    if (first.n >= 8 && utf8_ascii_until(first) == first.n && !memchr(first.p, 0, first.n)) /* units of 8 bits */
        return false;
    unsigned most = marked < WIDES ? ascii_units(sample, wides[marked].width, wides[marked].big) : 0;
    for (size_t i = 0; sample.n >= 4 && i < WIDES; i++) {
        unsigned share = ascii_units(sample, wides[i].width, wides[i].big);
        if (share > most && share >= ASCII_LEAST)
            best = i, most = share;
    }
    return best < WIDES && use(c, wides[best].name);
}

static struct sv declaration(struct sv head)
{
    ptrdiff_t at = sv_find(head, SV("<?xml"));
    if (at < 0)
        return SV_NONE;
    struct sv xml = sv_from(head, (size_t)at);
    ptrdiff_t end = sv_find(xml, SV("?>"));
    return end < 0 ? SV_NONE : sv_head(xml, (size_t)end);
}

static void look_at_head(struct charset *c)
{
    struct sv head = sv_head(buf_view(&c->held), HEAD);
    c->state = IN_ASCII;
    if (is_wide(c, head))
        return;
    for (; sv_starts(sv_from(head, c->at), SV("\xEF\xBB\xBF")); c->at += 3)
        c->labels[MARK] = (struct label){"utf-8", "utf-8"};
    read_label(&c->labels[DECLARATION], declaration(head), SV("encoding"));
    for (size_t i = 0; i < SOURCES; i++) {
        const char *name = c->labels[i].name;
        if (strncmp(name, "utf-16", 6) == 0 || strncmp(name, "utf-32", 6) == 0) /* what is not wide cannot bear such a label */
            c->labels[i].name[0] = 0;
    }
    const struct label *first = first_label(c);
    if (first && encoding_is_seven_bit(first->name)) /* all of it looks like ASCII */
        c->state = LOOKING;
}

/* ---- Deciding ---- */

struct look {
    size_t good, bad; /* sequences of UTF-8, and bytes that belong to none */
    size_t western;   /* of the bad: those that a Western charset would have there, a letter or a quotation mark by itself */
};

/* `whole`: the text ends here, so what is cut off is bad. */
static struct look look_at(struct sv text, bool whole)
{
    struct look look = {0};
    for (const char *p = text.p, *end = p + text.n; p < end;) {
        p += utf8_ascii_until(sv_range(p, end));
        if (p == end)
            break;
        uint32_t codepoint;
        size_t n = utf8_decode(p, end, &codepoint);
        unsigned char byte = (unsigned char)*p;
        if (codepoint != UTF8_REPLACEMENT || memcmp(p, "\xEF\xBF\xBD", n) == 0)
            look.good++;
        else if (whole || p + 4 <= end) {
            bool alone = n == 1 && (p + 1 == end || (unsigned char)p[1] < 0x80 || (byte < 0xC0 && (unsigned char)p[1] < 0xC0)); /* « and a blank */
            look.bad++;
            look.western += alone && byte != 0xFF && byte != 0xFE && byte != 0x80;
        }
        p += n;
    }
    return look;
}

/* Per cent of the characters beyond ASCII that are wrong. */
static unsigned misfit(const char *name, struct sv text)
{
    struct decoder decoder;
    struct buf scratch = {0};
    size_t others = 0;
    if (!decoder_open(&decoder, name))
        return 100;
    for (size_t i = 0; i < text.n; i++)
        others += (unsigned char)text.p[i] >= 0x80;
    while (decoder_next(&decoder, &text, false, &scratch).n)
        ;
    size_t wrong = decoder.wrong;
    buf_free(&scratch);
    decoder_close(&decoder);
    return others ? (unsigned)(wrong * 200 / others) : 0;
}

static bool is_single(const char *name)
{
    return !encoding_is_multibyte(name) && !encoding_is_seven_bit(name);
}

static bool is_utf8(const struct charset *c, struct sv text, bool whole)
{
    const struct label *first = first_label(c);
    const char *name = first ? first->name : "";
    bool labelled = strcmp(name, "utf-8") == 0 || !name[0];
    if (encoding_is_seven_bit(name) && utf8_ascii_until(text) == text.n)
        return false;
    bool all_good = c->checked == text.n || (!whole && text.n - c->checked < 4);
    if (all_good && !encoding_is_multibyte(name))
        return true;
    struct look look = look_at(text, whole);
    if (encoding_is_multibyte(name) && look.good <= ACCIDENTS && misfit(name, text) == 0)
        return false;
    if (look.bad == 0 || look.good >= 16 * look.bad) /* nothing else looks like that */
        return true;
    return labelled && (look.bad <= look.good || (look.bad <= ACCIDENTS && look.western == 0));
}

static void decide(struct charset *c)
{
    struct sv text = sv_head(held(c), LOOK_AHEAD);
    bool whole = text.n < LOOK_AHEAD;
    c->checked = utf8_valid_until(text);
    if (is_utf8(c, text, whole) && use(c, "utf-8"))
        return;
    c->checked = 0;
    for (size_t i = 0; i < SOURCES; i++) {
        const char *name = c->labels[i].name;
        if (strcmp(name, "utf-8") != 0 && (is_single(name) || misfit(name, text) <= 25) && use(c, name))
            return;
    }
    if (!use(c, guess_charset(text)))
        use(c, "utf-8");
}

/* ---- Giving out ---- */

/* Hold more, until `n` bytes from `at` on are held. false: there are not so many yet. */
static bool hold(struct charset *c, struct sv *bytes, size_t n, bool last)
{
    size_t have = held(c).n;
    struct sv more = sv_head(*bytes, have < n ? n - have : 0);
    buf_sv(&c->held, more);
    *bytes = sv_from(*bytes, more.n);
    return held(c).n >= n || (last && bytes->n == 0);
}

static struct sv give_ascii(struct charset *c, struct sv *bytes)
{
    struct sv rest = held(c), all = sv_head(rest.n ? rest : *bytes, LOOK_AHEAD);
    size_t n = utf8_ascii_until(all);
    if (rest.n)
        c->at += n;
    else
        *bytes = sv_from(*bytes, n);
    if (n < all.n)
        c->state = LOOKING;
    return sv_head(all, n);
}

static struct sv give_decoded(struct charset *c, struct sv *bytes, bool last, struct buf *scratch)
{
    struct sv rest = held(c), text;
    if (c->checked) {
        text = sv_head(rest, c->checked);
        c->at += c->checked;
        c->checked = 0;
        return text;
    }
    if (rest.n) {
        text = decoder_next(&c->decoder, &rest, last && bytes->n == 0, scratch);
        c->at = c->held.n - rest.n;
        if (text.n)
            return text;
    }
    return decoder_next(&c->decoder, bytes, last, scratch);
}

struct sv charset_next(struct charset *c, struct sv *bytes, bool last, struct buf *scratch)
{
    if (c->state == AT_HEAD && hold(c, bytes, HEAD, last))
        look_at_head(c);
    if (c->state == IN_ASCII) {
        struct sv text = give_ascii(c, bytes);
        if (text.n)
            return text;
    }
    if (c->state == LOOKING && hold(c, bytes, LOOK_AHEAD, last))
        decide(c);
    if (c->state == DECODING)
        return give_decoded(c, bytes, last, scratch);
    return (struct sv){"", 0};
}

struct sv charset_name(const struct charset *c)
{
    return sv_of(c->decoder.name);
}

struct sv charset_disbelieved(const struct charset *c)
{
    return c->disbelieved[0] ? sv_of(c->disbelieved) : SV_NONE;
}

size_t charset_wrong(const struct charset *c)
{
    return c->decoder.wrong;
}

void charset_free(struct charset **charset)
{
    struct charset *c = *charset;
    if (!c)
        return;
    decoder_close(&c->decoder);
    buf_free(&c->held);
    free(c);
    *charset = NULL;
}
