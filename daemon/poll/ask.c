#include "poll/ask.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/ascii.h"

#define BODY_MOST ((size_t)64 << 20)
#define TIME_MOST 120L     /* seconds: a daemon may be busy with its disk */
#define CONNECT_MOST 30    /* seconds */

static size_t on_data(char *bytes, size_t size, size_t n, void *context)
{
    struct buf *body = context;
    if (body->n + size * n > BODY_MOST)
        return 0;
    buf_append(body, bytes, size * n);
    return size * n;
}

/* Of a daemon that hangs the queue of connections fills: then connect waits. libcurl tells that it could not connect, but for a socket of this kind not why. */
static bool can_be_reached(const char *path, char *error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(error, ASK_ERROR, "the path of a socket may have %zu bytes", sizeof address.sun_path - 1);
        return false;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct timeval patience = {.tv_sec = CONNECT_MOST};
    bool good = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0 &&
                connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (!good)
        snprintf(error, ASK_ERROR, "%s", errno == EAGAIN ? "it does not answer" : strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}

static void set_up(CURL *curl, const char *socket_path, const char *method, const char *url, struct buf *body)
{
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIME_MOST);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    if (strcmp(method, "POST") == 0)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
}

enum ask_end ask(const char *socket_path, const char *method, const char *path, long *status, struct buf *body, char error[ASK_ERROR])
{
    if (!can_be_reached(socket_path, error))
        return ASK_NOBODY;
    CURL *curl = curl_easy_init();
    if (!curl) {
        snprintf(error, ASK_ERROR, "libcurl cannot be used");
        return ASK_FAILED;
    }
    struct buf url = {0};
    buf_printf(&url, "http://localhost%s", path);
    set_up(curl, socket_path, method, buf_cstr(&url), body);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, status);
    curl_easy_cleanup(curl);
    buf_free(&url);
    if (code == CURLE_OK)
        return ASK_ANSWERED;
    snprintf(error, ASK_ERROR, "%s", code == CURLE_WRITE_ERROR ? "the answer is too long" : curl_easy_strerror(code));
    return ASK_FAILED;
}

void ask_argument(struct buf *path, const char *name, struct sv value)
{
    buf_printf(path, "%c%s=", sv_find(buf_view(path), SV("?")) < 0 ? '?' : '&', name);
    for (const char *p = value.p; p < value.p + value.n; p++)
        if (ascii_is_letter(*p) || ascii_is_digit(*p) || strchr("-._~", *p))
            buf_byte(path, *p);
        else
            buf_printf(path, "%%%02X", (unsigned char)*p);
}
