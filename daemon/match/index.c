/* An item prepared for the rules: its texts as words, each word with a number, each number with its places. */
#include <libstemmer.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "match/compiled.h"
#include "match/fold.h"

/* ---- URLs ---- */

struct decoding {
    struct buf text;
    uint32_t *origin;
    size_t capacity;
};

static void decoded(struct decoding *d, const char *bytes, size_t n, size_t origin)
{
    for (size_t i = 0; i < n; i++) {
        d->origin = xgrow(d->origin, d->text.n, &d->capacity, sizeof *d->origin);
        d->origin[d->text.n] = (uint32_t)origin;
        buf_byte(&d->text, bytes[i]);
    }
}

#define PUNYCODE_LONGEST 63

/* One label behind "xn--" (RFC 3492). Returns how many characters, 0 when it is not valid. */
static size_t punycode_decode(struct sv in, uint32_t *out)
{
    enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700 };
    const char *delimiter = in.n ? memrchr(in.p, '-', in.n) : NULL;
    size_t count = 0, at = delimiter ? (size_t)(delimiter + 1 - in.p) : 0;
    for (size_t i = 0; delimiter && i + 1 < at; i++)
        out[count++] = (unsigned char)in.p[i];
    uint32_t n = 128, i = 0, bias = 72;
    while (at < in.n) {
        uint32_t before = i, weight = 1;
        for (uint32_t k = BASE;; k += BASE) {
            if (at == in.n)
                return 0;
            char c = in.p[at++];
            uint32_t digit = c >= 'a' && c <= 'z' ? (uint32_t)(c - 'a') : c >= 'A' && c <= 'Z' ? (uint32_t)(c - 'A') : c >= '0' && c <= '9' ? (uint32_t)(c - '0') + 26 : BASE;
            if (digit == BASE || digit > (UINT32_MAX - i) / weight)
                return 0;
            i += digit * weight;
            uint32_t t = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
            if (digit < t)
                break;
            if (weight > UINT32_MAX / (BASE - t))
                return 0;
            weight *= BASE - t;
        }
        uint32_t points = (uint32_t)count + 1, delta = before == 0 ? (i - before) / DAMP : (i - before) / 2, k = 0;
        for (delta += delta / points; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
            delta /= BASE - TMIN;
        bias = k + (BASE - TMIN + 1) * delta / (delta + SKEW);
        n += i / points;
        i %= points;
        if (count == PUNYCODE_LONGEST || n > 0x10FFFF)
            return 0;
        memmove(out + i + 1, out + i, (count - i) * sizeof *out);
        out[i++] = n;
        count++;
    }
    return count;
}

static bool is_label(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || c == '-';
}

/* %XX and punycode undone, with the way back to the bytes as written. Bytes that do not make UTF-8 stay as they were split. */
static void decode_url(struct text *t, struct arena *a)
{
    struct decoding d = {0};
    struct sv url = t->bytes;
    for (size_t i = 0; i < url.n;) {
        size_t label = 0;
        if (sv_starts_nocase(sv_from(url, i), SV("xn--")) && (i == 0 || !is_label(url.p[i - 1])))
            while (i + 4 + label < url.n && is_label(url.p[i + 4 + label]))
                label++;
        uint32_t points[PUNYCODE_LONGEST + 1];
        size_t count = label && label <= PUNYCODE_LONGEST ? punycode_decode((struct sv){url.p + i + 4, label}, points) : 0;
        for (size_t k = 0; k < count; k++) {
            char bytes[4];
            decoded(&d, bytes, utf8_encode(points[k], bytes), i);
        }
        if (count) {
            i += 4 + label;
        } else if (url.p[i] == '%' && i + 2 < url.n && ascii_hex(url.p[i + 1]) >= 0 && ascii_hex(url.p[i + 2]) >= 0) {
            char byte = (char)(ascii_hex(url.p[i + 1]) << 4 | ascii_hex(url.p[i + 2]));
            decoded(&d, &byte, 1, i);
            i += 3;
        } else {
            decoded(&d, &url.p[i], 1, i);
            i++;
        }
    }
    t->origin = arena_array(a, d.text.n + 1, sizeof *t->origin);
    if (d.text.n)
        memcpy(t->origin, d.origin, d.text.n * sizeof *t->origin);
    t->origin[d.text.n] = (uint32_t)url.n;
    t->split = sv_dup(a, d.text.n ? buf_view(&d.text) : SV(""));
    free(d.origin);
    buf_free(&d.text);
}

/* ---- Texts ---- */

static bool is_shouting(const struct text *t)
{
    if (t->words.count < 2)
        return false;
    bool capital = false;
    for (const char *p = t->bytes.p, *end = t->bytes.p + t->bytes.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        enum char_class class = char_class(c);
        if ((class == CHAR_LETTER || class == CHAR_ALONE) && !char_is_upper(c))
            return false;
        capital = capital || class == CHAR_LETTER;
    }
    return capital;
}

static void add_text(struct index *x, enum item_field field, unsigned index, struct sv bytes)
{
    if (!bytes.n)
        return;
    x->texts = xgrow(x->texts, x->text_count, &x->text_capacity, sizeof *x->texts);
    struct text *t = &x->texts[x->text_count++];
    *t = (struct text){.field = field, .index = index, .bytes = sv_head(bytes, UINT32_MAX / 2), .base = x->word_count};
    t->split = t->bytes;
    if (field == ITEM_URL)
        decode_url(t, &x->arena);
    words_split(t->split, x->language, &t->words);
    t->shouting = field == ITEM_TITLE && is_shouting(t);
    x->word_count += t->words.count;
}

/* ---- Numbers ---- */

struct known_word {
    uint32_t tag, number; /* its hash; the item's number of it and 1 */
};

/* Each different word gets a number, and its places make a chain. Returns the hash of each. */
static uint32_t *number_words(struct index *x)
{
    size_t n = x->word_count, mask = 15;
    while (mask < 2 * n)
        mask = mask * 2 + 1;
    struct known_word *known = arena_array(&x->arena, mask + 1, sizeof *known);
    uint32_t *hashes = arena_alloc(&x->arena, n * sizeof *hashes);
    uint32_t *last = arena_alloc(&x->arena, n * sizeof *last), at = 0;
    x->vocabulary = arena_alloc(&x->arena, n * sizeof *x->vocabulary);
    x->first = arena_alloc(&x->arena, n * sizeof *x->first);
    x->times = arena_alloc(&x->arena, n * sizeof *x->times);
    x->next = arena_alloc(&x->arena, n * sizeof *x->next);
    x->id_at = arena_alloc(&x->arena, n * sizeof *x->id_at);
    x->text_at = arena_alloc(&x->arena, n * sizeof *x->text_at);
    for (uint32_t k = 0; k < x->text_count; k++)
        for (size_t i = 0; i < x->texts[k].words.count; i++, at++) {
            struct sv word = word_folded(&x->texts[k].words, i);
            uint32_t hash = x->texts[k].words.list[i].hash;
            size_t slot = hash & mask;
            while (known[slot].number && !(known[slot].tag == hash && sv_eq(x->vocabulary[known[slot].number - 1], word)))
                slot = (slot + 1) & mask;
            uint32_t id = known[slot].number - 1;
            if (id == NO_WORD) {
                id = (uint32_t)x->vocabulary_count++;
                known[slot] = (struct known_word){hash, id + 1};
                hashes[id] = hash, x->vocabulary[id] = word, x->first[id] = at, x->times[id] = 0;
            } else {
                x->next[last[id]] = at;
            }
            x->times[id]++;
            last[id] = at;
            x->next[at] = NO_WORD;
            x->id_at[at] = id;
            x->text_at[at] = k;
        }
    return hashes;
}

#define AHEAD 24 /* look-ups that are under way, in each of two steps, while one is made */

static uint32_t *own_slot(const struct index *x, uint32_t lexeme)
{
    size_t mask = ((size_t)1 << x->own_bits) - 1;
    for (size_t i = (lexeme * 0x9E3779B1u) >> (32 - x->own_bits);; i = (i + 1) & mask)
        if (!x->own[i] || x->lexeme[x->own[i] - 1] == lexeme)
            return &x->own[i];
}

/* The numbers of the rules' lexicon, and the way back from them. */
static void look_up_words(struct index *x, const uint32_t *hashes)
{
    const struct lexicon *l = &x->match->lexicon;
    size_t n = x->vocabulary_count;
    for (x->own_bits = 4; (size_t)1 << x->own_bits < 2 * n; x->own_bits++) {}
    x->lexeme = arena_alloc(&x->arena, n * sizeof *x->lexeme);
    x->own = arena_array(&x->arena, (size_t)1 << x->own_bits, sizeof *x->own);
    for (size_t i = 0; i < n + 2 * AHEAD; i++) {
        if (i < n)
            lexicon_prefetch(l, hashes[i]);
        if (i >= AHEAD && i - AHEAD < n)
            lexicon_prefetch_word(l, hashes[i - AHEAD]);
        if (i < 2 * AHEAD)
            continue;
        uint32_t k = (uint32_t)(i - 2 * AHEAD);
        x->lexeme[k] = lexicon_find(l, x->vocabulary[k], hashes[k]);
        if (x->lexeme[k] != NO_WORD)
            *own_slot(x, x->lexeme[k]) = k + 1;
    }
}

uint32_t index_own(const struct index *x, uint32_t lexeme)
{
    return *own_slot(x, lexeme) - 1;
}

/* Feeds often give the content's beginning as its summary, cut within a word at times. */
static void find_repetition(struct index *x)
{
    struct text *summary = NULL, *content = NULL;
    for (size_t k = 0; k < x->text_count; k++) {
        summary = x->texts[k].field == ITEM_SUMMARY ? &x->texts[k] : summary;
        content = x->texts[k].field == ITEM_CONTENT ? &x->texts[k] : content;
    }
    if (!summary || !content || !summary->words.count || summary->words.count > content->words.count)
        return;
    size_t last = summary->words.count - 1;
    summary->repeated = memcmp(x->id_at + summary->base, x->id_at + content->base, last * sizeof *x->id_at) == 0 &&
                        sv_starts(word_folded(&content->words, last), word_folded(&summary->words, last));
}

void index_build(struct index *x, const struct match *m, const struct item *item, const struct match_context *context)
{
    *x = (struct index){.match = m, .item = item, .context = context};
    x->language = item->language.n ? item->language : context->language;
    add_text(x, ITEM_TITLE, 0, item->title);
    add_text(x, ITEM_SUMMARY, 0, item->summary);
    add_text(x, ITEM_CONTENT, 0, item->content_text);
    for (size_t i = 0; i < item->author_count; i++)
        add_text(x, ITEM_AUTHOR, (unsigned)i, item->authors[i]);
    for (size_t i = 0; i < item->tag_count; i++)
        add_text(x, ITEM_CATEGORY, (unsigned)i, item->tags[i]);
    add_text(x, ITEM_URL, 0, item->url);
    look_up_words(x, number_words(x));
    inexacts_find(x);
    find_repetition(x);
}

void index_free(struct index *x)
{
    for (size_t k = 0; k < x->text_count; k++)
        words_free(&x->texts[k].words);
    free(x->texts);
    free(x->findings);
    arena_free(&x->arena);
}

/* ---- Stems ---- */

/* Where the language is not known, the script tells at least its commonest one. */
static const char *language_by_script(struct sv word)
{
    uint32_t c;
    utf8_decode(word.p, word.p + word.n, &c);
    return char_is_cyrillic(c) ? "ru" : char_is_greek(c) ? "el" : char_is_arabic(c) ? "ar" : c >= 0x900 && c < 0x980 ? "hi" :
           c >= 0x530 && c < 0x590 ? "hy" : c >= 0xB80 && c < 0xC00 ? "ta" : c < 0x250 || (c >= 0x1E00 && c < 0x1F00) ? "en" : NULL;
}

#define LANGUAGE_MOST 16 /* libstemmer knows languages by their whole names, too */

struct sv language_primary(struct sv language)
{
    size_t n = 0;
    while (n < language.n && language.p[n] != '-' && language.p[n] != '_')
        n++;
    return sv_head(language, n);
}

struct sv stem_language(struct sv language)
{
    struct sv name = sv_head(language_primary(language), LANGUAGE_MOST);
    return name.n ? sv_head(name, strnlen(name.p, name.n)) : name;
}

/* NULL where there is none. */
static struct sb_stemmer *stemmer_for(struct sv language)
{
    char name[LANGUAGE_MOST + 1] = "";
    language = stem_language(language);
    for (size_t i = 0; i < language.n; i++)
        name[i] = ascii_lower(language.p[i]);
    if (strcmp(name, "nb") == 0 || strcmp(name, "nn") == 0)
        strcpy(name, "no"); /* which libstemmer calls both */
    return sb_stemmer_new(name, "UTF_8");
}

bool stem_has(struct sv language)
{
    struct sb_stemmer *stemmer = stemmer_for(language);
    sb_stemmer_delete(stemmer);
    return stemmer != NULL;
}

struct sv stem_word(struct sv word, struct sv language, struct arena *a)
{
    const char *by_script = word.n && !stem_language(language).n ? language_by_script(word) : NULL;
    struct sb_stemmer *stemmer = word.n ? stemmer_for(by_script ? sv_of(by_script) : language) : NULL;
    struct buf folded = {0};
    if (stemmer) {
        const sb_symbol *stem = sb_stemmer_stem(stemmer, (const sb_symbol *)word.p, (int)word.n);
        struct sv view = stem ? (struct sv){(const char *)stem, (size_t)sb_stemmer_length(stemmer)} : word;
        fold_word(view, &folded);
    } else {
        fold_word(word, &folded);
    }
    struct sv result = sv_dup(a, folded.n ? buf_view(&folded) : SV(""));
    buf_free(&folded);
    sb_stemmer_delete(stemmer);
    return result;
}
