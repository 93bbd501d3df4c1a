#include "feed/html_element.h"

#include "base/ascii.h"

#define IN_A_ROW 16

#define INLINE HTML_INLINE, HTML_END_NEEDED
#define BLOCK HTML_BLOCK, HTML_END_NEEDED
#define BLOCK_OPEN HTML_BLOCK, HTML_END_OPTIONAL
#define EMBEDDED HTML_EMBEDDED, HTML_END_NEEDED
#define PICTURE HTML_PICTURE, HTML_END_NEVER
#define UNSEEN HTML_INLINE, HTML_END_NEVER

/* By first letter; within it the common ones first. Each row ends with an empty name. */
static const struct html_element elements['z' - 'a' + 1][IN_A_ROW] = {
    ['a' - 'a'] = {{"a", INLINE}, {"article", BLOCK}, {"aside", BLOCK}, {"abbr", INLINE}, {"address", BLOCK}, {"audio", EMBEDDED},
                   {"acronym", INLINE}, {"applet", EMBEDDED}},
    ['b' - 'a'] = {{"br", HTML_BREAK, HTML_END_NEVER}, {"b", INLINE}, {"blockquote", BLOCK}, {"body", BLOCK}, {"big", INLINE}, {"bdi", INLINE},
                   {"bdo", INLINE}, {"button", INLINE}, {"blink", INLINE}},
    ['c' - 'a'] = {{"cite", INLINE}, {"code", INLINE}, {"center", BLOCK}, {"caption", BLOCK}, {"col", UNSEEN}, {"colgroup", INLINE},
                   {"canvas", EMBEDDED}},
    ['d' - 'a'] = {{"div", BLOCK}, {"del", INLINE}, {"dd", BLOCK_OPEN}, {"dt", BLOCK_OPEN}, {"dl", BLOCK}, {"details", BLOCK}, {"dfn", INLINE},
                   {"dialog", BLOCK}, {"datalist", EMBEDDED}},
    ['e' - 'a'] = {{"em", INLINE}, {"embed", PICTURE}},
    ['f' - 'a'] = {{"figure", BLOCK}, {"figcaption", BLOCK}, {"font", INLINE}, {"footer", BLOCK}, {"form", BLOCK}, {"fieldset", BLOCK}, {"frameset", BLOCK}},
    ['h' - 'a'] = {{"h2", BLOCK}, {"h3", BLOCK}, {"h4", BLOCK}, {"h1", BLOCK}, {"h5", BLOCK}, {"h6", BLOCK}, {"hr", HTML_BLOCK, HTML_END_NEVER},
                   {"header", BLOCK}, {"html", BLOCK}, {"head", BLOCK}, {"hgroup", BLOCK}},
    ['i' - 'a'] = {{"i", INLINE}, {"img", PICTURE}, {"iframe", EMBEDDED}, {"ins", INLINE}, {"input", PICTURE}},
    ['k' - 'a'] = {{"kbd", INLINE}},
    ['l' - 'a'] = {{"li", BLOCK_OPEN}, {"link", UNSEEN}, {"label", INLINE}, {"legend", BLOCK}, {"listing", HTML_PRE, HTML_END_NEEDED}},
    ['m' - 'a'] = {{"main", BLOCK}, {"mark", INLINE}, {"meta", UNSEEN}, {"math", HTML_DROPPED, HTML_END_NEEDED},
                   {"marquee", BLOCK}},
    ['n' - 'a'] = {{"nav", BLOCK}, {"noscript", EMBEDDED}, {"nobr", INLINE}, {"noembed", EMBEDDED}, {"noframes", EMBEDDED}},
    ['o' - 'a'] = {{"ol", BLOCK}, {"option", BLOCK_OPEN}, {"object", HTML_PICTURE, HTML_END_NEEDED}, {"optgroup", BLOCK}},
    ['p' - 'a'] = {{"p", BLOCK_OPEN}, {"pre", HTML_PRE, HTML_END_NEEDED}, {"picture", INLINE}},
    ['q' - 'a'] = {{"q", INLINE}},
    ['r' - 'a'] = {{"ruby", HTML_RUBY, HTML_END_NEEDED}, {"rt", HTML_READING, HTML_END_OPTIONAL}, {"rp", HTML_READING, HTML_END_OPTIONAL},
                   {"rb", HTML_RUBY, HTML_END_OPTIONAL}, {"rtc", HTML_READING, HTML_END_OPTIONAL}},
    ['s' - 'a'] = {{"span", INLINE}, {"strong", INLINE}, {"script", HTML_RAW, HTML_END_NEEDED}, {"small", INLINE}, {"source", UNSEEN},
                   {"s", INLINE}, {"sup", HTML_WORD_END, HTML_END_NEEDED}, {"sub", HTML_WORD_END, HTML_END_NEEDED}, {"section", BLOCK},
                   {"style", HTML_RAW, HTML_END_NEEDED}, {"strike", INLINE}, {"svg", HTML_DROPPED, HTML_END_NEEDED}, {"summary", BLOCK},
                   {"samp", INLINE}, {"select", BLOCK}},
    ['t' - 'a'] = {{"td", HTML_CELL, HTML_END_OPTIONAL}, {"tr", HTML_ROW, HTML_END_OPTIONAL}, {"th", HTML_CELL, HTML_END_OPTIONAL},
                   {"table", HTML_TABLE, HTML_END_NEEDED}, {"tbody", INLINE}, {"thead", INLINE}, {"tfoot", INLINE}, {"time", INLINE},
                   {"tt", INLINE}, {"title", EMBEDDED}, {"template", HTML_DROPPED, HTML_END_NEEDED}, {"textarea", EMBEDDED}},
    ['u' - 'a'] = {{"ul", BLOCK}, {"u", INLINE}},
    ['v' - 'a'] = {{"video", EMBEDDED}, {"var", INLINE}},
    ['w' - 'a'] = {{"wbr", HTML_SOFT_HYPHEN, HTML_END_NEVER}},
    ['x' - 'a'] = {{"xmp", HTML_PRE, HTML_END_NEEDED}},
};

_Static_assert(sizeof elements / sizeof **elements == HTML_ELEMENTS, "a number for each");

const struct html_element *html_element(struct sv name)
{
    char lower[HTML_NAME_MOST] = {0};
    if (name.n == 0 || name.n >= sizeof lower)
        return NULL;
    for (size_t i = 0; i < name.n; i++)
        lower[i] = ascii_lower(name.p[i]);
    if (lower[0] < 'a' || lower[0] > 'z')
        return NULL;
    for (const struct html_element *e = elements[lower[0] - 'a']; *e->name; e++)
        if (memcmp(e->name, lower, sizeof lower) == 0)
            return e;
    return NULL;
}

bool html_is_picture(const struct html_element *e)
{
    return e->kind == HTML_PICTURE || e->kind == HTML_EMBEDDED || (e->kind == HTML_INLINE && e->end == HTML_END_NEVER);
}

unsigned html_element_number(const struct html_element *e)
{
    return (unsigned)(e - &elements[0][0]);
}
