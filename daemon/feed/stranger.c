#include "feed/stranger.h"

#include <stdio.h>

#include "base/ascii.h"
#include "base/utf8.h"
#include "feed/html.h"
#include "feed/text.h"
#include "feed/url.h"

#define TITLE_MOST 1000u  /* bytes that are kept: of the title, */
#define TEXT_MOST 4000u   /* of the text, */
#define CODE_MOST 65536u  /* and of scripts */
#define SHORT_MOST 1500u  /* of the text of a page that only stands in the way */
#define SHOWN_MOST 200u   /* of a title or text in an error */
#define FEEDS_MOST 3      /* that are named */

/* Runs of white space become a blank, whatever pieces they come in. */
static void keep_words(struct buf *b, struct sv text, size_t most)
{
    for (size_t i = 0; i < text.n && b->n < most; i++) {
        if (!ascii_is_space(text.p[i]))
            buf_byte(b, text.p[i]);
        else if (b->n && b->p[b->n - 1] != ' ')
            buf_byte(b, ' ');
    }
}

static void keep(struct buf *b, struct sv text, size_t most)
{
    buf_sv(b, sv_head(text, b->n < most ? most - b->n : 0));
}

/* ---- Looking ---- */

/* XML of another kind may have a head or a title too. */
static bool is_html_name(struct sv name)
{
    return html_knows(name) && !sv_eq_nocase(name, SV("svg")) && !sv_eq_nocase(name, SV("math"));
}

static bool is_page_element(struct sv name)
{
    static const char *const names[] = {"html", "head", "body"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sv_eq_nocase(name, sv_of(names[i])))
            return true;
    return false;
}

static bool mentions(struct sv text, const char *word)
{
    return sv_find_nocase(text, sv_of(word)) >= 0;
}

static void note_link(struct stranger *s, const struct element *e)
{
    static const char *const types[] = {"rss+xml", "atom+xml", "rdf+xml", "feed+json"};
    struct sv type = element_attribute(e, "type"), rel = element_attribute(e, "rel"), href = sv_trim(element_attribute(e, "href"));
    bool feed = false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        feed |= mentions(type, types[i]);
    if (!feed || (rel.n && !mentions(rel, "alternate")) || s->feeds == FEEDS_MOST || href.n == 0)
        return;
    s->feeds++;
    keep(&s->links, utf8_cut(href, SHOWN_MOST), SIZE_MAX);
    buf_byte(&s->links, '\n');
}

void stranger_doctype(struct stranger *s, struct sv whole)
{
    struct sv name = sv_trim(sv_from(whole, strlen("<!DOCTYPE")));
    s->page |= sv_starts_nocase(whole, SV("<!DOCTYPE")) && sv_starts_nocase(name, SV("html"));
}

static void note_attributes(struct stranger *s, const struct element *e)
{
    keep(&s->code, e->tag->attributes, CODE_MOST);
    if (sv_eq_nocase(e->name, SV("link")))
        note_link(s, e);
    else if (sv_eq_nocase(e->name, SV("base")) && s->base.n == 0)
        buf_sv(&s->base, sv_trim(element_attribute(e, "href")));
    else if (sv_eq_nocase(e->name, SV("input")))
        s->password |= sv_eq_nocase(sv_trim(element_attribute(e, "type")), SV("password"));
}

void stranger_start(struct stranger *s, const struct element *e)
{
    if (s->raw[0])
        return;
    if (!s->first[0])
        snprintf(s->first, sizeof s->first, "%.*s", SV_ARG(e->tag->name));
    bool html = s->page || is_html_name(sv_of(s->first));
    bool raw = !e->tag->empty && (sv_eq_nocase(e->name, SV("script")) || sv_eq_nocase(e->name, SV("style")));
    if (s->text.n && s->text.p[s->text.n - 1] != ' ')
        buf_byte(&s->text, ' '); /* a tag ends a word, more or less */
    s->in_title = sv_eq_nocase(e->name, SV("title")) && s->title.n == 0;
    s->page |= html && (s->in_title || is_page_element(e->name));
    if (raw)
        snprintf(s->raw, sizeof s->raw, "%.*s", SV_ARG(e->name));
    if (e->tag->attributes.n)
        note_attributes(s, e);
}

void stranger_end(struct stranger *s, struct sv name)
{
    s->in_title = false;
    if (sv_eq_nocase(name, sv_of(s->raw)))
        s->raw[0] = 0;
}

void stranger_text(struct stranger *s, struct sv raw)
{
    if (s->in_title)
        keep_words(&s->title, raw, TITLE_MOST);
    else if (s->raw[0])
        keep_words(&s->code, raw, CODE_MOST);
    else
        keep_words(&s->text, raw, TEXT_MOST);
}

/* ---- Naming ---- */

static bool says(const struct stranger *s, const char *word)
{
    return mentions(buf_view(&s->title), word) || mentions(buf_view(&s->text), word);
}

/* A page with hardly any text is nothing but what it asks for. */
static bool is_short(const struct stranger *s)
{
    return s->text.n < SHORT_MOST;
}

/* What bot walls show of themselves in what they load, or say. */
static const char *wall_of(const struct stranger *s)
{
    static const struct {
        const char *word, *name;
    } marks[] = {
        {"/cdn-cgi/challenge-platform", "Cloudflare"}, {"cf-chl-", "Cloudflare"},    {"cf-browser-verification", "Cloudflare"},
        {"cf-error-details", "Cloudflare"},   {"_Incapsula_Resource", "Imperva Incapsula"}, {"captcha-delivery.com", "DataDome"},
        {"px-captcha", "PerimeterX"},         {"perimeterx", "PerimeterX"},          {"awswaf", "AWS WAF"},
        {"errors.edgesuite.net", "Akamai"},   {"sucuri", "Sucuri"},                  {"ddos-guard", "DDoS-Guard"},
        {"qrator", "Qrator"},                 {"kpsdk", "Kasada"},                   {"cmd/anubis", "Anubis"},
    };
    static const struct {
        const char *word, *name;
    } words[] = {
        {"| cloudflare", "Cloudflare"},       {"just a moment...", "Cloudflare"},    {"making sure you're not a bot", "Anubis"},
        {"you a robot", ""},                  {"you are human", ""},                 {"you are not a robot", ""},
        {"unusual traffic", ""},              {"enable javascript and cookies", ""}, {"checking your browser", ""},
        {"access denied", ""},                {"request blocked", ""},               {"captcha", ""},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (mentions(buf_view(&s->code), marks[i].word) || says(s, marks[i].word))
            return marks[i].name;
    for (size_t i = 0; is_short(s) && i < sizeof words / sizeof *words; i++)
        if (says(s, words[i].word))
            return words[i].name;
    return is_short(s) && mentions(buf_view(&s->code), "captcha") ? "" : NULL;
}

static bool is_not_found(const struct stranger *s)
{
    static const char *const words[] = {"404", "not found", "page introuvable", "nicht gefunden", "no encontrada", "non trovata",
                                        "niet gevonden", "não encontrada", "не найден", "не знайдено", "nie znaleziono", "bulunamad",
                                        "找不到", "不存在", "見つかりません", "찾을 수 없", "غير موجود"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (mentions(buf_view(&s->title), words[i]) || (is_short(s) && says(s, words[i])))
            return true;
    return false;
}

static bool asks_for_consent(const struct stranger *s)
{
    static const char *const words[] = {"before you continue", "accept all", "consent", "cookies"};
    for (size_t i = 0; is_short(s) && i < sizeof words / sizeof *words; i++)
        if (says(s, words[i]))
            return true;
    return false;
}

static struct sv shown(struct arena *a, const struct buf *raw)
{
    struct sv kept = buf_view(raw);
    kept.n = utf8_valid_until(kept); /* the last character may be cut */
    return utf8_cut(html_title(a, kept), SHOWN_MOST);
}

static struct sv links_of(const struct stranger *s, const struct document *d, struct arena *a)
{
    struct buf out = {0};
    struct sv rest = buf_view(&s->links), link, base = s->base.n ? url_resolve(a, d->base, buf_view(&s->base)) : d->base;
    while (rest.n && sv_split(&rest, '\n', &link)) {
        struct sv url = url_resolve(a, base, link);
        buf_printf(&out, "%s%.*s", out.n ? ", " : "", SV_ARG(url.n ? url : link));
    }
    struct sv links = sv_dup(a, buf_view(&out));
    buf_free(&out);
    return links;
}

static const char *kind_of(const struct stranger *s, struct arena *a)
{
    const char *wall = wall_of(s);
    if (wall)
        return arena_printf(a, "; it is a bot wall%s%s%s: poll less often, or ask the outlet to let you in", wall[0] ? " (" : "", wall, wall[0] ? ")" : "");
    if (s->password)
        return "; it is a login page: the feed needs an account, or has moved";
    if (is_not_found(s))
        return "; it says \"not found\", without the status 404: the feed is gone or has moved";
    if (asks_for_consent(s))
        return "; it asks for consent to cookies, which no program can give";
    return "";
}

static void name_page(const struct stranger *s, struct document *d, struct arena *a)
{
    struct sv title = shown(a, s->title.n ? &s->title : &s->text), links = links_of(s, d, a);
    document_error(d, "an HTML page, no feed (\"%.*s\")%s%s%.*s", SV_ARG(title), kind_of(s, a), links.n ? "; it links to " : "", SV_ARG(links));
}

void stranger_name(const struct stranger *s, struct document *d)
{
    struct arena a = {0};
    struct sv text = shown(&a, &s->text), first = sv_of(s->first);
    const char *quoted = text.n ? arena_printf(&a, " (\"%.*s\")", SV_ARG(text)) : "";
    if (s->page || is_html_name(first))
        name_page(s, d, &a);
    else if (sv_eq_nocase(first, SV("opml")))
        document_error(d, "no feed: its first element is <opml>, a list of feeds: write each of them into the configuration");
    else if (first.n)
        document_error(d, "no feed: its first element is <%s>%s", s->first, quoted);
    else if (text.n)
        document_error(d, "no feed: there is no element in it, only text%s", quoted);
    else
        document_error(d, "no feed: there is no element in it");
    arena_free(&a);
}

void stranger_free(struct stranger *s)
{
    buf_free(&s->title);
    buf_free(&s->base);
    buf_free(&s->links);
    buf_free(&s->text);
    buf_free(&s->code);
}

const char *stranger_binary(struct sv head)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *kind;
    } kinds[] = {
        {"%PDF", 4, "a PDF document"},          {"\x89PNG", 4, "a PNG picture"},      {"\xFF\xD8\xFF", 3, "a JPEG picture"},
        {"GIF8", 4, "a GIF picture"},           {"PK\3\4", 4, "a zip archive"},       {"\x28\xB5\x2F\xFD", 4, "packed with zstd, which no header says"},
        {"ID3", 3, "an MP3 sound file"},             {"BZh", 3, "packed with bzip2"},      {"\xFD""7zXZ", 5, "packed with xz"},
        {"\x7F""ELF", 4, "a program"},          {"\0\0\1\0", 4, "an icon"},          {"wOFF", 4, "a font"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (sv_starts(head, (struct sv){kinds[i].bytes, kinds[i].length}))
            return kinds[i].kind;
    if (sv_starts(head, SV("RIFF")))
        return sv_eq(sv_from(head, 8), SV("WEBP")) ? "a WebP picture" : "a sound or a film";
    return sv_eq(sv_head(sv_from(head, 4), 4), SV("ftyp")) ? "a film or an AVIF picture" : NULL;
}
