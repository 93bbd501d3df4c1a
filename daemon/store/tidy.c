#include <stdio.h>
#include <sys/stat.h>

#include "base/log.h"
#include "store/inner.h"

#define FREE_KEPT 128                  /* pages: a megabyte is soon needed again */
#define LOG_MOST (256 * 1024 * 1024ll) /* bytes; working in as many takes a second or two */
#define LOG_TOLD (64 * 1024 * 1024ll)

/* ---- Forgetting ----
 * A key that goes too early makes an old item new; one that stays too long costs some bytes. So a day is over when the clock says so and
 * as many days have been written to after it: a clock that is wrong for a moment, ahead or back, counts as one day. And what is recorded
 * while it is back counts as of the newest day that we believe in, else it would be forgotten as soon as the clock is right again.
 * One day is allowed for beside: feeds that are answered by 304 show items that were recorded the day before. */

static bool load_day(struct store *s, const char *name, int64_t *day)
{
    sqlite3_stmt *st = s->statements[DAY_LOAD];
    bind_text(st, 1, sv_of(name));
    int found = store_step(s, st);
    if (found >= 0)
        *day = found ? sqlite3_column_int64(st, 0) : DAY_NONE;
    store_reset(st);
    return found >= 0;
}

bool store_load_days(struct store *s)
{
    return load_day(s, "forgotten_day", &s->forgotten) && load_day(s, "today", &s->today);
}

/* Days do not go back. */
static bool save_day(struct store *s, const char *name, int64_t *day, int64_t to)
{
    sqlite3_stmt *st = s->statements[DAY_SAVE];
    if (to <= *day)
        return true;
    bind_text(st, 1, sv_of(name));
    sqlite3_bind_int64(st, 2, to);
    if (!store_run(s, DAY_SAVE))
        return false;
    *day = to;
    return true;
}

/* The day before which keys go; DAY_NONE: none does. */
static bool find_old_day(struct store *s, int64_t now, int64_t days, int64_t *old)
{
    sqlite3_stmt *st = s->statements[OLD_DAY];
    int64_t wall = now / MS_DAY;
    sqlite3_bind_int64(st, 1, wall);
    sqlite3_bind_int64(st, 2, days + 1);
    int found = store_step(s, st);
    *old = found <= 0 ? DAY_NONE : sqlite3_column_int64(st, 0);
    if (*old > wall - days - 1)
        *old = wall - days - 1;
    store_reset(st);
    return found >= 0;
}

static bool forget(struct store *s, int64_t now, int64_t keep)
{
    int64_t days = keep > MS_DAY ? keep / MS_DAY : 1, old;
    if (!find_old_day(s, now, days, &old))
        return false;
    if (old == DAY_NONE)
        return true;
    sqlite3_bind_int64(s->statements[DAYS_FORGET], 1, old);
    sqlite3_bind_int64(s->statements[FORGET], 1, old);
    if (!save_day(s, "forgotten_day", &s->forgotten, old) || !save_day(s, "today", &s->today, old + days + 1) || !store_run(s, DAYS_FORGET) ||
        !store_run(s, FORGET))
        return false;
    s->untidy = s->untidy || sqlite3_changes(s->db) > 0;
    return true;
}

/* ---- Space ---- */

static bool give_back(struct store *s)
{
    int64_t before, after;
    if (!s->files.shrinks)
        return true;
    if (!store_number(s, FREE_PAGES, &before))
        return false;
    if (before <= FREE_KEPT)
        return true;
    if (!store_run(s, GIVE_BACK) || !store_number(s, FREE_PAGES, &after))
        return false;
    s->untidy = s->untidy || (after > FREE_KEPT && after < before);
    return true;
}

uint64_t store_size(struct store *s)
{
    int64_t all, unused;
    return store_number(s, PAGES, &all) && store_number(s, FREE_PAGES, &unused) && all > unused ? (uint64_t)(all - unused) * s->files.page_size : 0;
}

/* ---- The log ----
 * SQLite works it into the database and begins it anew, as soon as nobody reads what was before. A reader who stays holds that up. */

static int64_t log_size(const struct store *s)
{
    char path[sizeof s->files.path + 8];
    struct stat about;
    snprintf(path, sizeof path, "%s-wal", s->files.path);
    return stat(path, &about) == 0 ? about.st_size : 0;
}

/* Is all of it in the database now? */
static bool work_in(struct store *s)
{
    int all = 0, done = 0;
    return sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &all, &done) == SQLITE_OK && all == done;
}

static void tidy_log(struct store *s)
{
    bool large = !work_in(s) && log_size(s) > LOG_TOLD;
    if (large && !s->log_told)
        log_warning("%s-wal: grows, as another program has been reading the database for long: end that program (fuser -v %s names it)",
                    s->files.path, s->files.path);
    s->log_told = large;
}

bool store_log_is_bounded(struct store *s)
{
    if (log_size(s) <= LOG_MOST || work_in(s))
        return true;
    snprintf(s->error, sizeof s->error,
             "%.300s-wal: is too large, as another program has been reading the database for long; nothing more is stored until that program is ended (fuser -v names it)",
             s->files.path);
    return false;
}

/* ---- All of it ---- */

bool store_tidy(struct store *s, int64_t now, int64_t keep)
{
    s->untidy = false;
    if (!store_check(s))
        return false;
    if (!s->open)
        tidy_log(s);
    if (!store_begin(s))
        return false;
    bool good = forget(s, now, keep) && store_run(s, LANES_FORGET) && give_back(s);
    good = store_end(s, good) && good;
    return good || (store_load_days(s) && false);
}

bool store_is_untidy(const struct store *s)
{
    return s->untidy;
}
