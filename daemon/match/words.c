#include "match/words.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "match/abbreviations.h"
#include "match/fold.h"
#include "match/words_hash.h"

struct scanner {
    struct sv text;
    struct sv language;
    struct words *out;
    const char *p, *end;
    uint32_t sentence, paragraph;
    const char *last;     /* where the last word begins */
    bool single;          /* it was one letter, or dotted letters */
    uint32_t lists;       /* of abbreviations that are the language's; 0: not asked yet */
};

static inline bool is_tail(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The character at p and its length; both 0 at the end. What is well-formed and short goes the short way. */
static inline uint32_t peek(const struct scanner *s, const char *p, size_t *n)
{
    const unsigned char *u = (const unsigned char *)p;
    ptrdiff_t left = s->end - p;
    uint32_t c = 0;
    if (left > 0 && u[0] < 0x80) {
        *n = 1;
        return u[0];
    }
    if (left > 1 && u[0] >= 0xC2 && u[0] < 0xE0 && is_tail(u[1])) {
        *n = 2;
        return (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
    }
    if (left > 2 && (u[0] & 0xF0) == 0xE0 && is_tail(u[1]) && is_tail(u[2])) {
        c = (u[0] & 0xFu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
        *n = 3;
        if (c >= 0x800 && c >> 11 != 0xD800 >> 11)
            return c;
    }
    *n = left > 0 ? utf8_decode(p, s->end, &c) : 0;
    return c;
}

/* ---- Words ---- */

/* Behind the marks and invisible characters that belong to the character before p. A zero-width non-joiner after an Arabic
 * letter breaks. */
static const char *past_marks(const struct scanner *s, const char *p, uint32_t base)
{
    for (size_t n;;) {
        uint32_t c = peek(s, p, &n);
        if (n == 0)
            return p;
        enum char_class class = c < 0x80 ? CHAR_BREAK : char_class(c);
        if (class != CHAR_MARK && class != CHAR_DROP && !(c == 0x200C && !char_is_arabic(base)))
            return p;
        p += n;
    }
}

/* Behind what is dropped. */
static const char *past_dropped(const struct scanner *s, const char *p)
{
    size_t n;
    for (uint32_t c = peek(s, p, &n); c >= 0x80 && char_class(c) == CHAR_DROP; c = peek(s, p, &n))
        p += n;
    return p;
}

static bool is_word_char(uint32_t c)
{
    enum char_class class = char_class(c);
    return class == CHAR_LETTER || class == CHAR_DIGIT;
}

static bool joins_hebrew(const struct scanner *s, const char *p, uint32_t c, uint32_t before, size_t n)
{
    size_t length;
    return (c == 0x5F3 || c == 0x5F4 || c == '\'' || c == '"') && char_is_hebrew(before) && char_is_hebrew(peek(s, p + n, &length));
}

/* A word while it is read. */
struct reading {
    const char *p;
    char *to;         /* behind its folded form so far */
    size_t count;     /* of letters and digits */
    uint32_t last;    /* letter or digit */
    uint32_t traits;  /* of all characters, one laid over the other */
    bool joined;
    const char *unseen, *behind; /* the last run of what is dropped and belongs to no character: from and to */
};

/* Room behind the folded forms for those of all that is left to read: by itself no character grows by more than half. The rest is
 * for those who write eight bytes at once, or read sixteen. */
static void make_room(struct scanner *s)
{
    size_t left = (size_t)(s->end - s->p);
    buf_reserve(&s->out->folded, left + left / 2 + 24);
}

static inline struct reading begin_reading(const struct scanner *s)
{
    return (struct reading){.p = s->p, .to = s->out->folded.p + s->out->folded.n};
}

static inline void take(struct reading *r, uint32_t traits, size_t n)
{
    r->to = traits_put(traits, r->to);
    r->traits |= traits;
    r->p += n;
}

/* Take what is dropped. A joiner and a variation selector belong to the character before them; the others, where they end a word, are
 * none of it. */
static inline void take_dropped(struct reading *r, uint32_t c, uint32_t traits, size_t n)
{
    bool attached = c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) || c >= 0xE0100;
    if (!attached && r->p != r->behind)
        r->unseen = r->p;
    take(r, traits, n);
    if (!attached)
        r->behind = r->p;
}

/* Eight bytes' high bits, set where the byte is an ASCII letter or digit; `lower` has them in lower case. Each sum stays in its byte. */
static inline uint64_t alphanumerics(uint64_t bytes, uint64_t *lower)
{
    static const uint64_t all = 0x0101010101010101u;
    uint64_t low = bytes & all * 0x7F, small = low | all * 0x20; /* a digit has that bit already */
    uint64_t letters = (small + all * (0x80 - 'a')) & ~(small + all * (0x7F - 'z'));
    uint64_t digits = (low + all * (0x80 - '0')) & ~(low + all * (0x7F - '9'));
    *lower = small;
    return (letters | digits) & ~bytes & all * 0x80;
}

/* Take the ASCII letters and digits at r->p. */
static inline void read_ascii(const struct scanner *s, struct reading *r)
{
    const char *from = r->p;
    size_t n = 8;
    while (n == 8 && s->end - r->p >= 8) {
        uint64_t lower, others = ~alphanumerics(load_8(r->p), &lower) & 0x8080808080808080u;
        lower = htole64(lower);
        memcpy(r->to, &lower, 8);
        n = others ? (size_t)__builtin_ctzll(others) / 8 : 8;
        r->p += n;
        r->to += n;
    }
    if (n == 8)
        for (; r->p < s->end && (ascii_is_letter(*r->p) || ascii_is_digit(*r->p)); r->p++)
            *r->to++ = (char)(*r->p | 0x20);
    if (r->p > from) {
        r->count += (size_t)(r->p - from);
        r->last = 'a';
    }
}

/* Take the letters and digits of two bytes at r->p: most alphabets but the Latin. */
static inline void read_pairs(const struct scanner *s, struct reading *r)
{
    uint32_t c = r->last;
    const char *from = r->p, *p = from;
    for (char *to = r->to; s->end - p >= 2 && (unsigned char)*p >= 0xC2 && (unsigned char)*p < 0xE0 && is_tail((unsigned char)p[1]); p += 2) {
        uint32_t next = (*p & 0x1Fu) << 6 | (p[1] & 0x3Fu), traits = char_traits(next);
        enum char_class class = traits_class(traits);
        if ((class != CHAR_LETTER && class != CHAR_DIGIT) || (traits & TRAITS_COMPANY))
            break;
        r->to = to = traits_put(traits, to);
        c = next;
    }
    r->count += (size_t)(p - from) / 2;
    r->last = c;
    r->p = p;
}

/* The word at s->p, where a letter or a digit is: up to what breaks it. */
static inline struct reading read_word(const struct scanner *s)
{
    struct reading r = begin_reading(s);
    for (;;) {
        if (r.p < s->end && (unsigned char)*r.p < 0x80) {
            read_ascii(s, &r);
            if (r.p < s->end && *r.p == ' ')
                return r;
        } else {
            read_pairs(s, &r);
        }
        size_t n;
        uint32_t c = peek(s, r.p, &n), traits = char_traits(c);
        switch (traits_class(traits)) {
        case CHAR_LETTER: case CHAR_DIGIT:
            r.count++;
            r.last = c;
            take(&r, traits, n);
            break;
        case CHAR_MARK: take(&r, traits, n); break;
        case CHAR_DROP: take_dropped(&r, c, traits, n); break;
        default:
            if (c == 0x200C ? char_is_arabic(r.last) : !joins_hebrew(s, r.p, c, r.last, n))
                return r;
            r.joined = r.joined || c != 0x200C;
            r.p += n;
        }
    }
}

/* Dotted letters: two or more single letters, a dot after each, the last optional. NULL when there is none at p. */
static const char *acronym_end(const struct scanner *s, const char *p)
{
    const char *end = NULL;
    for (size_t letters = 0, n;;) {
        uint32_t c = peek(s, p, &n);
        if (n == 0 || char_class(c) != CHAR_LETTER)
            return end;
        p = past_marks(s, p + n, c);
        letters++;
        c = peek(s, p, &n);
        if (n == 0 || c != '.') /* the last one, when it is a letter alone */
            return letters >= 2 && !(n && (is_word_char(c))) ? p : end;
        p += n;
        if (letters >= 2)
            end = p;
        p = past_dropped(s, p);
        c = peek(s, p, &n);
        if (n == 0 || char_class(c) != CHAR_LETTER)
            return end;
        /* "e.g.the": what follows is no single letter, so it is not part of this. */
        size_t after;
        const char *next = past_marks(s, p + n, c);
        uint32_t behind = peek(s, next, &after);
        if (after && is_word_char(behind))
            return end;
    }
}

/* Behind a possessive: an apostrophe, s, and no letter after it; else p. */
static inline const char *past_possessive(const struct scanner *s, const char *p)
{
    size_t n;
    if (p == s->end || *p == ' ')
        return p;
    const char *at = past_dropped(s, p);
    uint32_t c = peek(s, at, &n);
    if (n == 0 || !char_is_apostrophe(c))
        return p;
    at = past_dropped(s, at + n);
    c = peek(s, at, &n);
    if (c != 's' && c != 'S')
        return p;
    at = past_marks(s, at + n, c);
    c = peek(s, at, &n);
    return n && (char_class(c) == CHAR_LETTER || char_class(c) == CHAR_ALONE) ? p : at;
}

static size_t drop_joins(struct sv word, char *out)
{
    char *to = out;
    for (const char *p = word.p, *end = word.p + word.n; p < end;) {
        uint32_t c;
        size_t n = utf8_decode(p, end, &c);
        if (!char_joins(c) && c != 0x200C)
            to = mempcpy(to, p, n);
        p += n;
    }
    return (size_t)(to - out);
}

/* Fold a word whose form is not that of its characters one by one. */
static void fold_again(struct scanner *s, struct sv word, bool joined)
{
    char plain[WORD_MOST];
    word = utf8_cut(word, WORD_MOST);
    if (joined || memmem(word.p, word.n, "\xE2\x80\x8C", 3))
        word = (struct sv){plain, drop_joins(word, plain)};
    fold_word(word, &s->out->folded);
    make_room(s);
}

static inline void add_word(struct scanner *s, const struct reading *r)
{
    struct words *w = s->out;
    size_t before = w->folded.n;
    if ((r->traits & TRAITS_COMPANY) || r->joined || r->p - s->p > WORD_MOST)
        fold_again(s, sv_range(s->p, r->p), r->joined);
    else
        w->folded.n = (size_t)(r->to - w->folded.p);
    size_t n = w->folded.n - before;
    const char *end = r->p == r->behind ? r->unseen : r->p;
    if (n == 0)
        return; /* nothing of it remains */
    if (w->count == w->capacity)
        w->list = xgrow(w->list, w->count, &w->capacity, sizeof *w->list);
    w->list[w->count++] = (struct word){(uint32_t)(s->p - s->text.p), (uint32_t)(end - s->text.p), (uint32_t)before, (uint32_t)n,
                                        s->sentence, s->paragraph, .joined = r->joined}; /* the hash: see hash_words */
}

static inline void scan_word(struct scanner *s)
{
    struct reading r = read_word(s);
    size_t n;
    s->single = r.count == 1 && !r.joined && char_class(peek(s, s->p, &n)) == CHAR_LETTER;
    const char *acronym = s->single && r.p < s->end && *r.p == '.' ? acronym_end(s, s->p) : NULL;
    if (acronym) {
        r.p = acronym;
        r.joined = true;
    }
    add_word(s, &r);
    s->last = s->p;
    s->p = past_possessive(s, r.p);
}

static inline void scan_alone(struct scanner *s, uint32_t base, uint32_t traits, size_t n)
{
    struct reading r = begin_reading(s);
    take(&r, traits, n);
    for (;;) {
        uint32_t c = peek(s, r.p, &n);
        traits = char_traits(c);
        enum char_class class = traits_class(traits);
        if (class == CHAR_MARK)
            take(&r, traits, n);
        else if (class == CHAR_DROP)
            take_dropped(&r, c, traits, n);
        else if (c == 0x200C && !char_is_arabic(base))
            r.p += n;
        else
            break;
    }
    add_word(s, &r);
    s->single = false;
    s->last = s->p;
    s->p = past_possessive(s, r.p);
}

/* ---- Sentences ---- */

static bool is_abbreviation(struct scanner *s)
{
    if (s->out->count == 0)
        return false;
    if (!s->lists)
        s->lists = abbreviation_lists(s->language);
    return abbreviation_known(word_folded(s->out, s->out->count - 1), s->lists);
}

static bool is_closing(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || (c >= 0x2018 && c <= 0x201F) || c == 0xBB || c == 0xAB || c == 0x203A || c == 0x2039 ||
           c == 0x300D || c == 0x300F || c == 0xFF09; /* »this« is closed by what opens «that» */
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F;
}

/* White space, then no lower-case letter, or the end of the text. */
static bool ends_at(const struct scanner *s, const char *p)
{
    size_t n;
    uint32_t c = peek(s, p, &n);
    if (n && !is_blank(c))
        return false;
    while (n && (is_blank(c) || char_class(c) == CHAR_DROP)) {
        p += n;
        c = peek(s, p, &n);
    }
    return !(n && char_is_lower(c));
}

/* At a sign that may end a sentence: past it, others like it and closing quotes. */
static void scan_stop(struct scanner *s)
{
    size_t n;
    for (uint32_t c = peek(s, s->p, &n); n && (is_closing(c) || c == '.' || c == '!' || c == '?' || c == 0x2026); c = peek(s, s->p, &n))
        s->p = past_dropped(s, s->p + n);
    if (!s->single && !is_abbreviation(s) && ends_at(s, s->p))
        s->sentence++;
}

static void end_line(struct scanner *s)
{
    bool blank_line = false;
    s->sentence++;
    for (const char *p = s->p + 1; p < s->end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'); p++)
        blank_line = blank_line || *p == '\n';
    s->paragraph += blank_line;
    while (s->p < s->end && (*s->p == '\n' || *s->p == '\r' || *s->p == ' ' || *s->p == '\t'))
        s->p++;
}

static void scan_break(struct scanner *s, uint32_t c, size_t n)
{
    size_t length;
    switch (c) {
    case '\n':
        end_line(s);
        return;
    case '.': case '!': case '?': case 0x2026:
        scan_stop(s);
        return;
    case 0x3002: case 0xFF01: case 0xFF1F: case 0xFF61: case 0x61F: case 0x6D4: case 0x964: case 0x965: case 0x37E:
        s->sentence++;
        break;
    case ';':
        if ((s->last && char_is_greek(peek(s, s->last, &length))) || sv_starts_nocase(s->language, SV("el")))
            s->sentence++;
        break;
    default:
        break;
    }
    s->p += n;
}

/* When all are written: a word's bytes are in the cache by then, and no hash waits for another. */
static void hash_words(struct words *w)
{
    for (size_t i = 0; i < w->count; i++)
        w->list[i].hash = words_hash_padded(w->folded.p + w->list[i].folded, w->list[i].folded_size);
}

/* Past a digit in a keycap, which is an emoji; else p. */
static const char *past_keycap(const struct scanner *s, const char *p)
{
    size_t n;
    const char *at = p + 1;
    uint32_t c = peek(s, at, &n);
    if (c == 0xFE0F) {
        at += n;
        c = peek(s, at, &n);
    }
    return c == 0x20E3 ? at + n : p;
}

/* A digit, or an emoji made of one. */
static void scan_digit(struct scanner *s, size_t n)
{
    const char *behind = n == 1 ? past_keycap(s, s->p) : s->p;
    if (behind > s->p)
        s->p = behind;
    else
        scan_word(s);
}

void words_split(struct sv text, struct sv language, struct words *out)
{
    out->count = 0;
    out->folded.n = 0;
    text = sv_head(text, UINT32_MAX - 8);
    if (!text.n)
        return;
    struct scanner s = {.text = text, .language = language, .out = out, .p = text.p, .end = text.p + text.n};
    words_hash_seed();
    make_room(&s);
    while (s.p < s.end) {
        if (*s.p == ' ') {
            s.p++;
            continue;
        }
        size_t n;
        uint32_t c = peek(&s, s.p, &n), traits = char_traits(c);
        switch (traits_class(traits)) {
        case CHAR_LETTER: scan_word(&s); break;
        case CHAR_DIGIT: scan_digit(&s, n); break;
        case CHAR_ALONE: scan_alone(&s, c, traits, n); break;
        case CHAR_MARK: case CHAR_DROP: s.p += n; break;
        default: scan_break(&s, c, n); break;
        }
    }
    hash_words(out);
}

void words_free(struct words *w)
{
    free(w->list);
    buf_free(&w->folded);
    *w = (struct words){0};
}
