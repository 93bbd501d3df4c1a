/* Within the feed stage: the elements that are open, the namespaces declared in them, and their xml:base and xml:lang. */
#ifndef FEED_NESTING_H
#define FEED_NESTING_H

#include "feed/element.h"

struct open_element {
    size_t name; /* where it begins in `names` */
    unsigned short length;
};

struct declared {
    unsigned depth;
    char prefix[16];
    enum space space;
};

/* From an element down. */
struct inherited {
    unsigned depth;
    char *base, *language; /* malloc'd; NULL: as further out */
};

/* A name that was looked up under the namespaces that hold now. */
struct remembered {
    unsigned char length; /* 0: free */
    char name[31];
    struct known known;
};

#define REMEMBERED 64     /* a power of two */
#define DECLARED_MOST 64  /* namespaces: what is beyond is known by its prefix */
#define INHERITED_MOST 32 /* xml:base or xml:lang within each other: what is deeper inherits */

struct nesting {
    struct open_element *open; /* [0] is the root */
    unsigned depth, depth_most;
    unsigned beyond;           /* elements deeper than that, which are only counted */
    struct buf names;
    struct declared declared[DECLARED_MOST];
    size_t declared_count;
    struct inherited inherited[INHERITED_MOST];
    size_t inherited_count;
    enum space plain;          /* what no namespace at all means: RSS, or Atom */
    struct remembered remembered[REMEMBERED];
};

void nesting_init(struct nesting *, unsigned depth_most);
/* One deeper. false: the depth is at its limit, and the element is only counted. */
bool nesting_push(struct nesting *, const struct tag *);
void nesting_pop(struct nesting *);
/* The innermost open element of that name, caseless, at `outermost` or deeper: its depth, from 1; 0: none. */
unsigned nesting_find(const struct nesting *, struct sv name, unsigned outermost);
struct sv nesting_name(const struct nesting *, unsigned depth);

/* Namespaces and what is inherited, of an element that was pushed. `base`: the document's, for a relative xml:base. */
void nesting_declare(struct nesting *, const struct element *, struct sv base);
/* What an element about to be pushed means: its own declarations count. */
struct known nesting_known(struct nesting *, const struct tag *);
/* From here on no namespace means this one. */
void nesting_set_plain(struct nesting *, enum space);
struct sv nesting_base(const struct nesting *);     /* SV_NONE when there is none */
/* What is declared at that depth or deeper. */
struct sv nesting_language(const struct nesting *, unsigned outermost);
void nesting_free(struct nesting *);

#endif
