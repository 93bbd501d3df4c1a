#include "store/open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/fault_disk.h"
#include "store/schema.h"
#include "store/store.h"

#define WAL_PAGES "1000" /* checkpoint after so many */

/* The lock goes before everything else: a second process must not touch the database at all. It is the kernel's, so that it
 * dies with its holder. */
static bool take_lock(struct store_files *f, const char *dir, char *error)
{
    char path[4096 + 16];
    snprintf(path, sizeof path, "%s/lock", dir);
    f->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (f->lock < 0) {
        snprintf(error, STORE_ERROR, "%s: cannot be opened: %s", path, strerror(errno));
        return false;
    }
    char pid[32] = "";
    if (flock(f->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK && read(f->lock, pid, sizeof pid - 1) <= 0)
            strcpy(pid, "?");
        if (*pid)
            snprintf(error, STORE_ERROR, "%s: is held by another process (pid %.*s)", dir, (int)strcspn(pid, "\n"), pid);
        else
            snprintf(error, STORE_ERROR, "%s: cannot be locked: %s", path, strerror(errno));
        return false;
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(f->lock, 0) != 0 || pwrite(f->lock, pid, (size_t)n, 0) != n) {
        snprintf(error, STORE_ERROR, "%s: cannot be written: %s", path, strerror(errno));
        return false;
    }
    return true;
}

static int pragma_number(sqlite3 *db, const char *name, int *value)
{
    sqlite3_stmt *st;
    int rc = sqlite3_prepare_v2(db, name, -1, &st, NULL);
    if (rc != SQLITE_OK)
        return rc;
    rc = sqlite3_step(st);
    if (rc == SQLITE_ROW)
        *value = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static bool is_damage(sqlite3 *db)
{
    int code = sqlite3_errcode(db) & 0xFF;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

static bool is_corrupt(const struct store_files *f, const char *why, char *error)
{
    snprintf(error, STORE_ERROR, "%s: is corrupt (%s); move it away, with its -wal, to begin anew, or restore a copy: nothing was changed", f->path, why);
    return false;
}

/* SQLite's last error, as one of opening. */
static bool not_opened(const struct store_files *f, const char *what, char *error)
{
    if (is_damage(f->db))
        return is_corrupt(f, sqlite3_errmsg(f->db), error);
    snprintf(error, STORE_ERROR, "%s: cannot be %s: %s", f->path, what, sqlite3_errmsg(f->db));
    return false;
}

/* Damage is better found now than in the middle of a night; quick_check reads each page once. */
static bool is_sound(struct store_files *f, char *error)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(f->db, "PRAGMA quick_check(1)", -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    const char *found = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
    bool good = found ? strcmp(found, "ok") == 0 || is_corrupt(f, found, error) : not_opened(f, "opened", error);
    sqlite3_finalize(st);
    return good;
}

static bool is_ours(struct store_files *f, int *version, char *error)
{
    int application = 0;
    if (pragma_number(f->db, "PRAGMA user_version", version) != SQLITE_OK || pragma_number(f->db, "PRAGMA application_id", &application) != SQLITE_OK)
        return not_opened(f, "opened", error);
    if (application != STORE_APPLICATION_ID) {
        snprintf(error, STORE_ERROR, "%s: is a database of another program: nothing was changed", f->path);
        return false;
    }
    if (*version > store_schema_version) {
        snprintf(error, STORE_ERROR, "%s: was written by a newer newswatchd (its version is %d, this one knows %d): nothing was changed", f->path,
                 *version, store_schema_version);
        return false;
    }
    return true;
}

/* A new name is on the disk when its folder is. */
static bool sync_folder(const char *path)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    int fd = open(*folder ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

/* A new database appears under its name when it is whole, so that an empty file there is always a damaged one. */
static bool create_database(struct store_files *f, char *error)
{
    char path[sizeof f->path + 8];
    snprintf(path, sizeof path, "%s-wal", f->path);
    if (access(path, F_OK) == 0) { /* SQLite would work it into the new one */
        snprintf(error, STORE_ERROR, "%s: is there without its database; move it away too to begin anew: nothing was changed", path);
        return false;
    }
    snprintf(path, sizeof path, "%s.new", f->path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640); /* its mode, and a plain word when it cannot be made */
    if (fd < 0) {
        snprintf(error, STORE_ERROR, "%s: cannot be created: %s", f->path, strerror(errno));
        return false;
    }
    close(fd);
    sqlite3 *db = NULL;
    bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK && store_migrate(db, 0);
    if (!good)
        snprintf(error, STORE_ERROR, "%s: cannot be created: %s", f->path, sqlite3_errmsg(db));
    sqlite3_close(db);
    if (good && (rename(path, f->path) != 0 || !sync_folder(f->path))) {
        snprintf(error, STORE_ERROR, "%s: cannot be created: %s", f->path, strerror(errno));
        good = false;
    }
    if (!good)
        unlink(path);
    return good;
}

/* Nothing is written before it is known to be sound, ours and not newer: not even the last writer's log is worked in, which
 * SQLite would do at a close. */
static bool check_database(struct store_files *f, int *version, char *error)
{
    struct stat about;
    sqlite3_db_config(f->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (stat(f->path, &about) == 0 && about.st_size == 0)
        return is_corrupt(f, "it is empty", error);
    if (!is_ours(f, version, error) || !is_sound(f, error))
        return false;
    if (sqlite3_db_readonly(f->db, "main")) {
        snprintf(error, STORE_ERROR, "%s: cannot be written: it is read-only", f->path);
        return false;
    }
    sqlite3_db_config(f->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return true;
}

static bool set_modes(struct store_files *f)
{
    sqlite3_stmt *st = NULL;
    bool good = sqlite3_prepare_v2(f->db, "PRAGMA journal_mode=WAL", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW &&
                strcmp((const char *)sqlite3_column_text(st, 0), "wal") == 0;
    sqlite3_finalize(st);
    return good && sqlite3_exec(f->db, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=" WAL_PAGES "; PRAGMA journal_size_limit=16777216;"
                                 " PRAGMA temp_store=MEMORY",
                                NULL, NULL, NULL) == SQLITE_OK;
}

static bool open_database(struct store_files *f, char *error)
{
    struct stat about;
    if (stat(f->path, &about) != 0 && errno == ENOENT && !create_database(f, error))
        return false;
    if (sqlite3_open_v2(f->path, &f->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return not_opened(f, "opened", error);
    sqlite3_busy_timeout(f->db, 2000); /* an operator's sqlite3 may hold it for a moment */
    int version = 0;
    if (!check_database(f, &version, error))
        return false;
    return (set_modes(f) && store_migrate(f->db, version)) || not_opened(f, "written", error);
}

bool store_files_open(struct store_files *f, const char *dir, char *error)
{
    f->lock = -1;
    fault_disk();
    if (strlen(dir) > sizeof f->path - 32) {
        snprintf(error, STORE_ERROR, "the state directory's name is too long");
        return false;
    }
    snprintf(f->path, sizeof f->path, "%s/newswatchd.db", dir);
    if (mkdir(dir, 0750) != 0 && errno != EEXIST) {
        snprintf(error, STORE_ERROR, "%s: cannot be created: %s", dir, strerror(errno));
        return false;
    }
    return take_lock(f, dir, error) && open_database(f, error);
}

void store_files_close(struct store_files *f)
{
    sqlite3_close(f->db);
    if (f->lock >= 0)
        close(f->lock);
}
