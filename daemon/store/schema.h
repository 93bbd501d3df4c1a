/* The database's shape: a list of steps, each from one user_version to the next. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <sqlite3.h>
#include <stdbool.h>

#define STORE_APPLICATION_ID 0x6e777764 /* "nwwd" */
#define STORE_ROW_COST "100" /* bytes that a row of the outbox costs beside its message, about */
extern const int store_schema_version;

/* Bring the database from `version` to the newest, in one transaction. false: sqlite3_errmsg tells. */
bool store_migrate(sqlite3 *, int version);

#endif
