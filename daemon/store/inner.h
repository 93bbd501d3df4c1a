/* What the files of this folder share: the handle, its statements, and the ways to run them. */
#ifndef STORE_INNER_H
#define STORE_INNER_H

#include <sqlite3.h>

#include "store/open.h"
#include "store/store.h"

enum statement {
    READ, BEGIN, COMMIT, ROLLBACK, SAVE, RELEASE, ROLLBACK_TO,
    FEED_LOAD, FEED_SAVE, FEED_REMEMBER, KEY_LOAD, KEY_SAVE,
    DAY_WRITTEN, OLD_DAY, DAYS_FORGET, FORGET, DAY_LOAD, DAY_SAVE, LANES_FORGET, PAGES, FREE_PAGES, GIVE_BACK,
    OUTBOX_ADD, OUTBOX_NEXT, OUTBOX_NEXT_ANY, OUTBOX_LOAD, OUTBOX_REMOVE, OUTBOX_REMOVE_ALONE, OUTBOX_REMOVE_LETTER,
    OUTBOX_REFUSE, OUTBOX_REFUSE_STOOD_FOR, OUTBOX_STANDS_FOR, OUTBOX_RETRY, DEAD_LETTER, OUTBOX_LIST, OUTBOX_IDS, OUTBOX_AFTER, OUTBOX_BYTES,
    LANES, LANE_LOAD, LANE_OPEN, LANE_CLOSE, MARKS_LOAD, MARKS_DROP, MARK_SAVE, COUNT_ADD, COUNTS,
    STATEMENTS
};

struct store {
    struct store_files files;
    sqlite3 *db;       /* the files' */
    sqlite3_stmt *statements[STATEMENTS];
    bool open;         /* a transaction */
    bool reading;      /* one that only reads */
    bool lost;         /* SQLite rolled the turn back by itself (a full disk, an I/O error): nothing more is written in it */
    bool locked;       /* by another process at the last try: the next ones do not wait */
    bool untidy;
    bool log_told;     /* that the log cannot be worked in */
    int64_t forgotten; /* keys of days before this one may be forgotten; DAY_NONE */
    int64_t today;     /* no key is recorded under a day before this one: the clock may be back for a moment; DAY_NONE */
    int64_t written;   /* the day that was recorded last as one on which keys were written; DAY_NONE */
    char error[STORE_ERROR];
};

#define DAY_NONE INT64_MIN
#define STORE_PAGES_GIVEN_BACK "250" /* to the disk, at a time */

/* statements.c */
bool store_prepare(struct store *);
bool store_failed(struct store *);                                 /* notes SQLite's last error; false */
int store_step(struct store *, sqlite3_stmt *);                    /* 1: there is a row; 0: there is none; -1: an error */
bool store_run(struct store *, enum statement);                    /* to the end, what returns no row that matters; resets */
bool store_number(struct store *, enum statement, int64_t *value); /* of the first row, 0 without one; resets */
void store_reset(sqlite3_stmt *);
void bind_sv(sqlite3_stmt *, int at, struct sv);    /* as a blob; SV_NONE is NULL. The bytes must outlive the run */
void bind_text(sqlite3_stmt *, int at, struct sv);
void bind_time(sqlite3_stmt *, int at, int64_t ms);
struct sv column_view(sqlite3_stmt *, int at);      /* until the next step */
struct sv column_sv(sqlite3_stmt *, int at, struct arena *);
int64_t column_time(sqlite3_stmt *, int at);

/* store.c */
bool store_open_transaction(struct store *);

/* tidy.c */
bool store_load_days(struct store *);
bool store_log_is_bounded(struct store *);

#endif
