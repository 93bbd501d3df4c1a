/* Any bytes: no crash, only valid UTF-8 comes out, no item is without an id, and all that is told (items, problems, title, charset,
 * error …) is the same however the bytes are cut, also when the taker of the items wants no more. */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/feed/telling.h"
#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void die(const char *what, const struct telling *whole, const struct telling *pieces)
{
    fprintf(stderr, "%s\nat once:\n%.*s\nin pieces:\n%.*s\n", what, SV_ARG(buf_view(&whole->text)), SV_ARG(buf_view(&pieces->text)));
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv bytes = {(const char *)data, size};
    struct digest digest = hash_digest(&bytes, 1); /* the cuts are the input's own: what fails once fails again */
    uint64_t chance;
    memcpy(&chance, digest.bytes, sizeof chance);
    size_t stop_after = draw(&chance, 8) == 0;
    const enum cut cuts[] = {CUT_EVERYWHERE, (enum cut)(CUT_SHORT + draw(&chance, CUTS - CUT_SHORT))};
    struct telling whole = tell(bytes, CUT_NOWHERE, 0, stop_after);
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        struct telling pieces = tell(bytes, cuts[i], chance, stop_after);
        if (pieces.wrong || whole.wrong)
            die(pieces.wrong ? pieces.wrong : whole.wrong, &whole, &pieces);
        if (!sv_eq(buf_view(&whole.text), buf_view(&pieces.text)))
            die("pieces are read otherwise than the whole", &whole, &pieces);
        buf_free(&pieces.text);
    }
    buf_free(&whole.text);
    return 0;
}
