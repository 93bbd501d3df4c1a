/* One request to an HTTP server on a unix-domain socket, for tools: it waits for the answer. */
#ifndef POLL_ASK_H
#define POLL_ASK_H

#include "base/buf.h"

enum ask_end {
    ASK_ANSWERED,
    ASK_NOBODY,  /* nobody listens there, or may not be asked by us */
    ASK_FAILED,  /* somebody does, but gave no whole answer */
};

#define ASK_ERROR 256
/* Behind ASK_ANSWERED `*status` is HTTP's and `body` what came (to be freed, at most 64 MB); else `error` has the reason, one line. */
enum ask_end ask(const char *socket_path, const char *method, const char *path, long *status, struct buf *body, char error[ASK_ERROR]);
/* An argument of a query, percent-encoded, behind a "?" or "&" as is due: "?topic=a%20b". */
void ask_argument(struct buf *path, const char *name, struct sv value);

#endif
