/* What is remembered of an item beside its key, to tell an edited item from another one under the same key. */
#ifndef BASE_FACTS_H
#define BASE_FACTS_H

#include <stdint.h>

#define FACTS_NO_MINUTE INT32_MIN

/* Fingerprints; 0: there is none. */
struct facts {
    uint32_t page;  /* the link, without its host: the upper half is of its path, the lower of what follows */
    uint32_t title;
    uint32_t text;  /* summary and content; 0 also where they were not made */
    int32_t minute; /* published, since 1970; FACTS_NO_MINUTE */
};

#endif
