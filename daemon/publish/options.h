/* The librdkafka options that are not the operator's to set. Private to this folder. */
#ifndef PUBLISH_OPTIONS_H
#define PUBLISH_OPTIONS_H

/* Why, and what to write instead; NULL when it may be set. */
const char *option_denied(const char *name);

#endif
