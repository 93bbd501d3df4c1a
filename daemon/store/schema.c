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
    /* Written anew, with what is long at the end. size: of the message and about what its row costs; stands_for: of a dead letter, the refused row. */
    "CREATE TABLE outbox_3 ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, topic TEXT NOT NULL, added INTEGER NOT NULL, refused TEXT,"
    "  size INTEGER NOT NULL DEFAULT 0, stands_for INTEGER, key BLOB, value BLOB NOT NULL, headers TEXT NOT NULL"
    ");"
    "INSERT INTO outbox_3 SELECT id, event, topic, added, refused, length(CAST(event AS BLOB)) + length(CAST(topic AS BLOB))"
    "  + ifnull(length(CAST(key AS BLOB)), 0) + length(CAST(value AS BLOB)) + length(CAST(headers AS BLOB)) + " STORE_ROW_COST ", NULL, key, value, headers"
    "  FROM outbox ORDER BY id;"
    "DELETE FROM sqlite_sequence WHERE name = 'outbox_3';" /* numbers are not used again */
    "INSERT INTO sqlite_sequence SELECT 'outbox_3', seq FROM sqlite_sequence WHERE name = 'outbox';"
    "DROP TABLE outbox;"
    "ALTER TABLE outbox_3 RENAME TO outbox;"
    "CREATE INDEX outbox_refused ON outbox (id) WHERE refused IS NOT NULL;"
    "CREATE UNIQUE INDEX outbox_stands_for ON outbox (stands_for) WHERE stands_for IS NOT NULL;"
    "CREATE INDEX outbox_waiting ON outbox (topic, id, event, refused) WHERE refused IS NULL;" /* refused: else SQLite looks into the row for it */
    "ALTER TABLE feed ADD COLUMN read_day INTEGER;" /* of the last success, as a key's day; NULL: by last_success */
    /* Numbers of rows by topic, and their bytes: triggers keep them, so that nobody has to count, and an operator's own DELETE is counted too. */
    "CREATE TABLE lane ("
    "  topic TEXT PRIMARY KEY, open INTEGER DEFAULT 0, cluster BLOB, waiting INTEGER DEFAULT 0,"
    "  refused INTEGER DEFAULT 0, letters INTEGER DEFAULT 0, bytes INTEGER DEFAULT 0" /* letters: dead ones, of those that wait */
    ") WITHOUT ROWID;"
    "CREATE TABLE mark ("
    "  topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, event BLOB, PRIMARY KEY (topic, partition)"
    ") WITHOUT ROWID;"
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    /* An older version did not say what was in flight: any of them may have been. */
    "INSERT INTO lane (topic, open, waiting, refused, bytes)"
    "  SELECT topic, max(refused IS NULL), sum(refused IS NULL), sum(refused IS NOT NULL), sum(size) FROM outbox GROUP BY topic;"
    "CREATE TABLE written (day INTEGER PRIMARY KEY);" /* days on which keys were recorded */
    "INSERT INTO written SELECT DISTINCT day FROM seen;"
    /* Older versions forgot what was 60 days old, and nothing else. */
    "INSERT INTO counter SELECT 'forgotten_day', max(day) - 60 FROM seen HAVING max(day) IS NOT NULL;"
    "CREATE TRIGGER outbox_added AFTER INSERT ON outbox BEGIN"
    "  INSERT INTO lane (topic) SELECT NEW.topic WHERE NOT EXISTS (SELECT 1 FROM lane WHERE topic = NEW.topic);"
    "  UPDATE OR FAIL lane SET waiting = waiting + (NEW.refused IS NULL), refused = refused + (NEW.refused IS NOT NULL),"
    "    letters = letters + (NEW.stands_for IS NOT NULL), bytes = bytes + NEW.size WHERE topic = NEW.topic;"
    "END;"
    "CREATE TRIGGER outbox_removed AFTER DELETE ON outbox BEGIN"
    "  UPDATE OR FAIL lane SET waiting = waiting - (OLD.refused IS NULL), refused = refused - (OLD.refused IS NOT NULL),"
    "    letters = letters - (OLD.stands_for IS NOT NULL), bytes = bytes - OLD.size WHERE topic = OLD.topic;"
    "END;"
    "CREATE TRIGGER outbox_changed AFTER UPDATE ON outbox BEGIN"
    "  UPDATE OR FAIL lane SET waiting = waiting - (OLD.refused IS NULL), refused = refused - (OLD.refused IS NOT NULL),"
    "    letters = letters - (OLD.stands_for IS NOT NULL), bytes = bytes - OLD.size WHERE topic = OLD.topic;"
    "  INSERT INTO lane (topic) SELECT NEW.topic WHERE NOT EXISTS (SELECT 1 FROM lane WHERE topic = NEW.topic);"
    "  UPDATE OR FAIL lane SET waiting = waiting + (NEW.refused IS NULL), refused = refused + (NEW.refused IS NOT NULL),"
    "    letters = letters + (NEW.stands_for IS NOT NULL), bytes = bytes + NEW.size WHERE topic = NEW.topic;"
    "END;"
    "CREATE TRIGGER lane_has_rows BEFORE DELETE ON lane WHEN OLD.waiting <> 0 OR OLD.refused <> 0 BEGIN"
    "  SELECT RAISE(ABORT, 'rows of the outbox are counted here: delete those');"
    "END;"
    "CREATE TRIGGER lane_gone AFTER DELETE ON lane BEGIN DELETE FROM mark WHERE topic = OLD.topic; END;",
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
