#include "poll/words.h"

#include <curl/curl.h>

#include "base/utf8.h"
#include "poll/url.h"

#define LONGEST 300

static const struct {
    long status;
    const char *reason;
} reasons[] = {
    {202, "accepted, but nothing is there yet"},
    {204, "no content"},
    {206, "only a part"},
    {304, "not modified, though all of it was asked for"},
    {400, "bad request"},
    {401, "it wants a user and password"},
    {402, "payment required"},
    {403, "forbidden"},
    {404, "not found"},
    {405, "method not allowed"},
    {406, "not acceptable"},
    {407, "proxy authentication required"},
    {408, "request timeout"},
    {410, "gone"},
    {415, "unsupported media type"},
    {418, "I'm a teapot"},
    {421, "misdirected request"},
    {423, "locked"},
    {425, "too early"},
    {426, "upgrade required"},
    {429, "too many requests"},
    {431, "request header fields too large"},
    {451, "unavailable for legal reasons"},
    {500, "internal server error"},
    {501, "not implemented"},
    {502, "bad gateway"},
    {503, "service unavailable"},
    {504, "gateway timeout"},
};

void words_status(struct buf *out, long status)
{
    buf_printf(out, "HTTP %ld", status);
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            buf_printf(out, " (%s)", reasons[i].reason);
}

void words_clean(struct buf *out, struct sv text)
{
    struct buf plain = {0};
    url_without_secrets(sv_trim(text), &plain);
    struct sv rest = utf8_cut(buf_view(&plain), LONGEST);
    for (const char *p = rest.p, *end = rest.p + rest.n; p < end;) {
        uint32_t c;
        p += utf8_decode(p, end, &c);
        buf_codepoint(out, c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ? ' ' : c);
    }
    buf_free(&plain);
}

/* "Connection refused" becomes "connection refused", "SSL …" stays. */
static void uncapitalised(struct buf *out, const char *text)
{
    size_t n = strlen(text);
    if (n > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z') {
        buf_byte(out, (char)(text[0] + 32));
        text++;
    }
    buf_str(out, text);
}

static void size_words(struct buf *out, uint64_t n)
{
    if (n >= 1u << 20 && n % (1u << 20) == 0)
        buf_printf(out, "%llu MB", (unsigned long long)(n >> 20));
    else if (n >= 1u << 10 && n % (1u << 10) == 0)
        buf_printf(out, "%llu kB", (unsigned long long)(n >> 10));
    else
        buf_printf(out, "%llu bytes", (unsigned long long)n);
}

static void limit_words(struct buf *out, const struct words_failure *f)
{
    if (f->limit == LIMIT_SIZE) {
        buf_str(out, "the body is larger than max_size (");
        size_words(out, f->max_size);
        buf_str(out, " decoded)");
    } else if (f->limit == LIMIT_RATIO) {
        buf_str(out, "the body is compressed beyond reason: stopped at ");
        size_words(out, f->bytes >> 20 << 20);
    } else {
        buf_str(out, "the header of the answer is too large");
    }
}

static void timeout_words(struct buf *out, const struct words_failure *f)
{
    char span[TIME_TEXT];
    int64_t connect = f->connect_timeout < f->timeout ? f->connect_timeout : f->timeout;
    if (!f->resolved)
        buf_printf(out, "the name server sent no answer for %s", time_span(connect, span));
    else if (!f->connected)
        buf_printf(out, "no connection within %s", time_span(connect, span));
    else if (f->head->status == 0)
        buf_printf(out, "the server sent nothing for %s", time_span(f->timeout, span));
    else
        buf_printf(out, "not complete after %s", time_span(f->timeout, span));
}

/* libcurl says the same of a forbidden scheme and of a server that speaks no HTTP. */
static void protocol_words(struct buf *out, const struct words_failure *f)
{
    struct sv scheme = f->head->status / 100 == 3 ? url_scheme(f->head->location) : SV_NONE;
    if (!url_is_http(f->url))
        buf_str(out, "only http and https are asked");
    else if (scheme.p && !url_is_http(f->head->location))
        buf_printf(out, "redirected to %.*s:%s, which is refused", SV_ARG(utf8_cut(scheme, 20)),
                   sv_find(f->head->location, SV("://")) == (ptrdiff_t)scheme.n ? "//" : "");
    else
        buf_str(out, "the answer is not HTTP");
}

static void plain_words(struct buf *out, const struct words_failure *f)
{
    switch (f->code) {
    case CURLE_URL_MALFORMAT:
        buf_str(out, f->head->status / 100 == 3 ? "redirected to what is no URL" : "the URL is not valid");
        break;
    case CURLE_UNSUPPORTED_PROTOCOL:
        protocol_words(out, f);
        break;
    case CURLE_COULDNT_RESOLVE_HOST:
        buf_str(out, "the name of the host is not known, or the name server does not answer");
        break;
    case CURLE_OPERATION_TIMEDOUT:
        timeout_words(out, f);
        break;
    case CURLE_TOO_MANY_REDIRECTS:
        buf_str(out, "redirected too often: more than 10 times");
        break;
    case CURLE_GOT_NOTHING:
        buf_str(out, "the server closed the connection without an answer");
        break;
    case CURLE_PARTIAL_FILE:
        buf_printf(out, "the body ended early, after %llu bytes", (unsigned long long)f->bytes);
        break;
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR: /* we take what is written, or say so by a limit: it was the decoder */
        buf_str(out, "the compressed body is damaged, or of a kind that is not known");
        break;
    case CURLE_WEIRD_SERVER_REPLY:
        buf_str(out, "the answer is not HTTP");
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
        buf_str(out, "the certificate is refused: ");
        uncapitalised(out, *f->detail ? f->detail : curl_easy_strerror(CURLE_PEER_FAILED_VERIFICATION));
        break;
    default:
        if (f->os_errno)
            uncapitalised(out, strerror(f->os_errno));
        else
            uncapitalised(out, *f->detail ? f->detail : curl_easy_strerror((CURLcode)f->code));
    }
}

void words_failure(struct buf *out, const struct words_failure *f)
{
    struct buf raw = {0};
    if (f->limit != LIMIT_NONE)
        limit_words(&raw, f);
    else
        plain_words(&raw, f);
    words_clean(out, buf_view(&raw));
    buf_free(&raw);
}
