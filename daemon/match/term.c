/* Terms: from text to folded patterns, with the errors that only folding shows. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <utf8proc.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "match/compiled.h"
#include "match/fold.h"

/* Letters that stand for the wildcards while a term is split and folded as any text is: two that no language uses. */
#define STAR_LETTER "\xEA\x9E\x8F" /* U+A78F */
#define ANY_LETTER "\xEA\x99\xAE"  /* U+A66E */

#define REGEX_STEPS 10000 /* of matching one word: beyond that it does not match */

static struct sv shown(struct sv text, struct arena *a)
{
    char *copy = arena_copy(a, text.p, text.n);
    for (size_t i = 0; i < text.n; i++)
        if (copy[i] == TERM_STAR || copy[i] == TERM_ANY)
            copy[i] = copy[i] == TERM_STAR ? '*' : '?';
    return (struct sv){copy, text.n};
}

static void replace(struct sv text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == TERM_STAR)
            buf_str(out, STAR_LETTER);
        else if (text.p[i] == TERM_ANY)
            buf_str(out, ANY_LETTER);
        else
            buf_byte(out, text.p[i]);
}

/* A folded word with the wildcards back as bytes. */
static struct pattern pattern_of(struct sv folded, struct arena *a)
{
    char *text = arena_copy(a, folded.p, folded.n), *to = text;
    bool glob = false;
    for (const char *p = text, *end = text + folded.n; p < end;) {
        bool star = end - p >= 3 && memcmp(p, STAR_LETTER, 3) == 0, any = end - p >= 3 && memcmp(p, ANY_LETTER, 3) == 0;
        glob = glob || star || any;
        *to++ = star ? TERM_STAR : any ? TERM_ANY : *p;
        p += star || any ? 3 : 1;
    }
    return (struct pattern){{text, (size_t)(to - text)}, glob, 0};
}

/* Letters and digits, without marks; `places` counts those that a ? stands for. */
static size_t letters_in(struct sv v, size_t *places)
{
    size_t n = 0;
    *places = 0;
    for (const char *p = v.p, *end = v.p + v.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        *places += c == TERM_ANY;
        n += c != TERM_ANY && c != TERM_STAR && char_class(c) != CHAR_MARK;
    }
    return n;
}

static bool check_glob(const struct node *n, const struct pattern *p, struct arena *a, struct diags *diags)
{
    struct sv text = p->text, word = shown(text, a);
    const char *star = memchr(text.p, TERM_STAR, text.n);
    size_t places, letters = letters_in(text, &places);
    if (star && star != text.p + text.n - 1)
        diag_add(diags, DIAG_ERROR, n->where, "'%.*s': a * stands at a word's end only; \\* is the sign itself", SV_ARG(word));
    else if (star && letters < 3)
        diag_add(diags, DIAG_ERROR, n->where, "'%.*s': a * needs 3 letters before it, here are %zu", SV_ARG(word), letters);
    else if (text.p[text.n - 1] == TERM_ANY || (star && text.n > 1 && text.p[text.n - 2] == TERM_ANY) || text.p[0] == TERM_ANY)
        diag_add(diags, DIAG_ERROR, n->where, "'%.*s': a ? is one letter inside a word; for the sign itself write \\?", SV_ARG(word));
    else if (letters + places < 3)
        diag_add(diags, DIAG_ERROR, n->where, "'%.*s': a ? needs a word of at least 3 letters", SV_ARG(word));
    else
        return true;
    return false;
}

static bool add_patterns(struct term *t, const struct words *w, struct arena *a, struct diags *diags)
{
    bool good = true;
    t->patterns = arena_array(a, w->count, sizeof *t->patterns);
    for (size_t i = 0; i < w->count; i++) {
        struct pattern p = pattern_of(word_folded(w, i), a);
        bool glued = i > 0 && w->list[i].start == w->list[i - 1].end;
        if (p.glob && p.text.n == 1 && p.text.p[0] == TERM_STAR && glued) {
            diag_add(diags, DIAG_WARNING, t->node->where, "the * adds nothing: each character of this script is a word");
            continue;
        }
        good = (!p.glob || check_glob(t->node, &p, a, diags)) && good;
        p.hash = w->list[i].hash;
        t->patterns[t->count++] = p;
    }
    return good;
}

static bool check_words(const struct term *t, struct arena *a, struct diags *diags)
{
    struct sv text = shown(t->node->text, a);
    if (t->count == 0) {
        diag_add(diags, DIAG_ERROR, t->node->where, "'%.*s' holds no letter or digit: signs are not words", SV_ARG(text));
        return false;
    }
    uint32_t c;
    const struct pattern *p = &t->patterns[0];
    bool single = t->count == 1 && utf8_decode(p->text.p, p->text.p + p->text.n, &c) == p->text.n;
    if (single && char_class(c) == CHAR_LETTER)
        diag_add(diags, DIAG_WARNING, t->node->where, "'%.*s' is read as the single letter '%.*s'", SV_ARG(text), SV_ARG(p->text));
    return true;
}

/* ---- Kinds ---- */

static void add_exact(struct term *t, struct sv text, const struct words *w, struct arena *a)
{
    t->exact = arena_array(a, w->count, sizeof *t->exact);
    for (size_t i = 0; i < w->count; i++) {
        struct buf form = {0};
        fold_exact(sv_range(text.p + w->list[i].start, text.p + w->list[i].end), w->list[i].joined, &form);
        t->exact[i] = sv_dup(a, buf_view(&form));
        buf_free(&form);
    }
}

static bool compile_words(struct term *t, struct arena *a, struct diags *diags)
{
    struct buf text = {0};
    struct words words = {0};
    replace(t->node->text, &text);
    words_split(buf_view(&text), SV_NONE, &words);
    /* Within a term nothing ends a sentence: "who pays? Nobody" is asked for as it stands, and never found. */
    bool good = add_patterns(t, &words, a, diags) && check_words(t, a, diags);
    if (good && t->kind == TERM_EXACT)
        add_exact(t, buf_view(&text), &words, a);
    if (good && t->kind == TERM_STEM && (t->count != 1 || t->patterns[0].glob)) {
        diag_add(diags, DIAG_ERROR, t->node->where, "a ~ stands before one word without wildcards");
        good = false;
    } else if (good && t->kind == TERM_STEM) {
        struct buf form = {0};
        fold_case(sv_range(text.p + words.list[0].start, text.p + words.list[0].end), &form);
        t->stem = sv_dup(a, buf_view(&form));
        buf_free(&form);
    }
    words_free(&words);
    buf_free(&text);
    return good;
}

/* Behind what a backslash begins: \d, \p{Lu}, \x{4e00}. */
static const char *past_escape(const char *p, const char *end)
{
    bool named = memchr("pPxNo", *p++, 5);
    const char *close = named && p < end && *p == '{' ? memchr(p, '}', (size_t)(end - p)) : NULL;
    return close ? close + 1 : p;
}

/* What stands behind a parenthesis and is not allowed; NULL when it is. */
static const char *group_fault(const char *p, const char *end)
{
    struct sv rest = sv_range(p, end);
    if (sv_starts(rest, SV("*")))
        return "(*…) is not allowed";
    if (sv_starts(rest, SV("?=")) || sv_starts(rest, SV("?!")) || sv_starts(rest, SV("?<=")) || sv_starts(rest, SV("?<!")))
        return "look-around is not allowed";
    return NULL;
}

/* What a walk over a regex sees. */
struct regex_seen {
    bool literal, alone;  /* a letter stands for itself, outside []; one is a word of its own */
    struct sv lost;       /* the first character that stands for itself, outside [], and is in no folded word */
};

/* Folding leaves another letter in its place, or it breaks words and must be there. */
static bool is_lost(struct sv c, enum char_class class, struct sv rest)
{
    if (class == CHAR_BREAK)
        return (sv_eq(c, SV(" ")) || sv_eq(c, SV("-")) || sv_eq(c, SV("'")) || sv_eq(c, SV("’"))) && !(rest.n && memchr("?*{", rest.p[0], 3));
    struct buf folded = {0};
    fold_word(c, &folded);
    bool lost = class == CHAR_LETTER && !sv_eq(buf_view(&folded), c);
    buf_free(&folded);
    return lost;
}

/* What the regex may not hold, NULL when it holds none of it. Walks the pattern once. */
static const char *regex_fault(struct sv text, struct regex_seen *seen)
{
    bool set = false; /* within [] */
    for (const char *p = text.p, *end = text.p + text.n; p < end;) {
        uint32_t c;
        const char *at = p;
        p += utf8_decode(p, end, &c);
        enum char_class class = char_class(c);
        if (c == '\\' && p < end) {
            if ((*p >= '1' && *p <= '9') || *p == 'k' || *p == 'g')
                return "back-references are not allowed";
            p = past_escape(p, end);
            continue;
        }
        const char *fault = c == '(' && !set ? group_fault(p, end) : NULL;
        if (fault)
            return fault;
        if (char_is_upper(c))
            return "words are folded to lower case: a capital letter never matches";
        seen->literal = seen->literal || (!set && (class == CHAR_LETTER || class == CHAR_ALONE));
        seen->alone = seen->alone || class == CHAR_ALONE;
        set = c == '[' || (set && c != ']');
        if (!set && !seen->lost.n && is_lost(sv_range(at, p), class, sv_range(p, end)))
            seen->lost = sv_range(at, p);
    }
    return NULL;
}

static void warn_of_regex(const struct term *t, const struct regex_seen *seen, struct diags *diags)
{
    struct span where = t->node->where;
    struct buf folded = {0};
    fold_word(seen->lost, &folded);
    if (seen->alone)
        diag_add(diags, DIAG_WARNING, where, "the regex is for one word, and each character of this script is one");
    else if (!seen->literal)
        diag_add(diags, DIAG_WARNING, where, "the regex has no literal letter: it is tried on every word");
    else if (seen->lost.n && sv_eq(buf_view(&folded), seen->lost))
        diag_add(diags, DIAG_WARNING, where, "the regex is for one word, and '%.*s' stands in none: it breaks words", SV_ARG(seen->lost));
    else if (seen->lost.n)
        diag_add(diags, DIAG_WARNING, where, "the regex is for a folded word, where '%.*s' has become '%.*s'", SV_ARG(seen->lost), SV_ARG(buf_view(&folded)));
    buf_free(&folded);
}

static bool compile_regex(struct term *t, struct diags *diags)
{
    struct sv text = t->node->text;
    struct regex_seen seen = {0};
    const char *fault = text.n ? regex_fault(text, &seen) : "it is empty";
    if (fault) {
        diag_add(diags, DIAG_ERROR, t->node->where, "the regex: %s", fault);
        return false;
    }
    int code;
    PCRE2_SIZE offset;
    t->regex = pcre2_compile((PCRE2_SPTR)text.p, text.n, PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C, &code,
                             &offset, NULL);
    if (!t->regex) {
        PCRE2_UCHAR message[200];
        pcre2_get_error_message(code, message, sizeof message);
        diag_add(diags, DIAG_ERROR, t->node->where, "the regex: %s (at its byte %zu)", (const char *)message, (size_t)offset);
        return false;
    }
    uint32_t references = 0;
    pcre2_pattern_info(t->regex, PCRE2_INFO_BACKREFMAX, &references);
    if (references) {
        diag_add(diags, DIAG_ERROR, t->node->where, "the regex: back-references are not allowed");
        return false;
    }
    warn_of_regex(t, &seen, diags);
    return true;
}

struct term *term_compile(const struct node *n, struct arena *a, struct diags *diags)
{
    struct term *t = arena_zalloc(a, sizeof *t);
    t->kind = n->term;
    t->node = n;
    if (t->kind == TERM_REGEX ? compile_regex(t, diags) : compile_words(t, a, diags))
        return t;
    pcre2_code_free(t->regex);
    return NULL;
}

/* ---- Matching a word ---- */

/* Past one letter of the word and its marks (which stay where the glob names the next one itself); NULL where there is no letter. */
static const char *past_letter(const char *w, const char *end, struct sv glob)
{
    uint32_t c = 0;
    if (w < end)
        w += utf8_decode(w, end, &c);
    if (char_class(c) != CHAR_LETTER)
        return NULL;
    if (glob.n)
        utf8_decode(glob.p, glob.p + glob.n, &c);
    if (glob.n && char_class(c) == CHAR_MARK)
        return w;
    for (size_t n; w < end; w += n) {
        n = utf8_decode(w, end, &c);
        if (char_class(c) != CHAR_MARK)
            break;
    }
    return w;
}

size_t term_glob_head(struct sv glob)
{
    size_t n = 0;
    while (n < glob.n && glob.p[n] != TERM_STAR && glob.p[n] != TERM_ANY)
        n++;
    return n;
}

bool term_glob_matches(struct sv glob, struct sv word)
{
    const char *w = word.p, *end = word.p + word.n;
    for (size_t i = 0; i < glob.n; i++) {
        if (glob.p[i] == TERM_STAR)
            return true;
        if (glob.p[i] == TERM_ANY) {
            w = past_letter(w, end, sv_from(glob, i + 1));
            if (!w)
                return false;
        } else if (w == end || glob.p[i] != *w++) {
            return false;
        }
    }
    return w == end;
}

void regex_start(struct regex_run *r)
{
    r->data = pcre2_match_data_create(1, NULL);
    r->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(r->limits, REGEX_STEPS);
}

bool regex_matches(const struct regex_run *r, const void *regex, struct sv word)
{
    return pcre2_match(regex, (PCRE2_SPTR)word.p, word.n, 0, PCRE2_NO_UTF_CHECK, r->data, r->limits) >= 0;
}

void regex_end(struct regex_run *r)
{
    pcre2_match_context_free(r->limits);
    pcre2_match_data_free(r->data);
}

const char *match_library(void)
{
    static char text[80], pcre2[64];
    pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
    snprintf(text, sizeof text, "utf8proc/%s PCRE2/%.*s", utf8proc_version(), (int)strcspn(pcre2, " "), pcre2);
    return text;
}
