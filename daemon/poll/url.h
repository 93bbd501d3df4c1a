/* What polling needs of a URL (RFC 3986): whom it asks, and how it may be shown. Pure. */
#ifndef POLL_URL_H
#define POLL_URL_H

#include "base/buf.h"

/* "host:port" in lower case, the port also where it is the scheme's own: the queue that the URL belongs to. */
void url_host(struct sv url, struct buf *out);
/* `text` with the user and password of each URL in it left out. */
void url_without_secrets(struct sv text, struct buf *out);
/* http or https? */
bool url_is_http(struct sv url);
/* "file" of "file:///etc/passwd"; SV_NONE for a relative reference. */
struct sv url_scheme(struct sv url);

#endif
