/* Any bytes as a time zone's file and as a rule: no crash, and no clock that is more than 26 hours off. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct zone *zone)
{
    for (int64_t local = -400 * 366 * MS_DAY; zone && local < 500 * 366 * MS_DAY; local += 97 * MS_DAY + 5407 * MS_SECOND) {
        int64_t off = local - zone_utc(zone, local);
        if (off <= -26 * MS_HOUR || off >= 26 * MS_HOUR)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sv bytes = {(const char *)data, size};
    const char *wrong;
    const struct zone *zone = zone_parse(&arena, bytes, &wrong);
    if (!zone == !wrong)
        abort();
    check(zone);
    check(zone_posix(&arena, bytes));
    arena_free(&arena);
    return 0;
}
