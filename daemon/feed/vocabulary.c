#include "feed/vocabulary.h"

/* Parts of URIs rather than whole ones: they are written with http and https, with and without "www" and the last slash. */
enum space vocabulary_space(struct sv uri, struct sv prefix)
{
    static const struct {
        const char *part;
        enum space space;
    } parts[] = {
        {"w3.org/2005/Atom", SPACE_ATOM},           {"purl.org/atom", SPACE_ATOM},         {"purl.org/rss/1.0/modules/content", SPACE_CONTENT},
        {"purl.org/dc", SPACE_DC},                  {"search.yahoo.com/mrss", SPACE_MEDIA}, {"itunes.com/dtds", SPACE_ITUNES},
        {"feedburner", SPACE_FEEDBURNER},           {"w3.org/1999/xhtml", SPACE_XHTML},    {"w3.org/1999/02/22-rdf-syntax-ns", SPACE_RDF},
        {"purl.org/rss/1.0/modules", SPACE_OTHER},  {"purl.org/rss/1.0", SPACE_NONE},      {"my.netscape.com", SPACE_NONE},
        {"channel.netscape.com", SPACE_NONE},       {"backend.userland.com", SPACE_NONE},  {"blogs.law.harvard.edu", SPACE_NONE},
        {"cyber.law.harvard.edu", SPACE_NONE},      {"cyber.harvard.edu", SPACE_NONE},     {"rssboard.org", SPACE_NONE},
    };
    static const struct {
        const char *prefix;
        enum space space;
    } prefixes[] = {{"", SPACE_NONE},       {"atom", SPACE_ATOM},   {"a10", SPACE_ATOM},      {"content", SPACE_CONTENT},
                    {"dc", SPACE_DC},       {"dcterms", SPACE_DC},  {"media", SPACE_MEDIA},   {"itunes", SPACE_ITUNES},
                    {"feedburner", SPACE_FEEDBURNER}, {"xhtml", SPACE_XHTML}, {"rdf", SPACE_RDF}, {"rss", SPACE_NONE}};
    for (size_t i = 0; uri.n && i < sizeof parts / sizeof *parts; i++)
        if (sv_find(uri, sv_of(parts[i].part)) >= 0)
            return parts[i].space;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (sv_eq_nocase(prefix, sv_of(prefixes[i].prefix)))
            return prefixes[i].space;
    return SPACE_OTHER;
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

struct meaning_of vocabulary_item(enum space space, struct sv name)
{
    static const struct entry entries[] = {
        {SPACE_NONE, "title", {MEANS_TITLE, 0}},
        {SPACE_NONE, "link", {MEANS_LINK, 1}},
        {SPACE_NONE, "description", {MEANS_SUMMARY, 0}},
        {SPACE_NONE, "guid", {MEANS_GUID, 0}},
        {SPACE_NONE, "pubdate", {MEANS_PUBLISHED, 0}},
        {SPACE_NONE, "author", {MEANS_AUTHOR, 0}},
        {SPACE_NONE, "category", {MEANS_CATEGORY, 0}},
        {SPACE_NONE, "body", {MEANS_CONTENT, 2}},
        {SPACE_NONE, "language", {MEANS_LANGUAGE, 1}},
        {SPACE_NONE, "id", {MEANS_ID, 2}},
        {SPACE_NONE, "summary", {MEANS_SUMMARY, 2}},
        {SPACE_NONE, "content", {MEANS_CONTENT, 2}},
        {SPACE_NONE, "published", {MEANS_PUBLISHED, 2}},
        {SPACE_NONE, "updated", {MEANS_MODIFIED, 2}},
        {SPACE_NONE, "lastbuilddate", {MEANS_MODIFIED, 3}},
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
        {SPACE_ATOM, "author", {MEANS_PERSON, 0}},
        {SPACE_ATOM, "name", {MEANS_NAME, 0}},
        {SPACE_ATOM, "email", {MEANS_EMAIL, 0}},
        {SPACE_ATOM, "category", {MEANS_CATEGORY_ELEMENT, 0}},
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
        {SPACE_MEDIA, "credit", {MEANS_AUTHOR, 2}},
        {SPACE_ITUNES, "title", {MEANS_TITLE, 2}},
        {SPACE_ITUNES, "summary", {MEANS_SUMMARY, 3}},
        {SPACE_ITUNES, "author", {MEANS_AUTHOR, 1}},
        {SPACE_ITUNES, "keywords", {MEANS_KEYWORDS, 0}},
        {SPACE_FEEDBURNER, "origlink", {MEANS_LINK, 2}},
        {SPACE_XHTML, "body", {MEANS_CONTENT, 2}},
        {SPACE_XHTML, "div", {MEANS_CONTENT, 3}},
    };
    return look_up(entries, sizeof entries / sizeof *entries, space, name);
}

struct meaning_of vocabulary_head(enum space space, struct sv name)
{
    static const struct entry entries[] = {
        {SPACE_NONE, "channel", {MEANS_GROUP, 0}},   {SPACE_NONE, "title", {MEANS_TITLE, 0}},
        {SPACE_NONE, "link", {MEANS_LINK, 0}},       {SPACE_NONE, "description", {MEANS_DESCRIPTION, 0}},
        {SPACE_NONE, "language", {MEANS_LANGUAGE, 0}}, {SPACE_ATOM, "title", {MEANS_TITLE, 0}},
        {SPACE_ATOM, "subtitle", {MEANS_DESCRIPTION, 0}}, {SPACE_ATOM, "tagline", {MEANS_DESCRIPTION, 0}},
        {SPACE_ATOM, "link", {MEANS_LINK_ELEMENT, 1}}, {SPACE_ATOM, "author", {MEANS_PERSON, 0}},
        {SPACE_ATOM, "name", {MEANS_NAME, 0}},       {SPACE_DC, "language", {MEANS_LANGUAGE, 0}},
        {SPACE_DC, "creator", {MEANS_AUTHOR, 0}},    {SPACE_NONE, "author", {MEANS_AUTHOR, 0}},
        {SPACE_DC, "title", {MEANS_TITLE, 0}},       {SPACE_DC, "description", {MEANS_DESCRIPTION, 0}},
    };
    return look_up(entries, sizeof entries / sizeof *entries, space, name);
}
