#include "feed/vocabulary.h"

#include "base/ascii.h"

/* Parts of URIs rather than whole ones: they are written with http and https, with and without "www" and the last slash, in any
 * case. The first that fits counts. */
static bool space_of_uri(struct sv uri, enum space *space)
{
    static const struct {
        const char *part;
        enum space space;
    } parts[] = {
        {"w3.org/2005/atom", SPACE_ATOM},     {"purl.org/atom", SPACE_ATOM},        {"modules/content", SPACE_CONTENT},
        {"purl.org/dc", SPACE_DC},            {"dublincore.org", SPACE_DC},         {"modules/dc", SPACE_DC},
        {"yahoo.com/mrss", SPACE_MEDIA},      {"searchmonkey/media", SPACE_MEDIA},
        {"media-rss", SPACE_MEDIA},           {"itunes.com/dtds", SPACE_ITUNES},    {"dtds/podcast-1.0", SPACE_ITUNES},
        {"feedburner", SPACE_FEEDBURNER},     {"w3.org/1999/xhtml", SPACE_XHTML},   {"22-rdf-syntax-ns", SPACE_RDF},
        {"sitemap-news", SPACE_NEWS},         {"sitemap-video", SPACE_VIDEO},
        {"schemas/sitemap", SPACE_NONE},      {"purl.org/rss/1.0/modules", SPACE_OTHER}, {"purl.org/rss", SPACE_NONE},
        {"purl.org/net/rss", SPACE_NONE},     {"netscape.com", SPACE_NONE},         {"backend.userland.com", SPACE_NONE},
        {"law.harvard.edu", SPACE_NONE},      {"cyber.harvard.edu", SPACE_NONE},    {"rssboard.org", SPACE_NONE},
    };
    char lower[128];
    if (uri.n >= sizeof lower)
        return false;
    for (size_t i = 0; i < uri.n; i++)
        lower[i] = ascii_lower(uri.p[i]);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (sv_find((struct sv){lower, uri.n}, sv_of(parts[i].part)) >= 0)
            return *space = parts[i].space, true;
    return false;
}

enum space vocabulary_space(struct sv uri, struct sv prefix, unsigned depth)
{
    static const struct {
        const char *prefix;
        enum space space;
    } prefixes[] = {{"atom", SPACE_ATOM},     {"atom10", SPACE_ATOM},       {"a10", SPACE_ATOM}, {"content", SPACE_CONTENT}, {"dc", SPACE_DC},
                    {"dcterms", SPACE_DC},    {"media", SPACE_MEDIA},       {"itunes", SPACE_ITUNES}, {"feedburner", SPACE_FEEDBURNER},
                    {"xhtml", SPACE_XHTML},   {"rdf", SPACE_RDF},           {"rss", SPACE_NONE}, {"news", SPACE_NEWS}, {"video", SPACE_VIDEO}};
    enum space space;
    if (uri.n && space_of_uri(uri, &space))
        return space;
    for (size_t i = 0; prefix.n && i < sizeof prefixes / sizeof *prefixes; i++)
        if (sv_eq_nocase(prefix, sv_of(prefixes[i].prefix)))
            return prefixes[i].space;
    return prefix.n == 0 && (uri.n == 0 || depth <= 2) ? SPACE_NONE : SPACE_OTHER;
}

struct entry {
    enum space space;
    const char *name;
    struct meaning_of means;
};

static struct meaning_of look_up(const struct entry *entries, size_t count, enum space space, struct sv name)
{
    for (size_t i = 0; i < count; i++)
        if (entries[i].space == space && entries[i].name[0] == (name.n ? name.p[0] | 0x20 : 0) && sv_eq_nocase(name, sv_of(entries[i].name)))
            return entries[i].means;
    return (struct meaning_of){MEANS_NOTHING, 0};
}

static struct meaning_of meaning_in_item(enum space space, struct sv name)
{
    static const struct entry entries[] = {
        {SPACE_NONE, "title", {MEANS_TITLE, 0}},
        {SPACE_NONE, "link", {MEANS_LINK, 0}},
        {SPACE_NONE, "description", {MEANS_SUMMARY, 0}},
        {SPACE_NONE, "guid", {MEANS_GUID, 0}},
        {SPACE_NONE, "pubdate", {MEANS_PUBLISHED, 0}},
        {SPACE_NONE, "author", {MEANS_AUTHOR, 0}},
        {SPACE_NONE, "category", {MEANS_CATEGORY, 0}},
        {SPACE_NONE, "name", {MEANS_NAME, 0}},
        {SPACE_NONE, "email", {MEANS_EMAIL, 0}},
        {SPACE_NONE, "body", {MEANS_CONTENT, 2}},
        {SPACE_NONE, "fullitem", {MEANS_CONTENT, 3}},
        {SPACE_NONE, "language", {MEANS_LANGUAGE, 1}},
        {SPACE_NONE, "id", {MEANS_ID, 2}},
        {SPACE_NONE, "summary", {MEANS_SUMMARY, 2}},
        {SPACE_NONE, "content", {MEANS_CONTENT, 2}},
        {SPACE_NONE, "published", {MEANS_PUBLISHED, 2}},
        {SPACE_NONE, "updated", {MEANS_MODIFIED, 2}},
        {SPACE_NONE, "lastbuilddate", {MEANS_MODIFIED, 3}},
        {SPACE_NONE, "tags", {MEANS_KEYWORDS, 0}},
        {SPACE_OTHER, "full-text", {MEANS_SUMMARY, 6}}, /* yandex: what else is there is what the outlet shows */
        {SPACE_ATOM, "id", {MEANS_ID, 0}},
        {SPACE_ATOM, "title", {MEANS_TITLE, 1}},
        {SPACE_ATOM, "link", {MEANS_LINK_ELEMENT, 1}},
        {SPACE_ATOM, "summary", {MEANS_SUMMARY, 1}},
        {SPACE_ATOM, "content", {MEANS_CONTENT, 1}},
        {SPACE_ATOM, "published", {MEANS_PUBLISHED, 0}},
        {SPACE_ATOM, "issued", {MEANS_PUBLISHED, 1}},
        {SPACE_ATOM, "created", {MEANS_PUBLISHED, 2}},
        {SPACE_ATOM, "updated", {MEANS_MODIFIED, 0}},
        {SPACE_ATOM, "modified", {MEANS_MODIFIED, 1}},
        {SPACE_ATOM, "author", {MEANS_AUTHOR, 0}},
        {SPACE_ATOM, "source", {MEANS_SOURCE, 0}},
        {SPACE_ATOM, "name", {MEANS_NAME, 0}},
        {SPACE_ATOM, "email", {MEANS_EMAIL, 0}},
        {SPACE_ATOM, "category", {MEANS_CATEGORY, 0}},
        {SPACE_CONTENT, "encoded", {MEANS_CONTENT, 0}},
        {SPACE_DC, "title", {MEANS_TITLE, 1}},
        {SPACE_DC, "description", {MEANS_SUMMARY, 1}},
        {SPACE_DC, "abstract", {MEANS_SUMMARY, 1}},
        {SPACE_DC, "creator", {MEANS_AUTHOR, 0}},
        {SPACE_DC, "date", {MEANS_PUBLISHED, 1}},
        {SPACE_DC, "created", {MEANS_PUBLISHED, 2}},
        {SPACE_DC, "issued", {MEANS_PUBLISHED, 1}},
        {SPACE_DC, "modified", {MEANS_MODIFIED, 1}},
        {SPACE_DC, "subject", {MEANS_CATEGORY, 0}},
        {SPACE_DC, "language", {MEANS_LANGUAGE, 0}},
        {SPACE_DC, "identifier", {MEANS_ID, 2}},
        {SPACE_MEDIA, "group", {MEANS_GROUP, 0}},
        {SPACE_MEDIA, "content", {MEANS_GROUP, 0}},
        {SPACE_MEDIA, "title", {MEANS_TITLE, 3}},
        {SPACE_MEDIA, "description", {MEANS_SUMMARY, 4}},
        {SPACE_MEDIA, "keywords", {MEANS_KEYWORDS, 0}},
        {SPACE_MEDIA, "category", {MEANS_CATEGORY, 0}},
        {SPACE_MEDIA, "credit", {MEANS_AUTHOR, 2}},
        {SPACE_ITUNES, "title", {MEANS_TITLE, 2}},
        {SPACE_ITUNES, "summary", {MEANS_SUMMARY, 3}},
        {SPACE_ITUNES, "subtitle", {MEANS_SUMMARY, 5}},
        {SPACE_ITUNES, "author", {MEANS_AUTHOR, 1}},
        {SPACE_ITUNES, "keywords", {MEANS_KEYWORDS, 0}},
        {SPACE_FEEDBURNER, "origlink", {MEANS_LINK, 6}},
        {SPACE_XHTML, "body", {MEANS_CONTENT, 2}},
        {SPACE_XHTML, "div", {MEANS_CONTENT, 3}},
        {SPACE_NONE, "loc", {MEANS_LINK, 0}},
        {SPACE_NONE, "lastmod", {MEANS_MODIFIED, 3}},
        {SPACE_NEWS, "news", {MEANS_GROUP, 0}},
        {SPACE_NEWS, "publication", {MEANS_GROUP, 0}},
        {SPACE_NEWS, "title", {MEANS_TITLE, 1}},
        {SPACE_NEWS, "publication_date", {MEANS_PUBLISHED, 1}},
        {SPACE_NEWS, "language", {MEANS_LANGUAGE, 1}},
        {SPACE_NEWS, "keywords", {MEANS_KEYWORDS, 0}},
        {SPACE_VIDEO, "video", {MEANS_GROUP, 0}},
        {SPACE_VIDEO, "title", {MEANS_TITLE, 3}},
        {SPACE_VIDEO, "description", {MEANS_SUMMARY, 4}},
        {SPACE_VIDEO, "publication_date", {MEANS_PUBLISHED, 3}},
    };
    return look_up(entries, sizeof entries / sizeof *entries, space, name);
}

static struct meaning_of meaning_in_head(enum space space, struct sv name)
{
    static const struct entry entries[] = {
        {SPACE_NONE, "channel", {MEANS_GROUP, 0}},   {SPACE_NONE, "title", {MEANS_TITLE, 0}},
        {SPACE_NONE, "link", {MEANS_LINK, 0}},       {SPACE_NONE, "description", {MEANS_DESCRIPTION, 0}},
        {SPACE_NONE, "language", {MEANS_LANGUAGE, 0}}, {SPACE_ATOM, "title", {MEANS_TITLE, 0}},
        {SPACE_ATOM, "subtitle", {MEANS_DESCRIPTION, 0}}, {SPACE_ATOM, "tagline", {MEANS_DESCRIPTION, 0}},
        {SPACE_ATOM, "link", {MEANS_LINK_ELEMENT, 1}}, {SPACE_ATOM, "author", {MEANS_AUTHOR, 0}},
        {SPACE_ATOM, "name", {MEANS_NAME, 0}},       {SPACE_DC, "language", {MEANS_LANGUAGE, 0}},
        {SPACE_DC, "creator", {MEANS_AUTHOR, 0}},    {SPACE_NONE, "author", {MEANS_AUTHOR, 0}},
        {SPACE_DC, "title", {MEANS_TITLE, 0}},       {SPACE_DC, "description", {MEANS_DESCRIPTION, 0}},
        {SPACE_NONE, "lastbuilddate", {MEANS_MODIFIED, 0}}, {SPACE_NONE, "pubdate", {MEANS_MODIFIED, 0}},
        {SPACE_ATOM, "updated", {MEANS_MODIFIED, 0}}, {SPACE_ATOM, "modified", {MEANS_MODIFIED, 0}},
        {SPACE_DC, "date", {MEANS_MODIFIED, 0}},
    };
    return look_up(entries, sizeof entries / sizeof *entries, space, name);
}

static bool is_one_of(struct sv name, const char *const *names)
{
    for (; name.n && *names; names++)
        if ((name.p[0] | 0x20) == **names && sv_eq_nocase(name, sv_of(*names)))
            return true;
    return false;
}

static bool is_void(enum space space, struct sv name)
{
    static const char *const html[] = {"br", "hr", "img", "wbr", "col", "area", "embed", "input", "param", "track", NULL};
    static const char *const rss[] = {"enclosure", "cloud", NULL}, *const media[] = {"thumbnail", "player", NULL};
    switch (space) {
    case SPACE_NONE: return is_one_of(name, html) || is_one_of(name, rss);
    case SPACE_XHTML: return is_one_of(name, html);
    case SPACE_ATOM: return is_one_of(name, html) || sv_eq_nocase(name, SV("link"));
    case SPACE_MEDIA: return is_one_of(name, media);
    case SPACE_ITUNES: return sv_eq_nocase(name, SV("image"));
    default: return false;
    }
}

static bool is_html(enum space space, struct sv name)
{
    static const char *const names[] = {"title", "link", "summary", "source", "body", "div", "content", NULL};
    return space == SPACE_XHTML || ((space == SPACE_NONE || space == SPACE_ATOM) && is_one_of(name, names));
}

struct known vocabulary_known(enum space space, struct sv name)
{
    return (struct known){space, meaning_in_item(space, name), meaning_in_head(space, name), is_void(space, name), is_html(space, name)};
}
