/* The list of brokers: each is  [PROTOCOL://]HOST[:PORT]. librdkafka takes what it cannot read for a name, and never connects. */
#include "conf/parser.h"

#include "base/ascii.h"
#include "conf/value.h"

static const char *check_protocol(struct sv v)
{
    static const struct sv known[] = {SV("plaintext"), SV("ssl"), SV("sasl_plaintext"), SV("sasl_ssl")};
    for (size_t i = 0; i < COUNT(known); i++)
        if (sv_eq_nocase(v, known[i]))
            return NULL;
    return "a broker is HOST:PORT, as in kafka1:9092; before :// there may be ssl or another security.protocol of librdkafka";
}

static bool has(struct sv v, const char *characters)
{
    for (size_t i = 0; i < v.n; i++)
        if (strchr(characters, v.p[i]))
            return true;
    return false;
}

/* HOST[:PORT]. */
static const char *check_address(struct sv *part)
{
    struct sv v = *part;
    int64_t number;
    const char *end = v.p + v.n, *bracket = v.n && v.p[0] == '[' ? memchr(v.p, ']', v.n) : NULL, *from = bracket ? bracket + 1 : v.p;
    const char *colon = memchr(from, ':', (size_t)(end - from));
    struct sv host = sv_range(v.p, colon ? colon : end), port = sv_range(colon ? colon + 1 : end, end);
    if (has(v, "; \t\n"))
        return "several brokers stand with commas between: kafka1:9092,kafka2:9092";
    if (has(port, ":") || (v.n && v.p[0] == '[' && (!bracket || host.p + host.n != from)))
        return "an address with colons stands in brackets: [2001:db8::1]:9092";
    if (host.n == 0 || has(host, "/"))
        return "a broker is HOST:PORT, as in kafka1:9092";
    *part = port;
    if (colon && (port.n == 0 || !ascii_is_digit(port.p[0]) || !value_number(port, 1, 65535, &number)))
        return "a broker's port is a number from 1 to 65535, as in kafka1:9092";
    return NULL;
}

/* What is wrong with one of them; `*part` becomes the piece that is. */
static const char *check_broker(struct sv *part)
{
    struct sv whole = *part;
    ptrdiff_t slashes = sv_find(whole, SV("://"));
    if (slashes >= 0) {
        *part = sv_head(whole, (size_t)slashes);
        const char *wrong = check_protocol(*part);
        if (wrong)
            return wrong;
        *part = sv_from(whole, (size_t)slashes + 3);
    }
    return check_address(part);
}

/* A piece of a string's content, where it stands in the file: unless an escape stands before it, as many bytes behind the quote. */
static struct span place_of(struct sv whole, struct sv part, struct span where)
{
    struct sv written = sv_range(where.source->text.p + where.start, where.source->text.p + where.end);
    size_t at = (size_t)(part.p - whole.p);
    if (written.n != whole.n + 2 || part.n == whole.n)
        return where;
    return (struct span){where.source, where.start + 1 + at, where.start + 1 + at + part.n};
}

static const char *check_list(struct sv list, struct sv *wrong)
{
    struct sv rest = list, part;
    bool any = false;
    *wrong = list;
    while (sv_split(&rest, ',', &part)) {
        part = sv_trim(part);
        any = any || part.n;
        const char *what = part.n ? check_broker(&part) : NULL;
        if (what) {
            *wrong = part;
            return what;
        }
    }
    return any ? NULL : "no broker is named: write \"host:9092\"";
}

void read_broker_list(struct conf_parser *p)
{
    struct sv list, part;
    struct span where;
    parser_next(p);
    if (!want_string(p, "a list of brokers", &list, &where))
        return;
    const char *wrong = check_list(list, &part);
    if (wrong) {
        parser_error(p, place_of(list, part, where), "'%.*s': %s", SV_ARG(part), wrong);
        parser_after_wrong(p);
        return;
    }
    p->conf->kafka.brokers = sv_dup(&p->conf->arena, list);
    want_semicolon(p);
}
