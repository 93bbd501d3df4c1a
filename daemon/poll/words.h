/* Why a poll failed, in words for people. One line, without secrets, whatever servers put into it. */
#ifndef POLL_WORDS_H
#define POLL_WORDS_H

#include "base/buf.h"
#include "poll/head.h"

/* What was stopped by us, not by libcurl. */
enum words_limit { LIMIT_NONE, LIMIT_SIZE, LIMIT_RATIO, LIMIT_HEAD };

/* What is known of a transfer that broke off. */
struct words_failure {
    int code, os_errno;             /* CURLcode; errno or 0 */
    enum words_limit limit;
    const char *detail;             /* libcurl's own words, "" when it has none */
    struct sv url;                  /* as it was asked for */
    const struct head *head;
    bool resolved, connected;       /* how far it came */
    int64_t timeout, connect_timeout;
    uint64_t max_size, bytes;       /* allowed; received so far, decoded */
};

void words_failure(struct buf *out, const struct words_failure *);
/* "HTTP 503 (service unavailable)" */
void words_status(struct buf *out, long status);
/* Any text as an error: no secrets, no line ends, of bounded length, valid UTF-8. */
void words_clean(struct buf *out, struct sv text);

#endif
