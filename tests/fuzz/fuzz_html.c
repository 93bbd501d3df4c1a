/* Any text: no crash, valid UTF-8 comes out, its white space is that of the layout, and what is escaped once comes back as it was. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "feed/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_space(char c)
{
    return (unsigned char)c <= ' ';
}

/* Between two words a blank, a tab, a line feed, or two; nothing at either end. */
static void check_layout(struct sv text, bool one_line)
{
    if (utf8_valid_until(text) != text.n || (text.n == 0) != (text.p == NULL))
        abort();
    for (size_t i = 0, n; i < text.n; i += n) {
        for (n = 0; i + n < text.n && is_space(text.p[i + n]); n++)
            ;
        struct sv gap = {text.p + i, n};
        bool layout = !one_line && (sv_eq(gap, SV("\t")) || sv_eq(gap, SV("\n")) || sv_eq(gap, SV("\n\n")));
        if (n && (i == 0 || i + n == text.n || !(layout || sv_eq(gap, SV(" ")))))
            abort();
        n += n == 0;
    }
}

/* Both as one paragraph: escaped within HTML, and as plain text. "<" cannot stand in the latter. */
static void check_escaped(struct arena *a, struct sv text)
{
    struct buf html = {0}, plain = {0};
    buf_str(&html, "<p>");
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i] == '&' || text.p[i] == '\n' ? ' ' : text.p[i];
        if (c == '<')
            buf_str(&html, i % 2 ? "&lt;" : "&#60;");
        else
            buf_byte(&html, c);
        buf_byte(&plain, c == '<' ? '(' : c);
    }
    struct sv once = html_text(a, buf_view(&html)), same = html_plain(a, buf_view(&plain));
    struct buf replaced = {0};
    for (size_t i = 0; i < once.n; i++)
        buf_byte(&replaced, once.p[i] == '<' ? '(' : once.p[i]);
    if (!sv_eq(buf_view(&replaced), same))
        abort();
    buf_free(&html);
    buf_free(&plain);
    buf_free(&replaced);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct sv html = {(const char *)data, size};
    if (utf8_valid_until(html) == html.n) {
        check_layout(html_text(&a, html), false);
        check_layout(html_title(&a, html), true);
        check_layout(html_plain(&a, html), false);
        check_layout(html_plain_title(&a, html), true);
        check_escaped(&a, html);
    }
    arena_free(&a);
    return 0;
}
