#include "documents.h"

/* What is no feed is said to be what it is, in one line that tells an operator what to look at. */

struct says {
    const char *document;
    const char *parts[4]; /* each in the error, caseless */
};

static bool error_has(const struct reading *r, const char *part)
{
    return strcasestr(feed_error(r->feed), part) != NULL;
}

static size_t error_lacks(struct sv document, const char *content_type, const char *const *parts)
{
    struct reading r;
    read_bytes_as(&r, document, content_type);
    size_t wrong = 0;
    if (r.good || r.count) {
        print_error("%.*s\n  is taken for a feed of %zu items\n", SV_ARG(sv_head(document, 300)), r.count);
        reading_free(&r);
        return 1;
    }
    for (size_t i = 0; i < 4 && parts[i]; i++)
        if (!error_has(&r, parts[i])) {
            print_error("%.*s\n  \"%s\"\n  does not say \"%s\"\n", SV_ARG(sv_head(document, 300)), feed_error(r.feed), parts[i]);
            wrong++;
        }
    struct sv error = sv_of(feed_error(r.feed));
    for (size_t i = 0; i < error.n; i++)
        wrong += (unsigned char)error.p[i] < ' ';
    wrong += error.n == 0 || error.n > 1000;
    reading_free(&r);
    return wrong;
}

static void errors_say(const struct says *rows, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += error_lacks(sv_of(rows[i].document), NULL, rows[i].parts);
    assert_int_equal(wrong, 0);
}
#define ERRORS(...) errors_say((const struct says[]){__VA_ARGS__}, sizeof((const struct says[]){__VA_ARGS__}) / sizeof(struct says))

#define PAGE(title, body) "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=utf-8><title>" title "</title></head><body>" body "</body></html>"

static void an_html_page_is_named_by_its_title(void **state)
{
    (void)state;
    ERRORS({PAGE("Harbour &amp; Post", "<p>News"), {"HTML page", "Harbour & Post"}},
           {"<html><head><title>\n Harbour\n  Post </title>", {"HTML page", "\"Harbour Post\""}},
           {"<?xml version='1.0' encoding='utf-8'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html xmlns='http://www.w3.org/1999/xhtml'><head>"
            "<title>Harbour Post</title></head><body/></html>",
            {"HTML page", "Harbour Post"}},
           {"\xEF\xBB\xBF\n<!-- cached --><HTML><HEAD><TITLE>Harbour Post</TITLE></HEAD>", {"HTML page", "Harbour Post"}},
           {"<html><head><script>document.title = '<title>no</title>'</script><style>a > b {}</style><title>Harbour Post</title></head>", {"Harbour Post"}},
           {"<html><head><!-- <title>no</title> --><title>Harbour Post</title><title>no</title></head><body><svg><title>no</title></svg>", {"Harbour Post"}},
           {"<html><body>no title here</body></html>", {"HTML page"}}, {"<!DOCTYPE html>", {"HTML page"}}, {"<head><title>Harbour Post</title></head>", {"HTML page", "Harbour Post"}},
           {"<body>x</body>", {"HTML page"}}, {"<!doctype html><meta charset=utf-8><p>x", {"HTML page"}});
}

#define FEED_LINK(type, href) "<link rel='alternate' type='" type "' title='t' href='" href "'>"

static void an_html_page_is_said_to_link_to_its_feeds(void **state)
{
    (void)state;
    ERRORS({"<html><head><title>Home</title>" FEED_LINK("application/rss+xml", "/rss.xml") "</head>", {"HTML page", "Home", "https://news.example/rss.xml"}},
           {"<html><head>" FEED_LINK("application/atom+xml", "https://a.example/atom?a=1&amp;b=2") "<title>Home</title></head><body>", {"Home", "https://a.example/atom?a=1&b=2"}},
           {"<html><head>" FEED_LINK("application/feed+json", "feed.json") FEED_LINK("application/rss+xml", "//cdn.example/rss") "</head>",
            {"https://news.example/feeds/feed.json", "https://cdn.example/rss"}},
           {"<html><head><base href='https://b.example/x/'>" FEED_LINK("application/rss+xml", "rss") "</head>", {"https://b.example/x/rss"}},
           {"<html><head><LINK TYPE='Application/RSS+XML' HREF=/rss REL=Alternate></head>", {"https://news.example/rss"}},
           {"<html><head><link rel=alternate type=application/rss+xml href=/rss><link rel=stylesheet href=/s.css><meta name=x><title>Home</title></head><body>",
            {"https://news.example/rss", "Home"}},
           {"<html><head><title>Home</title></head><body><p>x" FEED_LINK("application/rss+xml", "/in-body") "</body></html>", {"Home", "https://news.example/in-body"}});
    struct reading r;
    read_text(&r, "<html><head><title>Home</title><link rel=alternate type=text/html hreflang=de href=/no-1><link rel=stylesheet href=/no-2>"
                  "<!-- <link rel=alternate type='application/rss+xml' href='/no-3'> --><link rel=alternate type=application/json+oembed href=/no-4></head>");
    assert_false(error_has(&r, "/no-"));
    reading_free(&r);
}

/* However many it has, and however long they are. */
static void an_html_page_of_a_thousand_feeds_still_makes_a_short_error(void **state)
{
    (void)state;
    struct buf document = {0};
    buf_str(&document, "<html><head><title>");
    for (int i = 0; i < 5000; i++)
        buf_str(&document, "title ");
    buf_str(&document, "</title>");
    for (int i = 0; i < 1000; i++)
        buf_printf(&document, FEED_LINK("application/rss+xml", "https://a.example/%d/%0500d"), i, i);
    struct reading r = {0};
    read_as(&r, buf_view(&document), NULL, TIME_NONE, 0);
    assert_false(r.good);
    assert_true(error_has(&r, "https://a.example/0/"));
    assert_true(strlen(feed_error(r.feed)) < 1000);
    reading_free(&r);
    buf_free(&document);
}

static void a_bot_wall_is_named(void **state)
{
    (void)state;
    ERRORS({PAGE("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={cvId:'3'}</script>"), {"bot", "Just a moment", "Cloudflare"}},
           {PAGE("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><span>Cloudflare Ray ID: <strong>8a</strong></span>"), {"bot", "Cloudflare"}},
           {"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't have permission to access \"http&#58;&#47;&#47;a&#46;example&#47;rss\" on this "
            "server.<P>\nReference&#32;&#35;18&#46;2f&#46;17\n<P>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18\n</P>\n</BODY>\n</HTML>\n",
            {"bot", "Access Denied"}},
           {"<html><head><title>a.example</title></head><body><p id='cmsg'>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>"
            "</body></html>",
            {"bot", "DataDome"}},
           {"<html><head><META NAME='robots' CONTENT='noindex,nofollow'><script src='/_Incapsula_Resource?SWJIYLWA=5074a744e2e3d891814e9a2dace20bd4,719d34d31c8e3a6e6fffd425f7e032f3'></script>"
            "<body></body></html>",
            {"bot", "Imperva"}},
           {PAGE("Access to this page has been denied.", "<div id='px-captcha'></div><script>window._pxAppId='PX1'</script>"), {"bot", "denied"}},
           {PAGE("Sucuri WebSite Firewall - Access Denied", "<p>Block ID: GEO01</p>"), {"bot", "Sucuri"}},
           {PAGE("You are being redirected...", "<script>S='x';sucuri_cloudproxy_js='';</script>"), {"bot"}},
           {PAGE("DDoS-Guard", "<p>Checking your browser before accessing"), {"bot", "DDoS-Guard"}},
           {PAGE("Robot Check", "<form action='/errors/validateCaptcha'>Type the characters you see"), {"bot"}},
           {PAGE("", "<div class='g-recaptcha' data-sitekey='x'></div>"), {"bot"}},
           {PAGE("Human Verification", "<script src='https://x.token.awswaf.com/challenge.js'></script>"), {"bot"}});
}

static void a_page_that_asks_for_something_is_named(void **state)
{
    (void)state;
    ERRORS({PAGE("Sign in", "<form method=post action=/login><input name=user><input type='password' name=p></form>"), {"login page", "Sign in"}},
           {PAGE("Harbour Post", "<form><INPUT TYPE=PASSWORD></form>"), {"login page", "Harbour Post"}},
           {PAGE("Before you continue", "<form action='https://consent.example/save'>We use cookies and data</form>"), {"consent", "Before you continue"}},
           {PAGE("Harbour Post - your privacy", "<div id='sp_message_container'>We value your privacy. Accept all cookies</div><button>Accept all</button>"), {"consent"}});
}

static void a_soft_404_is_named(void **state)
{
    (void)state;
    ERRORS({PAGE("Page not found | Harbour Post", "<h1>Oops"), {"HTML page", "not found"}}, {PAGE("404 - Harbour Post", "<p>gone"), {"HTML page", "404", "not found"}},
           {PAGE("Seite nicht gefunden", "<h1>404"), {"HTML page", "Seite nicht gefunden", "not found"}},
           {PAGE("Error 404 (Not Found)!!1", "x"), {"HTML page", "not found"}},
           {PAGE("Harbour Post", "<h1>404 Not Found</h1><hr><center>nginx</center>"), {"HTML page", "not found"}});
    struct reading r;
    read_text(&r, PAGE("Boeing 404 lands", "<p>news"));
    assert_true(error_has(&r, "HTML page"));
    reading_free(&r);
}

static void other_xml_is_named_by_its_root(void **state)
{
    (void)state;
    ERRORS({"<?xml version='1.0'?>\n<opml version='2.0'><head><title>My feeds</title></head><body><outline text='x' xmlUrl='https://a.example/rss'/></body></opml>", {"OPML"}},
           {"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body/></soap:Envelope>", {"<soap:Envelope>"}},
           {"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", {"<Error>", "Access Denied"}},
           {"<note><title>x</title><item><title>no</title></item></note>", {"<note>"}}, 
           {"<kml><Document><name>x</name></Document></kml>", {"<kml>"}}, {"<?xml version='1.0'?>", {"no feed"}}, {"<!-- nothing -->", {"no feed"}});
}

static void text_is_quoted(void **state)
{
    (void)state;
    ERRORS({"404 Not Found\n", {"text", "404 Not Found"}}, {"Error establishing a database connection", {"Error establishing a database connection"}},
           {"Too\nmany requests.\r\nTry later.", {"Too many requests. Try later."}}, {"title,link\na,b\n", {"title,link"}}, {"I <3 feeds & more", {"I <3 feeds & more"}},
           {"BEGIN:VCALENDAR\r\nEND:VCALENDAR", {"VCALENDAR"}});
}

static void json_that_is_no_feed_is_named(void **state)
{
    (void)state;
    ERRORS({"{\"error\":\"rate limited\"}", {"JSON"}}, {"{\"errors\":[{\"message\":\"x\"}]}", {"JSON"}}, {"[]", {"JSON"}}, {"{}", {"JSON"}}, {"[{\"id\":1}]", {"JSON"}});
}

static void nothing_is_said_to_be_empty(void **state)
{
    (void)state;
    ERRORS({"", {"empty"}}, {" \r\n\t", {"empty"}}, {"\xEF\xBB\xBF", {"empty"}}, {"\xEF\xBB\xBF \n", {"empty"}});
    assert_int_equal(error_lacks(SV("\0\0\0\0"), NULL, (const char *const[4]){"no feed"}), 0);
}

static void what_is_no_text_is_named_by_its_first_bytes(void **state)
{
    (void)state;
    static const struct {
        struct sv document;
        const char *what;
    } rows[] = {
        {{"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01", 20}, "PNG"},
        {{"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01", 12}, "JPEG"},
        {{"GIF89a\x01\0\x01\0", 10}, "GIF"},
        {{"RIFF\x24\0\0\0WEBPVP8 ", 16}, "picture"},
        {{"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj <</Type /Catalog>> endobj", 49}, "PDF"},
        {{"PK\x03\x04\x14\0\0\0\x08\0<rss><item>", 21}, "zip"},
        {{"ID3\x04\0\0\0\0\0\0", 10}, "sound"},
        {{"\x28\xB5\x2F\xFD\x04\x58\x01\0", 8}, "zstd"},
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        wrong += error_lacks(rows[i].document, NULL, (const char *const[4]){rows[i].what});
    assert_int_equal(wrong, 0);
}

static void what_the_page_says_cannot_break_the_line(void **state)
{
    (void)state;
    ERRORS({PAGE("a\nb\r\tc\x1B[31md", ""), {"HTML page"}}, {"\x1B[31mred\x07 text", {"red"}}, {"<no\x1Bte>x</no\x1Bte>", {"no feed"}});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_html_page_is_named_by_its_title),
        cmocka_unit_test(an_html_page_is_said_to_link_to_its_feeds),
        cmocka_unit_test(an_html_page_of_a_thousand_feeds_still_makes_a_short_error),
        cmocka_unit_test(a_bot_wall_is_named),
        cmocka_unit_test(a_page_that_asks_for_something_is_named),
        cmocka_unit_test(a_soft_404_is_named),
        cmocka_unit_test(other_xml_is_named_by_its_root),
        cmocka_unit_test(text_is_quoted),
        cmocka_unit_test(json_that_is_no_feed_is_named),
        cmocka_unit_test(nothing_is_said_to_be_empty),
        cmocka_unit_test(what_is_no_text_is_named_by_its_first_bytes),
        cmocka_unit_test(what_the_page_says_cannot_break_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
