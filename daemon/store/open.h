/* The way to the database: the lock, its creation, the checks before anything is written. Private to this folder. */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct store_files {
    char path[4096]; /* of the database */
    int lock;        /* the lock file */
    sqlite3 *db;
    struct store_file {
        dev_t device;
        ino_t number; /* 0: not known */
    } database, log; /* as they were opened */
    uint64_t page_size;
    bool shrinks;    /* free pages can be given back to the disk */
};

/* On false, with a reason in `error` (STORE_ERROR bytes), it is still to be closed. */
bool store_files_open(struct store_files *, const char *dir, char *error);
/* Are database and log still what they were? */
bool store_files_are_there(const struct store_files *, char *error);
void store_files_close(struct store_files *);

#endif
