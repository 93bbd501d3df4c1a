/* The control socket: HTTP (RFC 9112) over a unix-domain socket, on the caller's loop. What can be asked for there is the caller's; here
 * stands only how. Clients are not trusted: slow ones, long requests and many connections at a time are cut off. */
#ifndef OPS_CONTROL_H
#define OPS_CONTROL_H

#include "base/json.h"

struct ev_loop;
struct control;
struct control_request;

/* An answer under way: 200 and one JSON value, unless the handler says otherwise. */
struct control_reply {
    unsigned status;          /* HTTP's */
    struct json_writer json;  /* writes to `body` */
    struct buf body;
};

/* Something that can be asked for, by method and path. A segment "#" of the path stands for a number from 1. The handler answers at once,
 * within a bounded time: it runs on the loop. It must not call control_free. */
struct control_resource {
    const char *method;       /* "GET" (HEAD is answered as well) or "POST" */
    const char *path;         /* "/outbox/#/retry" */
    void (*answer)(void *context, const struct control_request *, struct control_reply *);
};

/* What stood for "#"; 0 when there was none. */
int64_t control_number(const struct control_request *);
/* An argument of the query ("?after=12"): NULL when it is not given. It lives during the call. */
const char *control_argument(const struct control_request *, const char *name);
/* The same as a number from 0 to `most`: `otherwise` when it is not given, -1 when it is none such. */
int64_t control_argument_number(const struct control_request *, const char *name, int64_t otherwise, int64_t most);
/* Answer with an error instead: {"error": "…"}. What was written before is forgotten. */
void control_refuse(struct control_reply *, unsigned status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define CONTROL_ERROR 512
/* Listens nowhere yet. The resources must live as long. NULL with a reason in `error`. */
struct control *control_new(struct ev_loop *, const struct control_resource *, size_t count, void *context, char error[CONTROL_ERROR]);
/* From now on at this path (it is copied), NULL: nowhere. The socket has mode 0660 and the process' group. A socket that nobody listens
 * on any more is replaced; another process' is not, nor is any other file. Where it cannot be opened this is logged, an earlier one goes
 * on, and it is tried again every few seconds; so it is when the socket is deleted by somebody. */
void control_listen(struct control *, const char *path);
/* Where it listens; NULL: nowhere. */
const char *control_path(const struct control *);
/* Close connections without an answer, and delete the socket when it is still our own. */
void control_free(struct control **);
const char *control_library(void); /* "libmicrohttpd/0.9.75" */

#endif
