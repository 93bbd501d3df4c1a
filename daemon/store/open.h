/* The way to the database: the lock, its creation, the checks before anything is written. Private to this folder. */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include <sqlite3.h>
#include <stdbool.h>

struct store_files {
    char path[4096]; /* of the database */
    int lock;        /* the lock file */
    sqlite3 *db;
};

/* On false, with a reason in `error` (STORE_ERROR bytes), it is still to be closed. */
bool store_files_open(struct store_files *, const char *dir, char *error);
void store_files_close(struct store_files *);

#endif
