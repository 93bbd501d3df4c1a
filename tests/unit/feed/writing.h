/* Feeds that are drawn by lot, well formed; and what goes wrong with feeds on their way. */
#ifndef WRITING_H
#define WRITING_H

#include <iconv.h>
#include <zlib.h>

#include "telling.h"

struct writing {
    struct buf out;
    uint64_t chance;
};

#define PICK(w, list) ((list)[draw(&(w)->chance, sizeof(list) / sizeof *(list))])

/* Character data, in all the ways in which it is written. */
static inline void write_text(struct writing *w)
{
    static const char *const texts[] = {
        "Talks in Anchorage", "AT&amp;T", "1 &lt; 2", "<![CDATA[A <b>bold</b> move &amp; more]]>", "&lt;p&gt;One &amp;amp; two.&lt;/p&gt;",
        "&#8220;quoted&#8221;", "&#x4E00;带一路", "Переговоры", "<!-- a comment: <b> & - no -->", "<?php echo '<item>' ?>", "]] >", "]]&gt;",
        "<![CDATA[]]>", "<![CDATA[x]]]]><![CDATA[>y]]>", "\r\n", "\t", "   ", "Größe", "\xF0\x9F\x91\x8D", "&apos;&quot;", "a&#13;b", "<![CDATA[<![CDATA[]]>",
        "&lt;script&gt;if (a &amp;lt; b) x = '&lt;/p&gt;';&lt;/script&gt;", "&lt;img alt=\"a > b\" src='x'/&gt;", "&amp;nbsp;&amp;mdash;", "\xE2\x80\x8E\xD8\xB9",
        "<![CDATA[<ul><li>one<li>two</ul><table><tr><td>1<td>2</table>]]>", "&#x26;lt;", "e\xCC\x81", "<![CDATA[ ]] ]> ]]>", "https://news.example/a?b=c&amp;d=e"};
    for (uint64_t n = draw(&w->chance, 5); n > 0; n--)
        buf_str(&w->out, PICK(w, texts));
}

static inline void write_element(struct writing *w, const char *name, const char *attributes)
{
    buf_printf(&w->out, "<%s%s>", name, attributes);
    write_text(w);
    buf_printf(&w->out, "</%s%s>", name, draw(&w->chance, 4) ? "" : " ");
    buf_str(&w->out, draw(&w->chance, 2) ? "\n" : "");
}

static inline void write_date(struct writing *w, const char *name)
{
    static const char *const dates[] = {"Wed, 05 Nov 2025 09:01:00 GMT", "2025-11-05T09:01:00Z", "2025-11-05", "5 Nov 25 09:01 +0300", "05/11/2025",
                                        "yesterday", "Wed Nov  5 09:01:00 2025", "1762333260", "2039-01-01T00:00:00Z"};
    buf_printf(&w->out, "<%s>%s</%s>", name, PICK(w, dates), name);
}

static inline unsigned write_number(struct writing *w) { return (unsigned)draw(&w->chance, 50); }

static inline void write_rss_item(struct writing *w, const char *about)
{
    static const char *const guids[] = {"", " isPermaLink=\"false\"", " isPermaLink='true'"};
    buf_printf(&w->out, "<item%s>", about);
    write_element(w, "title", "");
    buf_printf(&w->out, "<link>https://news.example/%u?a=1&amp;b=2</link>", write_number(w));
    if (draw(&w->chance, 3))
        buf_printf(&w->out, "<guid%s>https://news.example/?p=%u</guid>", PICK(w, guids), write_number(w));
    if (draw(&w->chance, 3))
        write_date(w, "pubDate");
    write_element(w, "description", "");
    static const char *const more[] = {"content:encoded", "dc:creator", "category", "author", "dc:subject", "media:title", "media:keywords", "source", "comments", "georss:point"};
    for (uint64_t n = draw(&w->chance, 4); n > 0; n--)
        write_element(w, PICK(w, more), "");
    if (draw(&w->chance, 4) == 0)
        buf_str(&w->out, "<enclosure url=\"https://news.example/a.mp3\" length='1' type=\"audio/mpeg\"/>"
                         "<media:group><media:content url='x.jpg' medium=\"image\"><media:title>A > picture</media:title></media:content></media:group>");
    buf_str(&w->out, "</item >");
}

#define WRITING_SPACES " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc='http://purl.org/dc/elements/1.1/' " \
                       "xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:georss=\"http://www.georss.org/georss\""

static inline void write_declaration(struct writing *w)
{
    static const char *const declarations[] = {"", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "<?xml version='1.0'?>", "\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n"};
    static const char *const more[] = {"", "", "<!-- made by hand -->", "<?xml-stylesheet href=\"a.css\"?>\n", "<!DOCTYPE rss>\n"};
    buf_str(&w->out, PICK(w, declarations));
    buf_str(&w->out, PICK(w, more));
}

static inline void write_rss(struct writing *w)
{
    write_declaration(w);
    buf_str(&w->out, "<rss version=\"2.0\"" WRITING_SPACES ">\n<channel>");
    write_element(w, "title", "");
    buf_str(&w->out, "<link>https://news.example/</link><language>en</language>");
    write_element(w, "description", "");
    for (uint64_t n = draw(&w->chance, 4); n > 0; n--)
        write_rss_item(w, "");
    buf_str(&w->out, "</channel>\n</rss>\n");
}

static inline void write_rdf(struct writing *w)
{
    write_declaration(w);
    buf_str(&w->out, "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\"" WRITING_SPACES
                     "><channel rdf:about=\"https://news.example/\">");
    write_element(w, "title", "");
    buf_str(&w->out, "<items><rdf:Seq><rdf:li resource='x'/></rdf:Seq></items></channel>\n");
    for (uint64_t n = draw(&w->chance, 4); n > 0; n--)
        write_rss_item(w, " rdf:about=\"https://news.example/x?a=1&amp;b=2\"");
    buf_str(&w->out, "</rdf:RDF>");
}

static inline void write_entry(struct writing *w)
{
    static const char *const types[] = {"", " type=\"text\"", " type='html'", " type=\"text/html\" mode=\"escaped\"", " type=\"text/plain\""};
    static const char *const rels[] = {"", " rel=\"alternate\" type='text/html'", " rel=\"self\"", " rel='enclosure'", " rel=\"replies\""};
    buf_str(&w->out, "<entry>");
    write_element(w, "title", PICK(w, types));
    for (uint64_t n = 1 + draw(&w->chance, 2); n > 0; n--)
        buf_printf(&w->out, "<link%s href=\"https://news.example/%u?a=&quot;1&quot;&amp;b=2\"/>", PICK(w, rels), write_number(w));
    buf_printf(&w->out, "<id>tag:news.example,2025:%u</id>", write_number(w));
    write_date(w, "updated");
    if (draw(&w->chance, 2))
        write_date(w, "published");
    buf_str(&w->out, "<author><name>Ann &amp; Bob</name><uri>x</uri></author>");
    buf_printf(&w->out, "<category term=\"%u &lt; 60\" label='x'/>", write_number(w));
    if (draw(&w->chance, 2))
        write_element(w, "summary", PICK(w, types));
    if (draw(&w->chance, 3) == 0)
        buf_str(&w->out, "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p class='a'>One <b>two</b><br/>three &lt; four</p><![CDATA[<five>]]></div></content>");
    else
        write_element(w, "content", PICK(w, types));
    buf_str(&w->out, "</entry>\n");
}

static inline void write_atom(struct writing *w)
{
    static const char *const roots[] = {"<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang='en'>", "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\">",
                                        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base=\"https://news.example/a/\">"};
    write_declaration(w);
    buf_str(&w->out, PICK(w, roots));
    write_element(w, "title", " type=\"text\"");
    buf_str(&w->out, "<link href='https://news.example/'/><id>x</id>");
    for (uint64_t n = draw(&w->chance, 4); n > 0; n--)
        write_entry(w);
    buf_str(&w->out, "</feed>");
}

static inline void write_json(struct writing *w)
{
    static const char *const texts[] = {"Talks in Anchorage", "AT&amp;T", "\\u003cp\\u003eOne\\u003c/p\\u003e", "\\ud83d\\udc4d", "<p>A \\\"b\\\"</p>\\n\\n<br/>",
                                        "Переговоры", "", " ", "\\/\\/", "带一路"};
    buf_str(&w->out, "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"News\", \"home_page_url\": \"https://news.example/\",\n\"items\": [");
    for (uint64_t n = draw(&w->chance, 4), i = 0; i < n; i++) {
        buf_printf(&w->out, "%s{\"id\": %s%u%s, \"url\": \"/story/%u\", \"title\": \"%s\",", i ? ", " : "", i % 2 ? "" : "\"", write_number(w), i % 2 ? "" : "\"",
                   write_number(w), PICK(w, texts));
        buf_printf(&w->out, "\"content_html\": \"%s%s\", \"content_text\": \"%s\",", PICK(w, texts), PICK(w, texts), PICK(w, texts));
        buf_str(&w->out, "\"date_published\": \"2025-11-05T09:01:00Z\", \"authors\": [{\"name\": \"Ann\"}], \"tags\": [\"a\", \"b\"], \"_x\": {\"y\": [1, 2.5e3, null, true]}}");
    }
    buf_str(&w->out, "]}");
}

static inline void write_sitemap(struct writing *w)
{
    write_declaration(w);
    buf_str(&w->out, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>");
    for (uint64_t n = draw(&w->chance, 4); n > 0; n--) {
        buf_printf(&w->out, "<url><loc>https://news.example/%u</loc><news:news><news:publication><news:name>News</news:name><news:language>en</news:language></news:publication>", write_number(w));
        write_date(w, "news:publication_date");
        write_element(w, "news:title", "");
        buf_str(&w->out, "</news:news></url>\n");
    }
    buf_str(&w->out, "</urlset>");
}

static inline void write_page(struct writing *w)
{
    buf_str(&w->out, "<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>");
    write_text(w);
    buf_str(&w->out, "</title><link rel=alternate type=\"application/rss+xml\" href=/feed></head><body><p>");
    write_text(w);
    buf_str(&w->out, "</body></html>");
}

/* ---- What goes wrong ---- */

static inline void splice(struct buf *b, size_t at, size_t gone, struct sv put)
{
    struct buf out = {0};
    buf_append(&out, b->p, at);
    buf_sv(&out, put);
    buf_append(&out, b->p + at + gone, b->n - at - gone);
    buf_free(b);
    *b = out;
}

static inline void mutate(struct writing *w)
{
    static const char *const tokens[] = {
        "<", ">", "&", "]]>", "<![CDATA[", "</item>", "<item>", "\"", "'", "/", "=", "<!--", "-->", "<?", "?>", "<!DOCTYPE", "[", "]", "&amp;", "&#", ";", "&nbsp;",
        "</title>", "<title>", "</description>", "</channel>", "</rss>", "<rss>", "<entry>", "</entry>", "</feed>", "<br>", "<p>", "</p>", "\xE2\x80", "\xFF", "\r", "\n", " ",
        "&mdash;", "&lt;", "x:", "<x:y>", "xmlns", "<html>", "</html>", "\xEF\xBB\xBF", "{", "}", "\\", "\\u", "\\ud83d", ",", ":", "--", "!", "\x01", "<![", "<a b=c d>",
        "<item/>", "&#x110000;", "&#150;", "&#55357;&#56832;", "&#xD83D;", "\xC2\x92", "Warning: x in /a.php on line 1<br />\n", "<!ENTITY a \"b\">"};
    struct buf *b = &w->out;
    size_t at = draw(&w->chance, b->n + 1), most = b->n - at, n = most ? draw(&w->chance, (most < 40 ? most : 40) + 1) : 0;
    switch (draw(&w->chance, 8)) {
    case 0: splice(b, at, n, SV_NONE); break;
    case 1: {
        char *copy = sv_cstr((struct sv){b->p + at, n});
        splice(b, draw(&w->chance, b->n + 1), 0, (struct sv){copy, n});
        free(copy);
        break;
    }
    case 2:
        if (most)
            b->p[at] = (char)draw(&w->chance, 256);
        break;
    case 3:
        if (most && draw(&w->chance, 4) == 0)
            b->n = at;
        break;
    default: splice(b, at, 0, sv_of(PICK(w, tokens))); break;
    }
}

static inline void encode(struct buf *b, const char *charset)
{
    struct buf out = {0};
    iconv_t converter = iconv_open(charset, "UTF-8");
    char *from = b->p;
    for (size_t left = b->n; left;) {
        buf_reserve(&out, 4 * left + 16);
        char *to = out.p + out.n;
        size_t room = out.capacity - out.n;
        size_t done = iconv(converter, &from, &left, &to, &room);
        out.n = (size_t)(to - out.p);
        if (done == (size_t)-1 && left) /* a byte that no charset knows stays */
            buf_byte(&out, *from++), left--;
    }
    iconv_close(converter);
    buf_free(b);
    *b = out;
}

static inline void pack(struct buf *b)
{
    struct buf out = {0};
    buf_reserve(&out, b->n + 1000);
    z_stream z = {.next_in = (Bytef *)b->p, .avail_in = (uInt)b->n, .next_out = (Bytef *)out.p, .avail_out = (uInt)out.capacity};
    deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    deflate(&z, Z_FINISH);
    out.n = z.total_out;
    deflateEnd(&z);
    buf_free(b);
    *b = out;
}

#endif
