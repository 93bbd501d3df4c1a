/* What stands on the dead-letter topic for an alert that the broker refused for good. Pure. */
#ifndef ALERT_DEAD_LETTER_H
#define ALERT_DEAD_LETTER_H

#include "base/message.h"

/* The message to `topic` that speaks for the refused one, in the arena; its id, its key and its headers are the refused one's, and
 * three headers more: dead_letter_topic and dead_letter_key (where it should have gone, and with which key) and dead_letter_reason. Its value is
 * that of the refused one without its texts (content_text, summary, terms, snippets), in the same content mode and valid against the
 * same schema; {} if it cannot be read. Whatever the refused one was, it takes less than 100 KB, and seldom more than 2 KB. */
struct message dead_letter_make(const struct message *refused, struct sv topic, struct sv reason, struct arena *);

#endif
