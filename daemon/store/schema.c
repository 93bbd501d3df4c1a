#include "store/schema.h"

#include <stdio.h>

/* Steps are only ever added. Times are ms since 1970; digests are 16 bytes of SHA-256. */
static const char *const steps[] = {
    "CREATE TABLE feed ("
    "  id TEXT PRIMARY KEY, url BLOB, etag BLOB, last_modified BLOB, error BLOB,"
    "  next_poll INTEGER, last_success INTEGER, last_full INTEGER, failures INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE seen ("
    "  outlet TEXT NOT NULL, digest BLOB NOT NULL, day INTEGER NOT NULL," /* day: last seen, days since 1970 */
    "  PRIMARY KEY (outlet, digest)"
    ") WITHOUT ROWID;"
    "CREATE INDEX seen_by_day ON seen (day);"
    "CREATE TABLE outbox ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, topic TEXT NOT NULL, key BLOB, value BLOB NOT NULL,"
    "  headers TEXT NOT NULL, added INTEGER NOT NULL, refused TEXT" /* refused: why, when the broker will never take it */
    ");"
    "CREATE INDEX outbox_refused ON outbox (id) WHERE refused IS NOT NULL;",
    /* What tells an edited item from another one under the same key; NULL: recorded under the first schema. */
    "ALTER TABLE seen ADD COLUMN facts BLOB;"
    "ALTER TABLE seen ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;" /* 1: shared by several items, 2: its revisions are recorded */
    "ALTER TABLE feed ADD COLUMN body BLOB;"                        /* digest of the last body */
    "ALTER TABLE feed ADD COLUMN trust BLOB;",                      /* in the feed's guids; NULL: in full */
};

const int store_schema_version = sizeof steps / sizeof *steps;

bool store_migrate(sqlite3 *db, int version)
{
    if (version == store_schema_version)
        return true;
    char pragma[64];
    bool good = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    for (int i = version; good && i < store_schema_version; i++)
        good = sqlite3_exec(db, steps[i], NULL, NULL, NULL) == SQLITE_OK;
    snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", store_schema_version);
    good = good && sqlite3_exec(db, pragma, NULL, NULL, NULL) == SQLITE_OK;
    snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d", STORE_APPLICATION_ID);
    good = good && sqlite3_exec(db, pragma, NULL, NULL, NULL) == SQLITE_OK;
    return good && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}
