/* What an alert in the outbox is about, for a list: read from the beginning of its message, as far as needed. */
#ifndef HEADLINE_H
#define HEADLINE_H

#include "base/message.h"

#define HEADLINE_TEXT 400 /* bytes of a text; what is longer is cut */

/* Each SV_NONE when the message does not say. Into the arena. */
struct headline {
    struct sv outlet, rules, title, url;
};
struct headline headline_of(const struct message *, struct arena *);

#endif
