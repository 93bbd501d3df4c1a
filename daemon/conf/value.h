/* Values of directives: from text to numbers and checked names. Private to this folder. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "base/diag.h"

/* Each returns NULL, or what is wrong and what would be right (static text). */
const char *value_duration(struct sv, int64_t *ms);   /* "10m": ms s m h d w */
const char *value_size(struct sv, uint64_t *bytes);   /* "64k": k m g, 1024 */
const char *value_id(struct sv);                      /* [a-z0-9_-]+ */
const char *value_topic(struct sv);                   /* Kafka's rule */
const char *value_url(struct sv);                     /* absolute, http or https */
const char *value_language(struct sv);                /* a BCP 47 tag, by its form */
const char *value_country(struct sv);                 /* two letters */
const char *value_timezone(struct sv);                /* an offset, or what may be the name of a zone */

bool value_offset(struct sv, int64_t *east);          /* "+03:00", "+0300", "+3", "UTC": ms east */
bool value_number(struct sv, int64_t least, int64_t most, int64_t *);
/* The id that an operator may have meant; SV_NONE when there is none. */
struct sv value_id_like(struct sv, struct arena *);

/* The same value as text, in the largest unit that holds it exactly. */
void value_print_duration(int64_t ms, struct buf *out);
void value_print_size(uint64_t bytes, struct buf *out);

/* The first of a URL's secrets that begins at `from` or behind it: its user and password, the value of a parameter such as token.
 * SV_NONE: there is none. */
struct sv value_url_secret(struct sv url, size_t from);
/* A URL without its secrets: user and password, and the values of parameters such as token and api_key. Where one was stands
 * `mask`. The same view when there are none. */
struct sv value_public_url(struct sv url, const char *mask, struct arena *);

#endif
