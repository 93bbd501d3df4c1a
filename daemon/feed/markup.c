/* What begins in one piece of the input and ends in the next is held back, so that cutting changes nothing. */
#include "feed/markup.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/ascii.h"
#include "feed/entity.h"

#define HELD_MOST (256u << 10) /* a token that is longer is given up as one */
#define BAD_END_MOST 64        /* what may be left of "]]>", with white space */

enum state { TEXT, CDATA };

/* How much of the input was taken; nothing: more is needed. */
#define MORE_NEEDED 0

static void tell(struct markup *m, enum flaw flaw, struct sv about)
{
    m->handlers.flaw(m->handlers.context, flaw, m->at, about);
}

static size_t count_feeds(const char *p, const char *end)
{
    size_t count = 0;
#ifdef __SSE2__
    for (const __m128i feed = _mm_set1_epi8('\n'); end - p >= 16; p += 16) { /* a hit is -1 in its byte */
        __m128i hits = _mm_sub_epi8(_mm_setzero_si128(), _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), feed));
        __m128i sums = _mm_sad_epu8(hits, _mm_setzero_si128());
        count += (size_t)(_mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4));
    }
#endif
    for (; p < end; p++)
        count += *p == '\n';
    return count;
}

/* Up to `to`: a line ends at LF, CR LF or CR. */
static void count_lines(struct markup *m, const char *to)
{
    if (to == m->counted)
        return;
    if (!m->return_counted && !memchr(m->counted, '\r', (size_t)(to - m->counted))) {
        m->line += count_feeds(m->counted, to);
        m->counted = to;
        return;
    }
    for (const char *p = m->counted; p < to && (p = memchr(p, '\n', (size_t)(to - p))); p++)
        m->line += !(p > m->counted ? p[-1] == '\r' : m->return_counted);
    for (const char *p = m->counted; p < to && (p = memchr(p, '\r', (size_t)(to - p))); p++)
        m->line++;
    m->return_counted = to[-1] == '\r';
    m->counted = to;
}

size_t markup_line(struct markup *m, const char *at)
{
    if (at && m->counted && at > m->counted)
        count_lines(m, at);
    return m->line;
}

static bool begins_name(char c)
{
    return ascii_is_letter(c) || c == '_' || c == ':';
}

/* Names are ASCII in all that newswatchd reads: "<公告>" is text. */
static bool is_name(char c)
{
    static const bool names[256] = {
        ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['_'] = true, [':'] = true, ['-'] = true, ['.'] = true,
    };
    return names[(unsigned char)c];
}

/* ---- Text ---- */

/* Where a reference begins that the text's end may cut; text.n when there is none. */
static size_t cut_reference(struct sv text)
{
    size_t whole = text.n;
    for (size_t i = text.n; i > 0 && text.n - i < ENTITY_MOST; i--) {
        char c = text.p[i - 1];
        if (c == '&')
            whole = i - 1;
        if (c != '#' && !ascii_is_digit(c) && !ascii_is_letter(c))
            break;
    }
    return whole - entity_first_half(sv_head(text, whole));
}

/* Where a character begins that the text's end cuts; text.n when there is none. */
static size_t cut_character(struct sv text)
{
    for (size_t i = text.n; i > 0 && text.n - i < 3; i--) {
        unsigned char c = (unsigned char)text.p[i - 1];
        if (c >= 0xC0)
            return text.n - i + 1 < (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) ? i - 1 : text.n;
        if (c < 0x80)
            break;
    }
    return text.n;
}

static void put_text(struct markup *m, struct sv text, bool references)
{
    if (text.n)
        m->handlers.text(m->handlers.context, text, references);
}

/* ---- Tags ---- */

enum { NO_TAG = 0, OPEN_TAG = SIZE_MAX >> 1 };

/* Is this a tag but for its ">", before the "<" of the next: "</name", "<name a='b'", or a name that ends its line? */
static bool lacks_sign(struct sv tag)
{
    bool closing = tag.p[1] == '/', whole = closing;
    size_t i = 1 + closing;
    while (i < tag.n && is_name(tag.p[i]))
        i++;
    for (;; whole = true) {
        for (; i < tag.n && (ascii_is_space(tag.p[i]) || tag.p[i] == '/'); i++)
            whole |= tag.p[i] == '\n';
        size_t name = i;
        while (i < tag.n && is_name(tag.p[i]))
            i++;
        if (i == tag.n || closing)
            return whole && name == tag.n;
        bool value = i > name && tag.n - i > 2 && tag.p[i] == '=' && (tag.p[i + 1] == '"' || tag.p[i + 1] == '\'');
        const char *end = value ? memchr(tag.p + i + 2, tag.p[i + 1], tag.n - i - 2) : NULL;
        if (!end)
            return false;
        i = (size_t)(end - tag.p) + 1;
    }
}

/* The length of the tag at tag.p[0] == '<'; NO_TAG when it is none, OPEN_TAG when its end is not there yet. A quote opens a
 * value only behind "=": a stray one must not swallow what follows. Nor must one that is never closed: a value does not hold
 * the end of its tag and the beginning of the next. */
static size_t tag_length(struct sv tag, bool *unquoted)
{
    char quote = 0;
    bool value = false;    /* one may begin here */
    size_t quoted_end = 0; /* behind a ">" within quotes that nothing but white space follows */
    size_t name = 1 + (tag.n > 1 && tag.p[1] == '/');
    while (name < tag.n && name < HELD_MOST && is_name(tag.p[name]))
        name++;
    for (size_t i = name; i < tag.n; i++) {
        char c = tag.p[i];
        if (quote) {
            if (c == quote)
                quote = 0, quoted_end = 0;
            else if (c == '>')
                quoted_end = i + 1;
            else if (c == '<' && quoted_end)
                return *unquoted = true, quoted_end;
            else if (!ascii_is_space(c))
                quoted_end = 0;
        } else if (c == '>') {
            return i + 1;
        } else if (c == '<') {
            return lacks_sign(sv_head(tag, i)) ? (*unquoted = true, i) : NO_TAG;
        } else if (value && (c == '"' || c == '\'')) {
            quote = c;
        }
        value = !quote && (c == '=' || (value && ascii_is_space(c)));
        if (i >= HELD_MOST)
            return NO_TAG;
    }
    return (size_t)OPEN_TAG;
}

/* A "<" that begins nothing. */
static size_t take_sign(struct markup *m, struct sv rest)
{
    tell(m, FLAW_LESS, SV_NONE);
    put_text(m, sv_head(rest, 1), false);
    return 1;
}

/* "<jo@example.org>" and "<x, y>" are text. */
static bool may_follow_name(char c)
{
    return ascii_is_space(c) || c == '/' || c == '"' || c == '\'' || c == '=';
}

static size_t put_tag(struct markup *m, struct sv tag)
{
    bool closing = tag.p[1] == '/', sign = tag.p[tag.n - 1] == '>', empty = !closing && tag.p[tag.n - 1 - sign] == '/';
    struct sv inner = {tag.p + 1 + closing, tag.n - 1 - sign - closing - empty};
    size_t n = 0;
    while (n < inner.n && is_name(inner.p[n]))
        n++;
    if (n < inner.n && !may_follow_name(inner.p[n]))
        return take_sign(m, tag);
    if (closing)
        m->handlers.end(m->handlers.context, sv_head(inner, n));
    else
        m->handlers.start(m->handlers.context, &(struct tag){sv_head(inner, n), sv_from(inner, n), empty});
    return tag.n;
}

/* ---- What goes ---- */

/* As HTML reads them: "<!-->" and "<!--->" are whole, "--!>" ends one too. */
static bool ends_comment(const char *start, const char *sign)
{
    ptrdiff_t n = sign - start;
    return (n >= 4 && sign[-1] == '-' && sign[-2] == '-') || (n >= 7 && sign[-1] == '!' && sign[-2] == '-' && sign[-3] == '-');
}

static bool ends_instruction(const char *start, const char *sign)
{
    return sign - start >= 3 && sign[-1] == '?';
}

/* Behind the end of what begins at rest.p; 0: it is not there. Where another one has looked for it in vain, it is not looked for again:
 * else many that are never closed would take time that grows with the square. */
static size_t find_end(struct markup *m, enum ending what, struct sv rest)
{
    bool (*const ends)(const char *, const char *) = what == COMMENT_END ? ends_comment : ends_instruction;
    const char *end = rest.p + rest.n, *p = rest.p + (m->searched[what] > m->taken ? m->searched[what] - m->taken : 0);
    for (; p < end && (p = memchr(p, '>', (size_t)(end - p))); p++)
        if (ends(rest.p, p))
            return (size_t)(p - rest.p) + 1;
    m->searched[what] = m->taken + rest.n;
    return 0;
}

static bool is_all_that_is_held(struct sv rest, bool last)
{
    return last || rest.n >= HELD_MOST;
}

/* What holds an end tag and then the beginning of a comment, which none may, ends with the other comment only because its own end
 * was forgotten. */
static bool runs_into_another(struct sv comment)
{
    struct sv inner = sv_from(comment, 4);
    ptrdiff_t next = sv_find(inner, SV("<!--"));
    return next >= 0 && sv_find(sv_head(inner, (size_t)next), SV("</")) >= 0;
}

/* A comment that is never closed would take the rest of the feed along: only its beginning goes. */
static size_t take_comment(struct markup *m, struct sv rest, bool last)
{
    size_t end = find_end(m, COMMENT_END, rest);
    if (!end && !is_all_that_is_held(rest, last))
        return end;
    if (end && !runs_into_another(sv_head(rest, end)))
        return end;
    tell(m, FLAW_COMMENT, SV_NONE);
    return 4;
}

/* Where "<?" or "<!" ends that has no better end: behind the next ">", or before the next "<"; 0: neither is there. */
static size_t loose_end(struct sv rest)
{
    size_t n = 2;
    while (n < rest.n && rest.p[n] != '<' && rest.p[n] != '>')
        n++;
    return n == rest.n ? 0 : n + (rest.p[n] == '>');
}

/* "<?xml … >" without its second question mark ends all the same, and so does what a tag follows. */
static size_t take_instruction(struct markup *m, struct sv rest, bool last)
{
    bool declaration = sv_starts_nocase(rest, SV("<?xml")) && rest.n > 5 && ascii_is_space(rest.p[5]);
    size_t loose = loose_end(rest), end;
    if (loose && (declaration || !begins_name(rest.p[2])))
        return loose;
    const char *next = loose && rest.p[loose - 1] == '>' ? memchr(rest.p + loose, '<', rest.n - loose) : NULL;
    end = find_end(m, INSTRUCTION_END, rest);
    if (next && (!end || rest.p + end > next))
        return loose;
    return end || !is_all_that_is_held(rest, last) ? end : loose ? loose : 2;
}

/* Behind the DOCTYPE's ">", quotes, comments and an internal subset looked at; 0 when it is not there. */
static size_t doctype_length(struct sv rest)
{
    char quote = 0;
    bool subset = false;
    for (size_t i = 2; i < rest.n; i++) {
        char c = rest.p[i];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '<' && sv_starts(sv_from(rest, i), SV("<!--"))) {
            ptrdiff_t end = sv_find(sv_from(rest, i + 4), SV("-->"));
            if (end < 0)
                return 0;
            i += 4 + (size_t)end + 2;
        } else if (c == '[' || c == ']') {
            subset = c == '[';
        } else if (c == '>' && !subset) {
            return i + 1;
        }
    }
    return 0;
}

/* Only one that is never closed is looked at to the end. */
static size_t take_doctype(struct markup *m, struct sv rest, bool last)
{
    size_t n = m->doctype_lost ? 0 : doctype_length(rest);
    if (!n && !m->doctype_lost && !is_all_that_is_held(rest, last))
        return MORE_NEEDED;
    m->doctype_lost |= !n;
    if (!n && !(n = loose_end(rest)))
        return 2;
    m->handlers.doctype(m->handlers.context, sv_head(rest, n));
    return n;
}

/* What begins like a declaration and is none: "<![endif]>". */
static size_t take_bogus(struct sv rest, bool last)
{
    size_t n = loose_end(rest);
    return n || !is_all_that_is_held(rest, last) ? n : 2;
}

/* ---- CDATA ---- */

/* As sv_find, for what holds a character that is rare in texts: `rare` is its place in `needle`. */
static ptrdiff_t find_rare(struct sv text, struct sv needle, size_t rare)
{
    if (text.n < needle.n)
        return -1;
    const char *last = text.p + (text.n - needle.n) + rare, *p = text.p + rare;
    while (p <= last && (p = memchr(p, needle.p[rare], (size_t)(last - p) + 1))) {
        if (memcmp(p - rare, needle.p, needle.n) == 0)
            return p - rare - text.p;
        p++;
    }
    return -1;
}

static ptrdiff_t find_cdata_end(struct sv text) { return find_rare(text, SV("]]>"), 0); }
static ptrdiff_t find_cdata(struct sv text) { return find_rare(text, SV("<![CDATA["), 2); }

/* Where the end tag of the element that holds the section begins, or of the item; -1: nowhere in `text`. */
static ptrdiff_t find_end_tag(const struct markup *m, struct sv text)
{
    const char *end = text.p + text.n;
    for (const char *p = text.p; p < end && (p = memchr(p, '<', (size_t)(end - p))); p++) {
        if (end - p < 3 || p[1] != '/')
            continue;
        size_t n = 0;
        while (p + 2 + n < end && is_name(p[2 + n]))
            n++;
        if (n && m->handlers.holds(m->handlers.context, (struct sv){p + 2, n}))
            return p - text.p;
    }
    return -1;
}

/* What somebody meant to be "]]>": "]]", "]>", "]] >". */
static size_t without_bad_end(struct sv text)
{
    size_t n = text.n;
    while (n > 0 && text.n - n < BAD_END_MOST && (ascii_is_space(text.p[n - 1]) || text.p[n - 1] == ']' || text.p[n - 1] == '>'))
        n--;
    return n < text.n && sv_find(sv_from(text, n), SV("]")) >= 0 ? n + (size_t)sv_find(sv_from(text, n), SV("]")) : text.n;
}

static size_t end_cdata_at(struct markup *m, struct sv rest, size_t at)
{
    m->handlers.flaw(m->handlers.context, FLAW_CDATA, NULL, SV_NONE);
    put_text(m, sv_head(rest, without_bad_end(sv_head(rest, at))), false);
    m->state = TEXT;
    return at;
}

/* A section without its end would swallow what follows it. So it ends where its element's end tag stands, when another section
 * begins, or the document ends, before "]]>" comes. */
static size_t take_cdata(struct markup *m, struct sv rest, bool last)
{
    ptrdiff_t end = find_cdata_end(rest);
    if (end >= 0 && end <= (ptrdiff_t)HELD_MOST && find_cdata(sv_head(rest, (size_t)end)) < 0) {
        put_text(m, sv_head(rest, (size_t)end), false);
        m->state = TEXT;
        return (size_t)end + 3;
    }
    struct sv searched = end < 0 ? rest : sv_head(rest, (size_t)end);
    ptrdiff_t tag = find_end_tag(m, searched);
    struct sv behind = tag < 0 ? SV_NONE : sv_from(searched, (size_t)tag);
    if (tag >= 0 && (last || find_cdata(behind) >= 0 || behind.n > HELD_MOST + (end < 0 ? 2 : 0)))
        return end_cdata_at(m, rest, (size_t)tag);
    if (end >= 0) { /* another beginning, but within the same element */
        put_text(m, sv_head(rest, (size_t)end), false);
        m->state = TEXT;
        return (size_t)end + 3;
    }
    if (last) {
        put_text(m, rest, false);
        return rest.n;
    }
    if (tag >= 0)
        rest.n = (size_t)tag;
    else if (rest.n > 2 * BAD_END_MOST)
        rest.n -= 2 * BAD_END_MOST; /* an end tag or a beginning may be cut here */
    else
        return MORE_NEEDED;
    rest.n = without_bad_end(rest);
    rest.n = cut_character(rest);
    put_text(m, rest, false);
    return rest.n;
}

/* ---- Tokens ---- */

static bool may_begin(struct sv rest, struct sv start, bool last)
{
    return !last && rest.n < start.n && sv_starts_nocase(start, rest);
}

/* At "<!" or "<?". */
static size_t take_declaration(struct markup *m, struct sv rest, bool last)
{
    const struct sv comment = SV("<!--"), cdata = SV("<![CDATA["), doctype = SV("<!DOCTYPE");
    rest = sv_head(rest, HELD_MOST);
    if (rest.p[1] == '?')
        return take_instruction(m, rest, last);
    if (sv_starts(rest, comment))
        return take_comment(m, rest, last);
    if (sv_starts_nocase(rest, doctype))
        return take_doctype(m, rest, last);
    if (sv_starts_nocase(rest, cdata)) {
        m->state = CDATA;
        m->opened = markup_line(m, m->at);
        return cdata.n;
    }
    bool undecided = may_begin(rest, comment, last) || may_begin(rest, cdata, last) || may_begin(rest, doctype, last);
    return undecided ? MORE_NEEDED : take_bogus(rest, last);
}

static size_t take_tag(struct markup *m, struct sv rest, bool last)
{
    bool unquoted = false;
    size_t length = tag_length(rest, &unquoted);
    if (length == (size_t)OPEN_TAG)
        return last ? rest.n : MORE_NEEDED; /* `last`: the end of a document that was cut off */
    if (length == NO_TAG)
        return take_sign(m, rest);
    if (unquoted)
        tell(m, FLAW_QUOTE, SV_NONE);
    return put_tag(m, sv_head(rest, length));
}

/* At a "<" in text. */
static size_t take_markup(struct markup *m, struct sv rest, bool last)
{
    if (rest.n < 3 && !last)
        return MORE_NEEDED;
    char c = rest.n > 1 ? rest.p[1] : 0;
    if (begins_name(c) || (c == '/' && rest.n > 2 && begins_name(rest.p[2])))
        return take_tag(m, rest, last);
    if (c == '!' || c == '?')
        return take_declaration(m, rest, last);
    return take_sign(m, rest);
}

static size_t take_text(struct markup *m, struct sv rest, bool last)
{
    if (rest.p[0] == '<')
        return take_markup(m, rest, last);
    const char *end = memchr(rest.p, '<', rest.n);
    struct sv text = sv_head(rest, end ? (size_t)(end - rest.p) : rest.n);
    if (!end && !last)
        text.n = cut_character(sv_head(text, cut_reference(text)));
    put_text(m, text, true);
    return text.n;
}

static size_t take(struct markup *m, struct sv rest, bool last)
{
    switch ((enum state)m->state) {
    case TEXT: return take_text(m, rest, last);
    case CDATA: return take_cdata(m, rest, last);
    }
    return rest.n;
}

void markup_init(struct markup *m, const struct markup_handlers *handlers, size_t line)
{
    *m = (struct markup){.handlers = *handlers, .line = line};
}

/* What was not whole at n bytes is looked at again when there is half as much more, or as much as any token may be: at every piece,
 * a token of many small ones would take time that grows with its square. */
static size_t next_look(size_t n)
{
    size_t more = n + n / 2 + 1;
    return n <= HELD_MOST && more > HELD_MOST ? HELD_MOST + 1 : more;
}

void markup_write(struct markup *m, struct sv utf8, bool last)
{
    struct sv rest = utf8;
    bool held = m->held.n > 0;
    if (held) {
        buf_sv(&m->held, utf8);
        rest = buf_view(&m->held);
        if (rest.n < m->wanted && !last)
            return;
    }
    m->counted = rest.p;
    while (rest.n && !m->stopped) {
        m->at = rest.p;
        unsigned char state = m->state;
        size_t n = take(m, rest, last);
        rest = sv_from(rest, n);
        m->taken += n;
        if (n == MORE_NEEDED && m->state == state)
            break;
    }
    if (rest.p)
        count_lines(m, rest.p);
    m->counted = m->at = NULL;
    m->wanted = next_look(rest.n);
    if (held) {
        memmove(m->held.p, rest.p, rest.n);
        m->held.n = rest.n;
    } else {
        buf_sv(&m->held, rest);
    }
}

void markup_free(struct markup *m)
{
    buf_free(&m->held);
}
