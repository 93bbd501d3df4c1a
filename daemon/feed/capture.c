#include "feed/capture.h"

#include "feed/html.h"

static enum construct construct_of(const struct element *e)
{
    struct sv type = sv_trim(element_attribute(e, NULL, "type")), mode = element_attribute(e, NULL, "mode");
    if (e->space != SPACE_ATOM)
        return e->space == SPACE_XHTML ? AS_MARKUP : AS_HTML;
    if (sv_eq_nocase(mode, SV("base64")))
        return AS_NOTHING;
    if (sv_eq_nocase(type, SV("xhtml")) || sv_ends(type, SV("+xml")) || sv_eq_nocase(mode, SV("xml")))
        return AS_MARKUP;
    if (sv_eq_nocase(mode, SV("escaped")) || sv_eq_nocase(type, SV("html")) || sv_eq_nocase(type, SV("text/html")))
        return AS_HTML;
    if (!type.n || sv_eq_nocase(type, SV("text")) || sv_starts_nocase(type, SV("text/")))
        return AS_TEXT;
    return AS_NOTHING; /* a picture, say, in base64 (4.1.3.3) */
}

static void escape_into(struct buf *out, struct sv text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '<')
            buf_str(out, "&lt;");
        else if (text.p[i] == '&')
            buf_str(out, "&amp;");
        else
            buf_byte(out, text.p[i]);
}

void capture_begin(struct capture *c, struct meaning_of means, unsigned depth, const struct element *e)
{
    enum construct construct = construct_of(e);
    if (construct == AS_NOTHING)
        return;
    buf_clear(&c->text);
    *c = (struct capture){.means = means, .depth = depth, .construct = construct, .nested = construct == AS_MARKUP, .text = c->text};
    c->is_link = !sv_eq_nocase(sv_trim(element_attribute(e, NULL, "ispermalink")), SV("false"));
}

/* An element within a captured one is mark-up; the text before it was taken for escaped HTML and is so no longer. */
void capture_start(struct capture *c, struct sv name)
{
    if (!c->nested) {
        struct buf escaped = {0};
        escape_into(&escaped, buf_view(&c->text));
        buf_free(&c->text);
        c->text = escaped;
        c->nested = true;
    }
    buf_printf(&c->text, "<%.*s>", SV_ARG(name));
}

void capture_end(struct capture *c, struct sv name)
{
    if (!sv_eq_nocase(name, SV("br")))
        buf_printf(&c->text, "</%.*s>", SV_ARG(name));
}

void capture_text(struct capture *c, struct sv text)
{
    if (c->nested)
        escape_into(&c->text, text);
    else
        buf_sv(&c->text, text);
}

struct item_source capture_source(const struct capture *c)
{
    return (struct item_source){buf_view(&c->text), c->construct != AS_TEXT || c->nested};
}

struct sv capture_title(const struct capture *c, struct arena *a)
{
    struct item_source source = capture_source(c);
    return source.html ? html_title(a, source.text) : html_plain(a, source.text);
}
