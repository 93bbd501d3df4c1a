/* A contest (rules and items, see tests/referee/contest.h): engine and referee give the same hits, scores, terms and offsets. */
#include <stdio.h>
#include <stdlib.h>

#include "../referee/contest.h"

#define LINES_MOST 60
#define LINE_MOST 400 /* bytes: what the referee can try in full, in a time that leaves many runs */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv all = {(const char *)data, size};
    struct buf text = {0}, why = {0};
    struct tally tally = {0};
    size_t lines = 0;
    if (utf8_valid_until(all) == all.n) /* the feed stage sees to that */
        for (struct sv line; lines < LINES_MOST && sv_split(&all, '\n', &line); lines++)
            if (line.n <= LINE_MOST)
                buf_printf(&text, "%.*s\n", SV_ARG(line));
    if (text.n && contest_differs(buf_view(&text), &tally, &why)) {
        contest_shrink(&text);
        buf_clear(&why);
        contest_differs(buf_view(&text), &tally, &why);
        fprintf(stderr, "engine and referee differ:\n%.*s\n%.*s", SV_ARG(buf_view(&text)), SV_ARG(buf_view(&why)));
        abort();
    }
    buf_free(&text);
    buf_free(&why);
    return 0;
}
