#include "store/open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "store/fault_disk.h"
#include "store/schema.h"
#include "store/store.h"

#define PAGE_SIZE "8192"                /* three alerts of 2 KB; of 4 KB one */
#define WAL_PAGES "500"                 /* checkpoint after so many */
#define OPEN_WAIT 2000                  /* ms: an operator's sqlite3 may hold it for a moment */
#define CHECKED_WHOLE (256ull << 20)    /* bytes; they are read in some tenths of a second */
#define CONVERTED_MOST (1ull << 30)     /* bytes; they are copied in some seconds */

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

static bool passes(struct store_files *f, const char *check, char *error)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(f->db, check, -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    const char *found = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
    bool good = found ? strcmp(found, "ok") == 0 || is_corrupt(f, found, error) : not_opened(f, "opened", error);
    sqlite3_finalize(st);
    return good;
}

/* Damage is better found now than in the middle of a night; quick_check reads each page once. But a start must not take minutes because
 * the broker was away for a week: of a large file only the tables are checked that do not grow with what waits. */
static bool is_sound(struct store_files *f, int version, char *error)
{
    static const char *const small[] = {"PRAGMA quick_check(feed)", "PRAGMA quick_check(lane)", "PRAGMA quick_check(mark)", "PRAGMA quick_check(counter)"};
    int pages = 0, page_size = 0;
    if (pragma_number(f->db, "PRAGMA page_count", &pages) != SQLITE_OK || pragma_number(f->db, "PRAGMA page_size", &page_size) != SQLITE_OK)
        return not_opened(f, "opened", error);
    f->page_size = (uint64_t)page_size;
    if ((uint64_t)pages * f->page_size <= CHECKED_WHOLE)
        return passes(f, "PRAGMA quick_check(1)", error);
    bool good = true;
    for (size_t i = 0; good && i < (version < 3 ? 1 : sizeof small / sizeof *small); i++)
        good = passes(f, small[i], error);
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
    bool good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                sqlite3_exec(db, "PRAGMA page_size=" PAGE_SIZE "; PRAGMA auto_vacuum=INCREMENTAL", NULL, NULL, NULL) == SQLITE_OK && store_migrate(db, 0);
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
    if (!is_ours(f, version, error) || !is_sound(f, *version, error))
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
    /* FAST: Debian has it ON, which writes every page that a deleted row leaves: alerts come and go, and are public in the end. */
    return good && sqlite3_exec(f->db, "PRAGMA secure_delete=FAST; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=" WAL_PAGES "; PRAGMA journal_size_limit=16777216;"
                                 " PRAGMA temp_store=MEMORY",
                                NULL, NULL, NULL) == SQLITE_OK;
}

/* ---- Giving free pages back to the disk ---- */

/* VACUUM writes a copy beside and then all of that to the log. */
static const char *why_not_converted(const struct store_files *f, uint64_t size)
{
    char folder[sizeof f->path];
    struct statvfs disk;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(f->path, '/') - f->path), f->path);
    if (size > CONVERTED_MOST)
        return "it is large";
    if (statvfs(*folder ? folder : "/", &disk) != 0 || (uint64_t)disk.f_bavail * disk.f_frsize < 2 * size + (16u << 20))
        return "there is no room for a copy";
    return NULL;
}

static bool convert(struct store_files *f)
{
    log_notice("%s: is converted once, so that it can shrink", f->path);
    /* The copy goes to the state directory, of which the room is known, and not to memory. */
    sqlite3_temp_directory = sqlite3_mprintf("%.*s", (int)(strrchr(f->path, '/') - f->path), f->path);
    bool good = sqlite3_exec(f->db, "PRAGMA temp_store=FILE; PRAGMA auto_vacuum=INCREMENTAL; VACUUM", NULL, NULL, NULL) == SQLITE_OK;
    char why[STORE_ERROR] = "";
    snprintf(why, sizeof why, "%s", good ? "" : sqlite3_errmsg(f->db));
    sqlite3_exec(f->db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = NULL;
    if (!good)
        log_warning("%s: stays as large as it once was: it cannot be converted: %s", f->path, why);
    return good;
}

/* A database that an older version made cannot shrink until it is written anew. That may fail: it works all the same. */
static void make_shrinkable(struct store_files *f)
{
    int mode = 0, pages = 0;
    bool known = pragma_number(f->db, "PRAGMA auto_vacuum", &mode) == SQLITE_OK && pragma_number(f->db, "PRAGMA page_count", &pages) == SQLITE_OK;
    f->shrinks = known && mode == 2;
    if (!known || f->shrinks)
        return;
    const char *why = why_not_converted(f, (uint64_t)pages * f->page_size);
    if (!why)
        f->shrinks = convert(f);
    else
        log_notice("%s: stays as large as it once was: it is not converted, as %s; while newswatchd is stopped: sqlite3 %s 'PRAGMA auto_vacuum=2; VACUUM'",
                   f->path, why, f->path);
}

/* ---- Being there ---- */

static struct store_file file_of(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 ? (struct store_file){about.st_dev, about.st_ino} : (struct store_file){0, 0};
}

static bool is_there(const char *path, const struct store_file *was, const char *remedy, char *error)
{
    if (!was->number)
        return true;
    struct stat about;
    bool found = stat(path, &about) == 0;
    if (found && about.st_dev == was->device && about.st_ino == was->number)
        return true;
    if (!found && errno != ENOENT && errno != ENOTDIR)
        snprintf(error, STORE_ERROR, "%.200s: cannot be reached: %s; nothing more is stored until it can be", path, strerror(errno));
    else
        snprintf(error, STORE_ERROR, "%.200s: was %s while newswatchd uses it; nothing more is stored, as the next start would not find it: %s", path,
                 found ? "replaced" : "removed", remedy);
    return false;
}

static void log_path(const struct store_files *f, char path[sizeof f->path + 8])
{
    snprintf(path, sizeof f->path + 8, "%s-wal", f->path);
}

bool store_files_are_there(const struct store_files *f, char *error)
{
    char path[sizeof f->path + 8];
    log_path(f, path);
    return is_there(f->path, &f->database, "put it back, or restart newswatchd to go on with what is there", error) &&
           is_there(path, &f->log, "stop newswatchd in order, which saves what it holds, and start it again", error);
}

static void note_files(struct store_files *f)
{
    char path[sizeof f->path + 8];
    log_path(f, path);
    f->database = file_of(f->path);
    f->log = file_of(path);
}

/* ---- Opening ---- */

static bool open_database(struct store_files *f, char *error)
{
    struct stat about;
    if (stat(f->path, &about) != 0 && errno == ENOENT && !create_database(f, error))
        return false;
    if (sqlite3_open_v2(f->path, &f->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return not_opened(f, "opened", error);
    sqlite3_busy_timeout(f->db, OPEN_WAIT);
    int version = 0;
    if (!check_database(f, &version, error))
        return false;
    if (!set_modes(f) || !store_migrate(f->db, version))
        return not_opened(f, "written", error);
    make_shrinkable(f);
    note_files(f);
    return true;
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
