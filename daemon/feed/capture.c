#include "feed/capture.h"

#include "base/utf8.h"
#include "feed/html.h"
#include "feed/text.h"

#define PART 65536 /* bytes that become mark-up at a time: they may become five times as many */

static enum construct construct_of(const struct element *e)
{
    struct sv type = sv_trim(element_attribute(e, "type")), mode = element_attribute(e, "mode");
    if (e->known.space != SPACE_ATOM)
        return AS_HTML;
    bool markup = sv_find_nocase(type, SV("html")) >= 0 || sv_ends_nocase(type, SV("+xml")) || sv_ends_nocase(type, SV("/xml"));
    if (markup || sv_eq_nocase(mode, SV("xml")) || sv_eq_nocase(mode, SV("escaped")))
        return AS_HTML;
    if (!type.n || sv_starts_nocase(type, SV("text/")) || sv_find(type, SV("/")) < 0)
        return AS_TEXT;
    return AS_BINARY;
}

void capture_begin(struct capture *c, struct meaning_of means, unsigned depth, const struct element *e, size_t most)
{
    enum construct construct = construct_of(e);
    buf_clear(&c->text);
    *c = (struct capture){.means = means, .depth = depth, .construct = construct, .most = most, .text = c->text};
    c->base64 = construct != AS_BINARY && e->known.space == SPACE_ATOM && sv_eq_nocase(element_attribute(e, "mode"), SV("base64"));
    if (means.meaning == MEANS_GUID || means.meaning == MEANS_ID)
        c->is_link = !sv_eq_nocase(sv_trim(element_attribute(e, "ispermalink")), SV("false"));
}

/* A byte more than allowed is kept, so that it shows that there was more. */
static void trim(struct capture *c)
{
    if (c->text.n > c->most)
        c->text.n = c->most + 1;
}

/* An element within a captured one is mark-up; the text before it was taken for escaped HTML and is so no longer. */
static void become_markup(struct capture *c)
{
    struct buf plain = c->text;
    struct text_faults none = {0};
    c->text = (struct buf){0};
    c->nested = true;
    for (struct sv rest = buf_view(&plain), part; rest.n; rest = sv_from(rest, part.n)) {
        part = sv_head(rest, PART);
        text_escaped(&c->text, part, &none);
        trim(c);
    }
    buf_free(&plain);
}

void capture_start(struct capture *c, const struct element *e)
{
    if (!c->nested)
        become_markup(c);
    buf_byte(&c->text, '<');
    buf_sv(&c->text, e->name);
    buf_sv(&c->text, e->tag->attributes);
    buf_str(&c->text, e->tag->empty ? "/>" : ">");
    trim(c);
}

void capture_end(struct capture *c, struct sv name)
{
    buf_printf(&c->text, "</%.*s>", SV_ARG(tag_local_name(name)));
    trim(c);
}

void capture_text(struct capture *c, struct sv text, bool references, struct text_faults *faults)
{
    if (c->nested && references)
        text_plain(&c->text, text, faults); /* HTML decodes them later */
    else if (c->nested)
        text_escaped(&c->text, text, faults);
    else if (references)
        text_decoded(&c->text, text, faults);
    else
        text_plain(&c->text, text, faults);
    trim(c);
}

bool capture_finish(struct capture *c)
{
    bool cut = c->text.n > c->most;
    if (cut)
        c->text.n = utf8_cut(buf_view(&c->text), c->most).n;
    if (c->construct == AS_BINARY && !c->nested)
        text_from_binary(&c->text);
    else if (c->base64)
        text_from_base64(&c->text);
    c->depth = 0;
    return cut;
}

struct item_source capture_source(const struct capture *c)
{
    return (struct item_source){buf_view(&c->text), c->construct != AS_TEXT || c->nested};
}

struct sv capture_title(const struct capture *c, struct arena *a)
{
    struct item_source source = capture_source(c);
    return source.html ? html_title(a, source.text) : html_plain_title(a, source.text);
}
