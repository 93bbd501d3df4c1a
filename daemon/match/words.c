#include "match/words.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "match/fold.h"

struct scanner {
    struct sv text;
    struct sv language;
    struct words *out;
    const char *p, *end;
    uint32_t sentence, paragraph;
    bool greek;           /* the last word was */
    bool single;          /* the last word was one letter */
};

static uint32_t peek(const struct scanner *s, const char *p, size_t *n)
{
    uint32_t c = 0;
    *n = p < s->end ? utf8_decode(p, s->end, &c) : 0;
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

/* The end of the word that begins at p with a letter or a digit. */
static const char *word_end(const struct scanner *s, const char *p, bool *joined)
{
    uint32_t last = 0;
    for (size_t n;;) {
        while (p < s->end && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9')))
            last = (unsigned char)*p++;
        uint32_t c = peek(s, p, &n);
        if (n == 0)
            return p;
        if (is_word_char(c)) {
            p = past_marks(s, p + n, c);
            last = c;
        } else if (c >= 0x80 && (char_class(c) == CHAR_MARK || char_class(c) == CHAR_DROP || (c == 0x200C && !char_is_arabic(last)))) {
            p += n;
        } else if (joins_hebrew(s, p, c, last, n)) {
            p += n;
            *joined = true;
        } else {
            return p;
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
static const char *past_possessive(const struct scanner *s, const char *p)
{
    size_t n;
    uint32_t c = peek(s, p, &n);
    if (n == 0 || !char_is_apostrophe(c))
        return p;
    const char *at = p + n;
    c = peek(s, at, &n);
    if (c != 's' && c != 'S')
        return p;
    at = past_marks(s, at + n, c);
    c = peek(s, at, &n);
    return n && (char_class(c) == CHAR_LETTER || char_class(c) == CHAR_ALONE) ? p : at;
}

static void drop_joins(struct sv word, struct buf *out)
{
    for (const char *p = word.p, *end = word.p + word.n; p < end;) {
        uint32_t c;
        const char *at = p;
        p += utf8_decode(p, end, &c);
        if (!char_joins(c) && c != 0x200C)
            buf_append(out, at, (size_t)(p - at));
    }
}

static void add_word(struct scanner *s, const char *from, const char *to, bool joined)
{
    struct words *w = s->out;
    w->list = xgrow(w->list, w->count, &w->capacity, sizeof *w->list);
    struct word *word = &w->list[w->count];
    size_t before = w->folded.n;
    struct sv raw = utf8_cut(sv_range(from, to), WORD_MOST);
    /* A zero-width non-joiner within? Its first byte is rare, and a search for one byte costs next to nothing. */
    if (joined || (memchr(raw.p, 0xE2, raw.n) && memmem(raw.p, raw.n, "\xE2\x80\x8C", 3))) {
        struct buf plain = {0};
        drop_joins(raw, &plain);
        fold_word(buf_view(&plain), &w->folded);
        buf_free(&plain);
    } else {
        fold_word(raw, &w->folded);
    }
    if (w->folded.n == before)
        return; /* nothing of it remains */
    *word = (struct word){(uint32_t)(from - s->text.p), (uint32_t)(to - s->text.p), (uint32_t)before, (uint32_t)(w->folded.n - before),
                          s->sentence, s->paragraph, joined};
    w->count++;
}

static void scan_word(struct scanner *s, uint32_t first, size_t n)
{
    const char *from = s->p, *end = acronym_end(s, from);
    bool joined = end != NULL;
    s->greek = char_is_greek(first);
    if (!end)
        end = word_end(s, from, &joined);
    s->single = !joined && past_marks(s, from + n, first) == end && char_class(first) == CHAR_LETTER;
    add_word(s, from, end, joined);
    s->single = s->single || joined;
    s->p = past_possessive(s, end);
}

static void scan_alone(struct scanner *s, uint32_t c, size_t n)
{
    const char *end = past_marks(s, s->p + n, c);
    add_word(s, s->p, end, false);
    s->single = s->greek = false;
    s->p = past_possessive(s, end);
}

/* ---- Sentences ---- */

/* Abbreviations after which a dot ends no sentence, folded. In doubt they stand in: a lost hit costs more. */
static const struct {
    struct sv language; /* empty: all */
    const char *list;
} abbreviations[] = {
    {SV(""), " mr mrs ms dr drs prof profs st no nos vs jr sr inc ltd co corp etc al fig vol pp ed eds art ca cf approx dept assn intl est gen gens maj col cpl lt sgt "
             "pvt capt cmdr brig adm rev hon pres gov govs sen sens rep reps sec amb atty supt insp det esq jan feb mar apr jun jul aug sep sept oct nov dec tues thurs "
             "ariz calif colo conn fla mich minn okla tenn wis mt ft bros univ ave blvd bd messrs mme mlle ph "},
    {SV("de"), " bzw usw evtl ggf inkl zzgl str nr hr fr dipl ing vgl abs abb anm hrsg aufl kap bsp bspw bzgl gem max min std tgl tsd zzt mio mrd tel sog geb gest jh fa "
               "okt dez "},
    {SV("fr"), " av boul env ex fasc m mm mmes mgr pr ste pp cf ch chap tel janv fevr avr juil "},
    {SV("es"), " sra sres srta dra lic ing gral cia dna ud uds num pag pags cap ee uu aprox av avda "},
    {SV("it"), " sig sigg dott ing avv on ecc pag "},
    {SV("pt"), " sra dra eng exmo av num ex pag "},
    {SV("nl"), " dhr mevr ir nr bijv blz enz "},
    {SV("sv"), " ex dvs osv kl nr "},
    {SV("ru"), " г гг в вв ул пер пл пос оз др пр тыс млн млрд трлн руб коп кг км мин сек им проф акад ген тов гос см стр рис ред изд обл р н ст т д п гл св тел чел кв "
               "янв февр авг сент окт нояб дек "},
    {SV("uk"), " р рр вул ін тис млн млрд грн коп ім проф акад ген див стор обл м св "},
    {SV("bg"), " г гр ул др проф акад "},
    {SV("sr"), " г ул др проф "},
    {SV("el"), " κα δηλ κτλ αρ σελ τηλ "},
    {SV("pl"), " np itd itp tzw tzn ul im sw ks plk min prof dr mgr inz godz tys mln mld zl "},
    {SV("cs"), " napr tzv tj ing mgr str "},
    {SV("ro"), " dl dna nr str "},
    {SV("tr"), " sn doc prof dr av vb vs no bkz "},
};

static bool is_abbreviation(const struct scanner *s)
{
    if (s->out->count == 0)
        return false;
    struct sv word = word_folded(s->out, s->out->count - 1);
    if (word.n > 20)
        return false;
    char key[24];
    key[0] = ' ';
    memcpy(key + 1, word.p, word.n);
    key[word.n + 1] = ' ';
    key[word.n + 2] = '\0';
    /* Where the language is not known, those of all languages: in doubt it is no end. */
    for (size_t i = 0; i < sizeof abbreviations / sizeof *abbreviations; i++) {
        struct sv language = abbreviations[i].language;
        if ((!language.n || !s->language.n || sv_starts_nocase(s->language, language)) && strstr(abbreviations[i].list, key))
            return true;
    }
    return false;
}

static bool is_closing(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 || c == 0xBB || c == 0x201C || c == 0x300D || c == 0x300F ||
           c == 0xFF09 || c == 0x203A;
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
    bool dots = true;
    size_t n;
    for (uint32_t c = peek(s, s->p, &n); n && (is_closing(c) || c == '.' || c == '!' || c == '?' || c == 0x2026); c = peek(s, s->p, &n)) {
        dots = dots && (c == '.' || is_closing(c));
        s->p += n;
    }
    if (!(dots && (s->single || is_abbreviation(s))) && ends_at(s, s->p))
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
        if (s->greek)
            s->sentence++;
        break;
    default:
        break;
    }
    s->p += n;
}

void words_split(struct sv text, struct sv language, struct words *out)
{
    out->count = 0;
    out->folded.n = 0;
    text = sv_head(text, UINT32_MAX - 8);
    if (!text.n)
        return;
    struct scanner s = {.text = text, .language = language, .out = out, .p = text.p, .end = text.p + text.n};
    while (s.p < s.end) {
        size_t n;
        uint32_t c = peek(&s, s.p, &n);
        switch (char_class(c)) {
        case CHAR_LETTER: case CHAR_DIGIT: scan_word(&s, c, n); break;
        case CHAR_ALONE: scan_alone(&s, c, n); break;
        case CHAR_MARK: case CHAR_DROP: s.p += n; break;
        default: scan_break(&s, c, n); break;
        }
    }
}

void words_free(struct words *w)
{
    free(w->list);
    buf_free(&w->folded);
    *w = (struct words){0};
}
