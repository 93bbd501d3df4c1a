/* librdkafka's mock broker inside the process, for trying out. Private to this folder. */
#ifndef PUBLISH_EMBEDDED_H
#define PUBLISH_EMBEDDED_H

#include "publish/publish.h"

struct embedded;

/* With this topic (none when it is empty). NULL with a reason in `error`. */
struct embedded *embedded_new(struct sv topic, char error[PUBLISH_ERROR]);
const char *embedded_address(const struct embedded *); /* HOST:PORT */
void embedded_free(struct embedded **);

#endif
