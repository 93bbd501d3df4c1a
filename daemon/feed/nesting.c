#include "feed/nesting.h"

#include <stdio.h>
#include <stdlib.h>

#include "feed/text.h"
#include "feed/url.h"

#define NAME_MOST 64 /* of a name so much tells it from others */

void nesting_init(struct nesting *n, unsigned depth_most)
{
    *n = (struct nesting){.depth_most = depth_most, .plain = SPACE_NONE, .open = xcalloc(depth_most, sizeof *n->open)};
}

static void forget(struct nesting *n)
{
    for (size_t i = 0; i < REMEMBERED; i++)
        n->remembered[i].length = 0;
}

bool nesting_push(struct nesting *n, const struct tag *tag)
{
    if (n->depth == n->depth_most) {
        n->beyond++;
        return false;
    }
    struct sv name = sv_head(tag->name, NAME_MOST);
    n->open[n->depth++] = (struct open_element){n->names.n, (unsigned short)name.n};
    buf_sv(&n->names, name);
    return true;
}

void nesting_pop(struct nesting *n)
{
    if (n->declared_count && n->declared[n->declared_count - 1].depth >= n->depth) {
        while (n->declared_count && n->declared[n->declared_count - 1].depth >= n->depth)
            n->declared_count--;
        forget(n);
    }
    while (n->inherited_count && n->inherited[n->inherited_count - 1].depth >= n->depth) {
        n->inherited_count--;
        free(n->inherited[n->inherited_count].base);
        free(n->inherited[n->inherited_count].language);
    }
    n->depth--;
    n->names.n = n->open[n->depth].name;
}

struct sv nesting_name(const struct nesting *n, unsigned depth)
{
    if (depth == 0 || depth > n->depth)
        return SV_NONE;
    const struct open_element *o = &n->open[depth - 1];
    return (struct sv){n->names.p + o->name, o->length};
}

unsigned nesting_find(const struct nesting *n, struct sv name, unsigned outermost)
{
    name = sv_head(name, NAME_MOST);
    for (unsigned depth = n->depth; depth >= outermost && depth > 0; depth--)
        if (sv_eq_nocase(nesting_name(n, depth), name))
            return depth;
    return 0;
}

/* ---- Namespaces ---- */

/* "xmlns" or "xmlns:prefix"; false: another attribute. */
static bool declares(struct sv name, struct sv *prefix)
{
    if (!sv_starts_nocase(name, SV("xmlns")) || (name.n > 5 && name.p[5] != ':'))
        return false;
    *prefix = sv_from(name, name.n > 5 ? 6 : 5);
    return true;
}

static enum space declared_space(struct sv uri, struct sv prefix, unsigned depth, struct arena *scratch)
{
    return vocabulary_space(sv_trim(text_value(scratch, uri)), prefix, depth);
}

/* Does "xmlns" or "xml:" stand in it? */
static bool mentions_xml(struct sv attributes)
{
    const char *p = attributes.p, *end = p + attributes.n;
    while (end - p > 3 && (p = memchr(p, 'x', (size_t)(end - p) - 3)))
        if (p[1] == 'm' && p[2] == 'l' && (p[3] == 'n' || p[3] == ':'))
            return true;
        else
            p++;
    return false;
}

/* Of the element's own declarations; false: it has none for its prefix. */
static bool own_space(const struct nesting *n, const struct tag *tag, struct sv prefix, enum space *space)
{
    struct sv rest = tag->attributes, declared;
    struct attribute a;
    struct arena scratch = {0};
    bool found = false;
    for (unsigned i = 0; !found && i < DECLARED_MOST && tag_next(&rest, &a); i++)
        if (declares(a.name, &declared) && sv_eq_nocase(declared, prefix)) {
            *space = declared_space(a.raw, prefix, n->depth + 1, &scratch);
            found = true;
        }
    arena_free(&scratch);
    return found;
}

static enum space space_of(const struct nesting *n, struct sv prefix)
{
    for (size_t i = n->declared_count; i > 0; i--)
        if (sv_eq_nocase(prefix, sv_of(n->declared[i - 1].prefix)))
            return n->declared[i - 1].space;
    return vocabulary_space(SV_NONE, prefix, n->depth + 1);
}

static struct known known_in(const struct nesting *n, enum space space, struct sv name)
{
    return vocabulary_known(space == SPACE_NONE ? n->plain : space, tag_local_name(name));
}

static struct remembered *place_of(struct nesting *n, struct sv name)
{
    unsigned hash = (unsigned)name.n;
    for (size_t i = 0; i < name.n; i++)
        hash = hash * 31 + (unsigned char)name.p[i];
    return &n->remembered[(hash ^ hash >> 7) % REMEMBERED];
}

struct known nesting_known(struct nesting *n, const struct tag *tag)
{
    struct sv name = tag->name, prefix = tag_prefix(name);
    enum space space;
    if (tag->attributes.n && mentions_xml(tag->attributes) && own_space(n, tag, prefix, &space))
        return known_in(n, space, name);
    if (name.n >= sizeof n->remembered[0].name)
        return known_in(n, space_of(n, prefix), name);
    struct remembered *r = place_of(n, name);
    if (r->length != name.n || memcmp(r->name, name.p, name.n) != 0) {
        r->known = known_in(n, space_of(n, prefix), name);
        r->length = (unsigned char)name.n;
        memcpy(r->name, name.p, name.n);
    }
    return r->known;
}

void nesting_set_plain(struct nesting *n, enum space space)
{
    n->plain = space;
    forget(n);
}

void nesting_declare(struct nesting *n, const struct element *e, struct sv base)
{
    struct attribute a;
    struct sv rest = e->tag->attributes, prefix, own_base = SV_NONE, language = SV_NONE;
    if (rest.n == 0 || !mentions_xml(rest))
        return;
    for (unsigned i = 0; i < e->attributes_most && tag_next(&rest, &a); i++) {
        if (sv_eq_nocase(a.name, SV("xml:base")))
            own_base = url_resolve(e->scratch, nesting_base(n).p ? nesting_base(n) : base, text_value(e->scratch, a.raw));
        else if (sv_eq_nocase(a.name, SV("xml:lang")))
            language = sv_trim(text_value(e->scratch, a.raw));
        if (!declares(a.name, &prefix) || n->declared_count == DECLARED_MOST || prefix.n >= sizeof n->declared[0].prefix)
            continue;
        struct declared *d = &n->declared[n->declared_count++];
        *d = (struct declared){.depth = n->depth, .space = declared_space(a.raw, prefix, n->depth, e->scratch)};
        if (prefix.n == 0 && n->depth <= 2 && sv_eq_nocase(nesting_name(n, 1), SV("rss")))
            d->space = SPACE_NONE; /* RSS has no namespace, whatever it says */
        memcpy(d->prefix, prefix.p, prefix.n);
        forget(n);
    }
    if ((own_base.n || language.n) && n->inherited_count < INHERITED_MOST)
        n->inherited[n->inherited_count++] =
            (struct inherited){n->depth, own_base.n ? sv_cstr(own_base) : NULL, language.n ? sv_cstr(language) : NULL};
}

/* ---- What is inherited ---- */

struct sv nesting_base(const struct nesting *n)
{
    for (size_t i = n->inherited_count; i > 0; i--)
        if (n->inherited[i - 1].base)
            return sv_of(n->inherited[i - 1].base);
    return SV_NONE;
}

struct sv nesting_language(const struct nesting *n, unsigned outermost)
{
    for (size_t i = n->inherited_count; i > 0; i--)
        if (n->inherited[i - 1].language && n->inherited[i - 1].depth >= outermost)
            return sv_of(n->inherited[i - 1].language);
    return SV_NONE;
}

void nesting_free(struct nesting *n)
{
    while (n->depth)
        nesting_pop(n);
    buf_free(&n->names);
    free(n->open);
}
