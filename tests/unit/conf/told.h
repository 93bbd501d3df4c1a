/* A text of a configuration, and exactly what is told of it. */
#ifndef TOLD_H
#define TOLD_H

#include "conf/parsing.h"

struct expectation {
    const char *text;
    const char *told;
    bool alone; /* else something right stands behind the text: kafka, an outlet "bbc" and a rule */
};

static inline void check_told(const struct expectation *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct parsing p;
        struct buf text = {0};
        buf_str(&text, cases[i].text);
        buf_str(&text, cases[i].alone ? "" : "\n" KAFKA OUTLET RULE);
        parse_bytes(&p, text.n ? buf_view(&text) : SV(""));
        assert_true((p.conf == NULL) == (p.diags.errors > 0));
        if (strcmp(p.told.p, cases[i].told) != 0)
            fail_msg("%s\n--- told:\n%s--- expected:\n%s", cases[i].text, p.told.p, cases[i].told);
        parsing_free(&p);
        buf_free(&text);
    }
}

#endif
