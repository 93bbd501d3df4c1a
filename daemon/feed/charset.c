/* The head of the document is held back until the charset can be told; ASCII before the first other byte passes. */
#include "feed/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "base/utf8.h"

#define HEAD 1024      /* bytes in which a declaration must stand */
#define LOOK_AHEAD 4096 /* bytes from the first that is not ASCII on, by which UTF-8 is told from the rest */
#define LABEL_MOST 40
#define ACCIDENTS 3    /* so many UTF-8 sequences may stand in a valid text of a multibyte charset by accident */

enum state { AT_HEAD, IN_ASCII, LOOKING, DECODING };

struct charset {
    enum state state;
    char http[LABEL_MOST], declared[LABEL_MOST]; /* "" when there is none */
    char name[LABEL_MOST], disbelieved[LABEL_MOST];
    bool utf8;
    iconv_t converter;
    struct buf held;
};

/* ---- Labels ---- */

struct alias {
    const char *label, *charset;
};

/* Labels that iconv does not know, or knows as something narrower than what is served under them. */
static const struct alias aliases[] = {
    {"ansi_x3.4-1968", "windows-1252"}, {"ascii", "windows-1252"},        {"big5", "big5-hkscs"},         {"big5-hkscs", "big5-hkscs"},
    {"chinese", "gb18030"},             {"cn-big5", "big5-hkscs"},        {"cp1250", "windows-1250"},     {"cp1251", "windows-1251"},
    {"cp1252", "windows-1252"},         {"cp1253", "windows-1253"},       {"cp1254", "windows-1254"},     {"cp1255", "windows-1255"},
    {"cp1256", "windows-1256"},         {"cp1257", "windows-1257"},       {"cp1258", "windows-1258"},     {"cp819", "windows-1252"},
    {"dos-874", "windows-874"},         {"euc-kr", "uhc"},                {"gb2312", "gb18030"},          {"gb_2312", "gb18030"},
    {"gb_2312-80", "gb18030"},          {"gbk", "gb18030"},               {"iso-8859-1", "windows-1252"}, {"iso-8859-11", "windows-874"},
    {"iso-8859-9", "windows-1254"},     {"iso8859-1", "windows-1252"},    {"iso8859-9", "windows-1254"},  {"iso88591", "windows-1252"},
    {"iso_8859-1", "windows-1252"},     {"iso_8859-9", "windows-1254"},   {"koi", "koi8-r"},              {"koi8", "koi8-r"},
    {"koi8_r", "koi8-r"},               {"korean", "uhc"},                {"ks_c_5601-1987", "uhc"},      {"ks_c_5601-1989", "uhc"},
    {"ksc5601", "uhc"},                 {"ksc_5601", "uhc"},              {"l1", "windows-1252"},         {"l5", "windows-1254"},
    {"latin-1", "windows-1252"},        {"latin1", "windows-1252"},       {"latin5", "windows-1254"},     {"ms_kanji", "cp932"},
    {"shift-jis", "cp932"},             {"shift_jis", "cp932"},           {"sjis", "cp932"},              {"tis-620", "windows-874"},
    {"unicode-1-1-utf-8", "utf-8"},     {"us-ascii", "windows-1252"},     {"utf8", "utf-8"},              {"windows-31j", "cp932"},
    {"windows-949", "uhc"},             {"x-cp1250", "windows-1250"},     {"x-cp1251", "windows-1251"},   {"x-cp1252", "windows-1252"},
    {"x-euc-jp", "euc-jp"},             {"x-gbk", "gb18030"},             {"x-sjis", "cp932"},            {"x-x-big5", "big5-hkscs"},
};

static int cmp_alias(const void *key, const void *alias)
{
    return strcmp(key, ((const struct alias *)alias)->label);
}

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == ':';
}

/* A label as it is written to a charset that iconv knows; "" when it is nonsense: iconv takes "/" for the start of a suffix. */
static void read_label(struct sv written, char out[LABEL_MOST])
{
    written = sv_trim(written);
    out[0] = 0;
    if (written.n >= LABEL_MOST)
        return;
    for (size_t i = 0; i < written.n; i++) {
        char c = written.p[i];
        out[i] = c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
        if (!is_label_char(out[i])) {
            out[0] = 0;
            return;
        }
    }
    out[written.n] = 0;
    const struct alias *alias = bsearch(out, aliases, sizeof aliases / sizeof *aliases, sizeof *aliases, cmp_alias);
    if (alias)
        strcpy(out, alias->charset);
}

/* The value of `name=` in a header or a declaration; SV_NONE when it is not there. */
static struct sv parameter(struct sv text, struct sv name)
{
    for (size_t i = 0; i + name.n < text.n; i++) {
        if (!sv_eq_nocase((struct sv){text.p + i, name.n}, name))
            continue;
        struct sv value = sv_trim(sv_from(text, i + name.n));
        if (value.n == 0 || value.p[0] != '=')
            continue;
        value = sv_trim(sv_from(value, 1));
        char quote = value.n && (value.p[0] == '"' || value.p[0] == '\'') ? value.p[0] : 0;
        value = sv_from(value, quote != 0);
        size_t n = 0;
        while (n < value.n && value.p[n] != quote && (quote || !strchr(" \t\r\n;,?>", value.p[n])))
            n++;
        return sv_head(value, n);
    }
    return SV_NONE;
}

struct charset *charset_new(struct sv content_type)
{
    struct charset *c = xcalloc(1, sizeof *c);
    c->converter = (iconv_t)-1;
    strcpy(c->name, "utf-8");
    read_label(parameter(content_type, SV("charset")), c->http);
    return c;
}

/* ---- Deciding ---- */

static bool use(struct charset *c, const char *name)
{
    c->utf8 = strcmp(name, "utf-8") == 0;
    if (!c->utf8) {
        iconv_t converter = name[0] ? iconv_open("UTF-8", name) : (iconv_t)-1;
        if (converter == (iconv_t)-1)
            return false;
        c->converter = converter;
    }
    memmove(c->name, name, strlen(name) + 1);
    c->state = DECODING;
    return true;
}

/* Marks, and the zeros that UTF-16 and UTF-32 leave between the first ASCII characters. Returns the length of the mark. */
static bool wide(struct charset *c, size_t *mark)
{
    static const struct {
        const char *bytes;
        size_t length, mark;
        const char *name;
    } beginnings[] = {
        {"\xEF\xBB\xBF", 3, 3, "utf-8"},         {"\0\0\xFE\xFF", 4, 4, "utf-32be"}, {"\xFF\xFE\0\0", 4, 4, "utf-32le"},
        {"\xFE\xFF", 2, 2, "utf-16be"},          {"\xFF\xFE", 2, 2, "utf-16le"},     {"\0\0\0<", 4, 0, "utf-32be"},
        {"<\0\0\0", 4, 0, "utf-32le"},           {"\0<", 2, 0, "utf-16be"},          {"<\0", 2, 0, "utf-16le"},
        {"\0{", 2, 0, "utf-16be"},               {"{\0", 2, 0, "utf-16le"},
    };
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (sv_starts(buf_view(&c->held), (struct sv){beginnings[i].bytes, beginnings[i].length})) {
            *mark = beginnings[i].mark;
            return use(c, beginnings[i].name);
        }
    return false;
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

/* A label that an 8-bit document cannot bear is no label. */
static void drop_impossible(char label[LABEL_MOST])
{
    if (strncmp(label, "utf-16", 6) == 0 || strncmp(label, "utf-32", 6) == 0 || strncmp(label, "ucs-", 4) == 0 || strcmp(label, "utf-7") == 0)
        label[0] = 0;
}

static void drop(struct buf *b, size_t n)
{
    if (n && n < b->n)
        memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
}

static void look_at_head(struct charset *c)
{
    size_t mark = 0;
    if (c->held.n && wide(c, &mark)) {
        drop(&c->held, mark);
        return;
    }
    read_label(parameter(declaration(sv_head(buf_view(&c->held), HEAD)), SV("encoding")), c->declared);
    drop_impossible(c->http);
    drop_impossible(c->declared);
    const char *label = c->http[0] ? c->http : c->declared;
    c->state = IN_ASCII;
    if (strncmp(label, "iso-2022", 8) == 0 || strcmp(label, "hz") == 0) /* seven bits: all of it looks like ASCII */
        use(c, label);
}

struct look {
    size_t good, bad; /* sequences of UTF-8, and bytes that belong to none */
};

/* `whole`: the text ends here, so what is cut off is bad. */
static struct look look_at(struct sv text, bool whole)
{
    struct look look = {0, 0};
    for (const char *p = text.p, *end = p + text.n; p < end;) {
        uint32_t codepoint;
        size_t n = utf8_decode(p, end, &codepoint);
        if ((unsigned char)*p >= 0x80) {
            if (codepoint != UTF8_REPLACEMENT || n == 3)
                look.good++;
            else if (whole || p + 4 <= end)
                look.bad++;
        }
        p += n;
    }
    return look;
}

static bool is_multibyte(const char *name)
{
    static const char *const names[] = {"gb18030", "big5-hkscs", "uhc", "cp932", "euc-jp", "euc-tw", "johab"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool decodes(const char *name, struct sv text)
{
    iconv_t converter = iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1)
        return false;
    char *in = (char *)text.p, sink[256];
    size_t left = text.n, result;
    do {
        char *out = sink;
        size_t room = sizeof sink;
        result = iconv(converter, &in, &left, &out, &room);
    } while (result == (size_t)-1 && errno == E2BIG);
    bool good = result != (size_t)-1 || errno == EINVAL;
    iconv_close(converter);
    return good;
}

static void decide(struct charset *c, bool whole)
{
    struct sv text = buf_view(&c->held);
    struct look look = look_at(text, whole);
    const char *labels[] = {c->http, c->declared, "windows-1252"};
    const char *first = c->http[0] ? c->http : c->declared;
    bool accident = is_multibyte(first) && look.good <= ACCIDENTS && decodes(first, text);
    bool is_utf8 = look.bad == 0 && !accident;
    bool labelled = strcmp(first, "utf-8") == 0 || !first[0];
    if (!is_utf8 && labelled && look.bad <= look.good)
        is_utf8 = true; /* UTF-8 with some bytes that are wrong */
    for (size_t i = 0; !is_utf8 && i < 3; i++)
        if (labels[i][0] && strcmp(labels[i], "utf-8") != 0 && use(c, labels[i]))
            break;
    if (c->state != DECODING)
        use(c, "utf-8");
    if (first[0] && strcmp(first, c->name) != 0)
        strcpy(c->disbelieved, first);
}

/* ---- Decoding ---- */

static void decode_utf8(struct charset *c, struct buf *out, bool last)
{
    struct sv rest = buf_view(&c->held);
    while (rest.n) {
        size_t good = utf8_valid_until(rest);
        buf_append(out, rest.p, good);
        rest = sv_from(rest, good);
        if (rest.n == 0 || (rest.n < 4 && !last))
            break;
        uint32_t codepoint;
        size_t n = utf8_decode(rest.p, rest.p + rest.n, &codepoint);
        buf_codepoint(out, UTF8_REPLACEMENT);
        rest = sv_from(rest, n);
    }
    drop(&c->held, c->held.n - rest.n);
}

static void decode_other(struct charset *c, struct buf *out, bool last)
{
    char *in = c->held.p;
    size_t left = c->held.n;
    while (left) {
        buf_reserve(out, left + 16);
        char *to = out->p + out->n;
        size_t room = out->capacity - out->n;
        size_t result = iconv(c->converter, &in, &left, &to, &room);
        int problem = errno;
        out->n = (size_t)(to - out->p);
        if (result != (size_t)-1 || problem == E2BIG)
            continue;
        if (problem == EINVAL && !last)
            break;
        buf_codepoint(out, UTF8_REPLACEMENT);
        in++, left--;
    }
    drop(&c->held, c->held.n - left);
}

static void advance(struct charset *c, struct buf *out, bool last)
{
    if (c->state == AT_HEAD && (c->held.n >= HEAD || last))
        look_at_head(c);
    if (c->state == IN_ASCII) {
        size_t n = 0;
        while (n < c->held.n && (unsigned char)c->held.p[n] < 0x80)
            n++;
        buf_append(out, c->held.p, n);
        drop(&c->held, n);
        if (c->held.n)
            c->state = LOOKING;
    }
    if (c->state == LOOKING && (c->held.n >= LOOK_AHEAD || last)) {
        struct buf all = c->held;
        c->held.n = c->held.n < LOOK_AHEAD ? c->held.n : LOOK_AHEAD;
        decide(c, last && c->held.n == all.n);
        c->held.n = all.n;
    }
    if (c->state == DECODING && c->utf8)
        decode_utf8(c, out, last);
    else if (c->state == DECODING)
        decode_other(c, out, last);
}

void charset_write(struct charset *c, struct sv bytes, struct buf *out)
{
    buf_sv(&c->held, bytes);
    advance(c, out, false);
}

void charset_end(struct charset *c, struct buf *out)
{
    advance(c, out, true);
}

struct sv charset_name(const struct charset *c)
{
    return sv_of(c->name);
}

struct sv charset_disbelieved(const struct charset *c)
{
    return c->disbelieved[0] ? sv_of(c->disbelieved) : SV_NONE;
}

void charset_free(struct charset **charset)
{
    struct charset *c = *charset;
    if (!c)
        return;
    if (c->converter != (iconv_t)-1)
        iconv_close(c->converter);
    buf_free(&c->held);
    free(c);
    *charset = NULL;
}
