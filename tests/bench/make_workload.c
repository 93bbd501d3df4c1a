/* Writes what the matching of rules is measured with: make_workload FOLDER TEXTS latin|mixed
 *     texts               a NUL behind each
 *     rules-COUNT.conf    as newswatchd reads them, for each COUNT of 1000, 10000 and 100000
 *     rules.tsv           for others: id, five phrases with | between, NEAR/8's words with | between or nothing, the word under
 *                         NOT or nothing; the first COUNT lines are the rules of rules-COUNT.conf */
#include <stdio.h>
#include <stdlib.h>

#include "workload.h"

static void save(const char *folder, const char *name, struct buf *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text->p, 1, text->n, f) != text->n || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
    buf_free(text);
}

static void put_phrases(struct buf *out, const struct made_rule *r, const char *quote, const char *between)
{
    for (unsigned i = 0; i < PHRASES; i++) {
        buf_printf(out, "%s%s", i ? between : "", quote);
        put_phrase(out, r->script, &r->phrases[i]);
        buf_str(out, quote);
    }
}

static void put_context(struct buf *out, const struct made_rule *r, const char *between)
{
    put_word(out, r->script, r->context[0], false);
    buf_str(out, between);
    put_word(out, r->script, r->context[1], false);
}

static void put_conf_rule(struct buf *out, unsigned n, const struct made_rule *r)
{
    bool grouped = r->near || r->denied;
    buf_printf(out, "rule r%u { match %s", n, grouped ? "(" : "");
    put_phrases(out, r, "\"", " | ");
    buf_str(out, grouped ? ")" : "");
    if (r->near) {
        buf_str(out, " NEAR/8 (");
        put_context(out, r, " | ");
        buf_byte(out, ')');
    }
    if (r->denied) {
        buf_str(out, " AND NOT ");
        put_word(out, r->script, r->denying, false);
    }
    buf_str(out, "; }\n");
}

static void put_line(struct buf *out, unsigned n, const struct made_rule *r)
{
    buf_printf(out, "r%u\t", n);
    put_phrases(out, r, "", "|");
    buf_byte(out, '\t');
    if (r->near)
        put_context(out, r, "|");
    buf_byte(out, '\t');
    if (r->denied)
        put_word(out, r->script, r->denying, false);
    buf_byte(out, '\n');
}

int main(int argc, char **argv)
{
    unsigned texts = argc == 4 ? (unsigned)atoi(argv[2]) : 0;
    if (texts == 0) {
        fputs("usage: make_workload FOLDER TEXTS latin|mixed\n", stderr);
        return 2;
    }
    bool mixed = strcmp(argv[3], "mixed") == 0;
    struct buf out = {0}, lines = {0};
    for (unsigned n = 0; n < texts; n++) {
        make_text(&out, n, mixed);
        buf_byte(&out, '\0');
    }
    save(argv[1], "texts", &out);
    for (unsigned count = 1000; count <= RULES_MOST; count *= 10) {
        char name[40];
        buf_str(&out, "kafka { embedded; }\noutlet a { feed \"http://127.0.0.1/feed\"; }\n");
        for (unsigned n = 0; n < count; n++) {
            struct made_rule r = make_rule(n, mixed);
            put_conf_rule(&out, n, &r);
            if (count == RULES_MOST)
                put_line(&lines, n, &r);
        }
        snprintf(name, sizeof name, "rules-%u.conf", count);
        save(argv[1], name, &out);
    }
    save(argv[1], "rules.tsv", &lines);
    return 0;
}
