/* Any bytes as a date: no crash, a time within the years that dates have, and what it prints as reads as the same. */
#include <stdlib.h>

#include "feed/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_time(int64_t time)
{
    char text[TIME_TEXT];
    if (time == TIME_NONE)
        return;
    if (time % MS_SECOND || time <= -62200000000 * MS_SECOND || time >= 253500000000 * MS_SECOND)
        abort();
    if (*time_rfc3339(time, text)) { /* a zone may bring it beyond the year 9999 */
        struct date again = date_read(sv_of(text), NULL);
        if (time >= -62135596800000 && (again.either || again.time != time))
            abort();
    }
}

static void check(struct sv text, const struct zone *zone)
{
    struct date date = date_read(text, zone);
    if (date.either != (date.day_first != TIME_NONE) || date.either != (date.month_first != TIME_NONE) || (date.either && date.time != TIME_NONE))
        abort();
    check_time(date.time);
    check_time(date.day_first);
    check_time(date.month_first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sv text = {(const char *)data, size};
    check(text, NULL);
    check(text, zone_posix(&arena, SV("EST5EDT,M3.2.0,M11.1.0")));
    arena_free(&arena);
    return 0;
}
