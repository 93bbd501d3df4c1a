/* Any bytes that libxml2 takes for well formed: our items say what its tree says. */
#include <stdlib.h>

#include "../unit/feed/oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf why = {0};
    if (oracle_asked((struct sv){(const char *)data, size}, &why) == ORACLE_DIFFERS) {
        fprintf(stderr, "%.*s", SV_ARG(buf_view(&why)));
        abort();
    }
    buf_free(&why);
    return 0;
}
