#include "feed/date_tokens.h"

#include <stdio.h>

#include "base/utf8.h"
#include "feed/date_fold.h"

struct scan {
    struct date_tokens *out;
    const char *p, *end;
    bool spaced;
    bool full;
};

/* A new token; it is dropped when there are too many. */
static struct date_token *add(struct scan *s, enum token_kind kind)
{
    struct date_tokens *t = s->out;
    s->full |= t->count == DATE_TOKENS;
    struct date_token *token = &t->list[s->full ? 0 : t->count++];
    *token = (struct date_token){.kind = kind, .spaced = s->spaced};
    s->spaced = false;
    return token;
}

/* The next character and what it is; s->p stays before it. */
static enum char_kind peek(const struct scan *s, uint32_t *folded, size_t *length)
{
    uint32_t c;
    if (s->p == s->end)
        return CHAR_BLANK;
    *length = utf8_decode(s->p, s->end, &c);
    return date_fold(c, folded);
}

static void scan_number(struct scan *s)
{
    struct date_token *token = add(s, DATE_NUMBER);
    uint32_t digit;
    size_t length;
    for (enum char_kind kind; s->p < s->end && (kind = peek(s, &digit, &length), kind == CHAR_DIGIT || kind == CHAR_DROPPED); s->p += length)
        if (kind == CHAR_DIGIT && ++token->digits <= 18)
            token->value = token->value * 10 + digit;
}

/* ---- Words ---- */

static void put_letter(struct date_tokens *t, struct date_token *token, uint32_t c)
{
    size_t n = utf8_encode(c, t->letters + t->letter_count);
    t->letter_count += n;
    token->text.n += n;
    t->thai |= c >= 0xE00 && c < 0xE80;
}

static struct date_token *begin_word(struct scan *s)
{
    struct date_token *token = add(s, DATE_WORD);
    token->text.p = s->out->letters + s->out->letter_count;
    return token;
}

static void scan_word(struct scan *s)
{
    uint32_t c;
    size_t length;
    struct date_token *token = begin_word(s);
    token->capital = true;
    for (enum char_kind kind; s->p < s->end && (kind = peek(s, &c, &length), kind == CHAR_LETTER || kind == CHAR_DROPPED) && !date_is_ideograph(c); s->p += length)
        if (kind == CHAR_LETTER) {
            put_letter(s->out, token, c);
            token->capital &= *s->p >= 'A' && *s->p <= 'Z';
        }
    token->word = date_word(token->text);
}

/* ---- Ideographs ---- */

/* The digit that a Chinese numeral is; 10 and 20 for the tens; -1: it is none. */
static int numeral_of(uint32_t c)
{
    static const uint16_t digits[] = {0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341};
    for (int i = 0; i <= 10; i++)
        if (digits[i] == c)
            return i;
    return c == 0x96F6 ? 0 : c == 0x5143 ? 1 : c == 0x5EFF ? 20 : -1; /* 零; 元, an era's first year; 廿 */
}

/* 二〇二五 digit by digit, 二十一 by its tens. */
static void scan_numerals(struct scan *s)
{
    struct date_token *token = add(s, DATE_NUMBER);
    bool tens = false;
    int last = -1, digit;
    uint32_t c;
    size_t length;
    for (; s->p < s->end && peek(s, &c, &length) == CHAR_LETTER && (digit = numeral_of(c)) >= 0; s->p += length, last = digit) {
        if (token->digits == 18) {
            s->full = true;
        } else if (digit >= 10) {
            token->value = digit * (last > 0 && last < 10 ? last : 1);
            token->digits = 2;
            tens = true;
        } else if (tens) {
            token->value += digit;
        } else {
            token->value = token->value * 10 + digit;
            token->digits++;
        }
    }
}

/* Words without blanks: the longest that is known, from the left. */
static void scan_ideographs(struct scan *s)
{
    char ahead[DATE_WORD_MOST];
    size_t n = 0, length;
    uint32_t c;
    struct scan at = *s;
    for (; n < 9 && at.p < at.end && peek(&at, &c, &length) == CHAR_LETTER && date_is_ideograph(c); at.p += length)
        n += utf8_encode(c, ahead + n);
    const struct date_word *word = date_ideographs((struct sv){ahead, n});
    peek(s, &c, &length);
    if (!word && numeral_of(c) >= 0) {
        scan_numerals(s);
        return;
    }
    struct date_token *token = begin_word(s);
    token->word = word;
    size_t most = word ? word->text.n : 1;
    for (; token->text.n < most && s->p < s->end; s->p += length) {
        peek(s, &c, &length);
        put_letter(s->out, token, c);
    }
}

/* ---- The whole ---- */

static void scan(struct scan *s)
{
    uint32_t c;
    size_t length;
    switch (peek(s, &c, &length)) {
    case CHAR_DIGIT: scan_number(s); return;
    case CHAR_LETTER:
        if (date_is_ideograph(c))
            scan_ideographs(s);
        else
            scan_word(s);
        return;
    case CHAR_SIGN: add(s, DATE_SIGN)->sign = (char)c; break;
    case CHAR_BLANK: s->spaced = true; break;
    case CHAR_DROPPED: break;
    }
    s->p += length;
}

/* What `a` and the word at `b` mean together, with a dot or a blank between. */
static const struct date_word *joined(const struct date_token *a, const struct date_token *b, char between)
{
    char text[DATE_WORD_MOST];
    struct sv first = a->word ? a->word->text : a->text;
    if (a->kind != DATE_WORD || b->kind != DATE_WORD || first.n + 1 + b->text.n > sizeof text)
        return NULL;
    memcpy(text, first.p, first.n);
    text[first.n] = between;
    memcpy(text + first.n + 1, b->text.p, b->text.n);
    return date_word((struct sv){text, first.n + 1 + b->text.n});
}

static void join_words(struct date_tokens *t)
{
    size_t to = 0;
    for (size_t from = 0; from < t->count; to++) {
        struct date_token token = t->list[from++];
        for (const struct date_word *word;;) {
            const struct date_token *next = &t->list[from];
            bool dot = next->kind == DATE_SIGN && next->sign == '.';
            if (!(word = joined(&token, next + dot, dot ? '.' : ' ')) && !(dot && (word = joined(&token, next + 1, ' '))))
                break;
            token.word = word;
            from += 1 + dot;
        }
        t->list[to] = token;
    }
    t->count = to;
}

bool date_tokens(struct sv text, struct date_tokens *t)
{
    struct scan s = {.out = t, .p = text.p, .end = text.p + text.n};
    t->count = t->letter_count = 0;
    t->thai = false;
    if (text.n > DATE_MOST)
        return false;
    while (s.p < s.end && !s.full)
        scan(&s);
    memset(&t->list[t->count], 0, DATE_ENDS * sizeof *t->list);
    join_words(t);
    memset(&t->list[t->count], 0, DATE_ENDS * sizeof *t->list);
    return !s.full;
}
