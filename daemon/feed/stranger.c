#include "feed/stranger.h"

#include <stdio.h>

#include "base/utf8.h"
#include "feed/html.h"
#include "feed/text.h"
#include "feed/url.h"

#define TITLE_MOST 1000u  /* bytes that are kept: of the title, */
#define TEXT_MOST 4000u   /* of the text, */
#define CODE_MOST 65536u  /* and of scripts */
#define SHOWN_MOST 200u   /* of a title or text in an error */
#define FEEDS_MOST 3      /* that are named */

static void keep(struct buf *b, struct sv text, size_t most)
{
    buf_sv(b, sv_head(text, b->n < most ? most - b->n : 0));
}

/* ---- Looking ---- */

static bool is_page_element(struct sv name)
{
    static const char *const names[] = {"html", "head", "body"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sv_eq_nocase(name, sv_of(names[i])))
            return true;
    return false;
}

static void note_link(struct stranger *s, const struct element *e)
{
    struct sv type = element_attribute(e, "type"), rel = element_attribute(e, "rel");
    bool feed = sv_find(type, SV("rss+xml")) >= 0 || sv_find(type, SV("atom+xml")) >= 0 || sv_find(type, SV("feed+json")) >= 0 ||
                sv_find(type, SV("rdf+xml")) >= 0;
    if (!feed || (rel.n && sv_find(rel, SV("alternate")) < 0) || s->feeds == FEEDS_MOST)
        return;
    struct sv href = sv_trim(element_attribute(e, "href"));
    if (href.n == 0)
        return;
    s->feeds++;
    keep(&s->links, sv_head(href, SHOWN_MOST), SIZE_MAX);
    buf_byte(&s->links, '\n');
}

void stranger_start(struct stranger *s, const struct element *e)
{
    if (!s->first[0])
        snprintf(s->first, sizeof s->first, "%.*s", SV_ARG(e->tag->name));
    bool html = html_knows(sv_of(s->first)); /* XML of another kind may have a head or a title too */
    s->page |= html && is_page_element(e->name);
    s->in_title = sv_eq_nocase(e->name, SV("title")) && s->title.n == 0;
    s->in_script = sv_eq_nocase(e->name, SV("script")) || sv_eq_nocase(e->name, SV("style"));
    s->page |= html && s->in_title;
    if (e->tag->attributes.n == 0)
        return;
    keep(&s->code, e->tag->attributes, CODE_MOST);
    if (sv_eq_nocase(e->name, SV("link")))
        note_link(s, e);
    s->password |= sv_eq_nocase(e->name, SV("input")) && sv_eq_nocase(sv_trim(element_attribute(e, "type")), SV("password"));
}

void stranger_end(struct stranger *s, struct sv name)
{
    (void)name;
    s->in_title = s->in_script = false;
}

void stranger_text(struct stranger *s, struct sv raw)
{
    if (s->in_title)
        keep(&s->title, raw, TITLE_MOST);
    keep(s->in_script ? &s->code : &s->text, raw, s->in_script ? CODE_MOST : TEXT_MOST);
}

/* ---- Naming ---- */

static bool has(const struct buf *b, const char *word)
{
    struct sv text = buf_view(b), wanted = sv_of(word);
    char first = (char)(wanted.p[0] | 0x20);
    for (size_t i = 0; i + wanted.n <= text.n; i++)
        if ((text.p[i] == first || text.p[i] == (first & ~0x20) || text.p[i] == wanted.p[0]) && sv_eq_nocase((struct sv){text.p + i, wanted.n}, wanted))
            return true;
    return false;
}

/* What bot walls show of themselves in what they load, or say. */
static const char *wall_of(const struct stranger *s)
{
    static const struct {
        const char *word, *name;
    } marks[] = {
        {"/cdn-cgi/challenge-platform", "Cloudflare"}, {"cf-chl-", "Cloudflare"},          {"cf-browser-verification", "Cloudflare"},
        {"cf-error-details", "Cloudflare"},            {"_Incapsula_Resource", "Imperva"}, {"captcha-delivery.com", "DataDome"},
        {"px-captcha", "HUMAN"},                       {"perimeterx", "HUMAN"},            {"awswaf", "AWS WAF"},
        {"errors.edgesuite.net", "Akamai"},            {"sucuri", "Sucuri"},               {"ddos-guard", "DDoS-Guard"},
        {"qrator", "Qrator"},                          {"kpsdk", "Kasada"},                {".within.website/x/cmd/anubis", "Anubis"},
        {"attention required! | cloudflare", "Cloudflare"}, {"just a moment...", "Cloudflare"}, {"making sure you're not a bot", "Anubis"},
        {"are you a robot", "its name unknown"},       {"verify you are human", "its name unknown"},
        {"verify that you are not a robot", "its name unknown"}, {"unusual traffic from", "its name unknown"},
        {"enable javascript and cookies to continue", "its name unknown"}, {"checking your browser", "its name unknown"},
        {"access denied", "its name unknown"},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (has(&s->code, marks[i].word) || has(&s->text, marks[i].word) || has(&s->title, marks[i].word))
            return marks[i].name;
    return NULL;
}

static bool is_not_found(const struct stranger *s)
{
    static const char *const words[] = {"404", "not found", "page introuvable", "nicht gefunden", "no encontrada", "non trovata",
                                        "niet gevonden", "não encontrada", "не найден", "не знайдено", "nie znaleziono", "bulunamad",
                                        "找不到", "不存在", "見つかりません", "찾을 수 없", "غير موجود"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has(&s->title, words[i]) || (s->title.n == 0 && has(&s->text, words[i])))
            return true;
    return false;
}

static struct sv shown(struct arena *a, const struct buf *raw)
{
    return utf8_cut(html_title(a, buf_view(raw)), SHOWN_MOST);
}

static struct sv links_of(const struct stranger *s, const struct document *d, struct arena *a)
{
    struct buf out = {0};
    struct sv rest = buf_view(&s->links), link;
    while (rest.n && sv_split(&rest, '\n', &link)) {
        struct sv url = url_resolve(a, d->base, link);
        buf_printf(&out, "%s%.*s", out.n ? ", " : "", SV_ARG(url.n ? url : link));
    }
    struct sv links = sv_dup(a, buf_view(&out));
    buf_free(&out);
    return links;
}

static void name_page(const struct stranger *s, struct document *d)
{
    struct arena a = {0};
    struct sv title = shown(&a, s->title.n ? &s->title : &s->text);
    const char *wall = wall_of(s), *kind = "";
    if (wall)
        kind = arena_printf(&a, "; it is a bot wall (%s): poll less often, or ask the outlet to let you in", wall);
    else if (s->password)
        kind = "; it is a login page: the feed needs an account, or has moved";
    else if (is_not_found(s))
        kind = "; it is a \"not found\" page without the status 404: the feed is gone or has moved";
    struct sv links = links_of(s, d, &a);
    document_error(d, "an HTML page, no feed (\"%.*s\")%s%s%.*s", SV_ARG(title), kind, links.n ? "; it links to " : "", SV_ARG(links));
    arena_free(&a);
}

void stranger_name(const struct stranger *s, struct document *d)
{
    struct arena a = {0};
    struct sv text = shown(&a, &s->text);
    bool html_words = s->first[0] && !s->page && html_knows(sv_of(s->first));
    if (s->page || html_words)
        name_page(s, d);
    else if (sv_eq_nocase(sv_of(s->first), SV("opml")))
        document_error(d, "no feed: its first element is <opml>, a list of feeds: write each of them into the configuration");
    else if (s->first[0])
        document_error(d, "no feed: its first element is <%s>", s->first);
    else if (text.n)
        document_error(d, "no feed: there is no element in it, only text (\"%.*s\")", SV_ARG(text));
    else
        document_error(d, "no feed: there is no element in it");
    arena_free(&a);
}

void stranger_free(struct stranger *s)
{
    buf_free(&s->title);
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
        {"GIF8", 4, "a GIF picture"},           {"PK\3\4", 4, "a ZIP archive"},       {"RIFF", 4, "a picture, sound or film"},
        {"\x28\xB5\x2F\xFD", 4, "packed with zstd, without a header that says so"},    {"ID3", 3, "a sound file"},
        {"BZh", 3, "packed with bzip2"},        {"\xFD""7zXZ", 5, "packed with xz"},  {"\x7F""ELF", 4, "a program"},
        {"\0\0\1\0", 4, "an icon"},             {"wOFF", 4, "a font"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (sv_starts(head, (struct sv){kinds[i].bytes, kinds[i].length}))
            return kinds[i].kind;
    return NULL;
}
