/* The referee's reading of an item: each part that rules search as a list of words, each word a string of its own.
 * Shared with the engine, and tested on its own: splitting (match/words.h) and folding (match/fold.h). All else is written anew. */
#ifndef REFEREE_READING_H
#define REFEREE_READING_H

#include <libstemmer.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "match/fold.h"
#include "match/match.h"
#include "match/words.h"

struct read_word {
    struct sv folded, exact;
    struct sv cased;                 /* folded but for its marks, and without the signs that it was joined over: what is stemmed */
    size_t start, end;               /* bytes of the field as the item has it */
    uint32_t sentence, paragraph;
};

struct read_text {
    enum item_field field;
    unsigned index;
    struct read_word *words;
    size_t count;
    bool shouting;                   /* a title all in capitals */
    bool repeated;                   /* a summary that the content begins with */
};

#define READ_TEXTS_MOST 64

struct reading {
    const struct item *item;
    const struct match_context *context;
    struct sv language;
    struct read_text texts[READ_TEXTS_MOST];
    size_t count;
};

/* A text as it is split, and for each byte of it the bytes of the field that it stands for. */
struct unwritten {
    struct buf text;
    uint32_t *from, *to;
};

static inline void unwrite(struct unwritten *u, const char *bytes, size_t n, size_t from, size_t to)
{
    for (size_t i = 0; i < n; i++) {
        u->from[u->text.n] = (uint32_t)from;
        u->to[u->text.n] = (uint32_t)to;
        buf_byte(&u->text, bytes[i]);
    }
}

static inline int punycode_digit(char c)
{
    return ascii_is_letter(c) ? ascii_lower(c) - 'a' : ascii_is_digit(c) ? c - '0' + 26 : -1;
}

/* RFC 3492, section 6.2. Returns how many characters, 0 when it is not valid. */
static inline size_t read_punycode(struct sv in, uint32_t out[64])
{
    size_t count = 0, at = 0;
    uint64_t n = 128, i = 0, bias = 72;
    for (size_t k = in.n; k > 0 && at == 0; k--)
        if (in.p[k - 1] == '-')
            at = k;
    for (size_t k = 0; k + 1 < at; k++)
        out[count++] = (unsigned char)in.p[k];
    while (at < in.n) {
        uint64_t old = i, weight = 1;
        for (uint64_t k = 36;; k += 36) {
            int digit = at < in.n ? punycode_digit(in.p[at++]) : -1;
            uint64_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
            if (digit < 0 || weight > UINT32_MAX)
                return 0;
            i += (uint64_t)digit * weight;
            if ((uint64_t)digit < t)
                break;
            weight *= 36 - t;
        }
        uint64_t delta = old == 0 ? i / 700 : (i - old) / 2, k = 0;
        delta += delta / (count + 1);
        for (; delta > 35 * 26 / 2; k += 36)
            delta /= 35;
        bias = k + 36 * delta / (delta + 38);
        n += i / (count + 1);
        i %= count + 1;
        if (n > 0x10FFFF || count == 63)
            return 0;
        for (size_t m = count++; m > i; m--)
            out[m] = out[m - 1];
        out[i++] = (uint32_t)n;
    }
    return count;
}

static inline bool is_label_char(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || c == '-';
}

static inline void read_url(struct sv url, struct unwritten *u)
{
    for (size_t i = 0, n; i < url.n; i += n) {
        uint32_t points[64];
        size_t label = 0, count = 0;
        bool begins = i == 0 || !is_label_char(url.p[i - 1]);
        if (begins && sv_starts_nocase(sv_from(url, i), SV("xn--")))
            while (i + 4 + label < url.n && is_label_char(url.p[i + 4 + label]))
                label++;
        if (label > 0 && label <= 63)
            count = read_punycode((struct sv){url.p + i + 4, label}, points);
        n = count ? 4 + label : 1;
        for (size_t k = 0; k < count; k++) {
            char bytes[4];
            unwrite(u, bytes, utf8_encode(points[k], bytes), i, i + n);
        }
        if (count)
            continue;
        int high = url.p[i] == '%' && i + 2 < url.n ? ascii_hex(url.p[i + 1]) : -1, low = high >= 0 ? ascii_hex(url.p[i + 2]) : -1;
        n = low >= 0 ? 3 : 1;
        char byte = low >= 0 ? (char)(high * 16 + low) : url.p[i];
        unwrite(u, &byte, 1, i, i + n);
    }
}

static inline struct sv kept(struct arena *a, struct buf *b)
{
    struct sv v = sv_dup(a, b->n ? buf_view(b) : SV(""));
    buf_clear(b);
    return v;
}

static inline bool all_capitals(struct sv title)
{
    bool any = false;
    for (const char *p = title.p, *end = title.p + title.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        if (char_class(c) != CHAR_LETTER && char_class(c) != CHAR_ALONE)
            continue;
        if (!char_is_upper(c))
            return false;
        any = true;
    }
    return any;
}

/* The forms of a word that stands as `written`. */
static inline void read_forms(struct read_word *w, struct sv written, bool joined, struct arena *a)
{
    struct buf form = {0};
    fold_exact(written, joined, &form);
    w->exact = kept(a, &form);
    fold_case(w->exact, &form);
    w->cased = kept(a, &form);
    buf_free(&form);
}

static inline void read_text(struct reading *r, enum item_field field, unsigned index, struct sv bytes, struct arena *a)
{
    if (!bytes.n || r->count == READ_TEXTS_MOST)
        return;
    struct read_text *t = &r->texts[r->count++];
    struct unwritten u = {.from = arena_array(a, bytes.n * 4, sizeof *u.from), .to = arena_array(a, bytes.n * 4, sizeof *u.to)};
    struct words words = {0};
    if (field == ITEM_URL)
        read_url(bytes, &u);
    else
        for (size_t i = 0; i < bytes.n; i++)
            unwrite(&u, bytes.p + i, 1, i, i + 1);
    words_split(buf_view(&u.text), r->language, &words);
    *t = (struct read_text){.field = field, .index = index, .count = words.count, .words = arena_array(a, words.count, sizeof *t->words)};
    t->shouting = field == ITEM_TITLE && words.count >= 2 && all_capitals(bytes);
    for (size_t i = 0; i < words.count; i++) {
        const struct word *w = &words.list[i];
        t->words[i] = (struct read_word){.folded = sv_dup(a, word_folded(&words, i)), .start = u.from[w->start], .end = u.to[w->end - 1],
                                         .sentence = w->sentence, .paragraph = w->paragraph};
        read_forms(&t->words[i], sv_range(u.text.p + w->start, u.text.p + w->end), w->joined, a);
    }
    words_free(&words);
    buf_free(&u.text);
}

/* `r` points into `a`, the item and the context. */
static inline void read_item(struct reading *r, const struct item *item, const struct match_context *context, struct arena *a)
{
    r->item = item, r->context = context, r->count = 0;
    r->language = item->language.n ? item->language : context->language;
    read_text(r, ITEM_TITLE, 0, item->title, a);
    read_text(r, ITEM_SUMMARY, 0, item->summary, a);
    read_text(r, ITEM_CONTENT, 0, item->content_text, a);
    for (size_t i = 0; i < item->author_count; i++)
        read_text(r, ITEM_AUTHOR, (unsigned)i, item->authors[i], a);
    for (size_t i = 0; i < item->tag_count; i++)
        read_text(r, ITEM_CATEGORY, (unsigned)i, item->tags[i], a);
    read_text(r, ITEM_URL, 0, item->url, a);
    for (size_t s = 0; s < r->count; s++)
        for (size_t c = 0; c < r->count; c++) {
            struct read_text *summary = &r->texts[s], *content = &r->texts[c];
            if (summary->field != ITEM_SUMMARY || content->field != ITEM_CONTENT || summary->count > content->count)
                continue;
            summary->repeated = true;
            for (size_t i = 0; i < summary->count; i++) {
                bool cut = i + 1 == summary->count; /* perhaps, and within a word */
                struct sv said = summary->words[i].folded, again = content->words[i].folded;
                summary->repeated = summary->repeated && (cut ? sv_starts(again, said) : sv_eq(again, said));
            }
        }
}

/* "ru" of "ru-RU" and of "ru_RU". */
static inline struct sv primary_subtag(struct sv language)
{
    size_t n = 0;
    while (n < language.n && language.p[n] != '-' && language.p[n] != '_')
        n++;
    return sv_head(language, n);
}

/* The stem of a case-folded word, folded: in the language, or where none is known by the script of its first letter. */
static inline struct sv read_stem(struct sv cased, struct sv language, struct arena *a)
{
    char *name = sv_cstr(primary_subtag(language));
    uint32_t c = 0;
    if (cased.n)
        utf8_decode(cased.p, cased.p + cased.n, &c);
    const char *script = char_is_cyrillic(c) ? "ru" : char_is_greek(c) ? "el" : char_is_arabic(c) ? "ar" : c < 0x250 || (c >= 0x1E00 && c < 0x1F00) ? "en" : "";
    script = c >= 0x900 && c < 0x980 ? "hi" : c >= 0x530 && c < 0x590 ? "hy" : c >= 0xB80 && c < 0xC00 ? "ta" : script;
    for (char *p = name; *p; p++)
        *p = ascii_lower(*p);
    bool norwegian = strcmp(name, "nb") == 0 || strcmp(name, "nn") == 0;
    struct sb_stemmer *stemmer = sb_stemmer_new(norwegian ? "no" : *name ? name : script, "UTF_8");
    struct buf folded = {0};
    if (stemmer && cased.n) {
        const sb_symbol *stem = sb_stemmer_stem(stemmer, (const sb_symbol *)cased.p, (int)cased.n);
        fold_word((struct sv){(const char *)stem, (size_t)sb_stemmer_length(stemmer)}, &folded);
    } else {
        fold_word(cased, &folded);
    }
    struct sv result = kept(a, &folded);
    sb_stemmer_delete(stemmer);
    buf_free(&folded);
    free(name);
    return result;
}

#endif
