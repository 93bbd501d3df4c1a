/* A disk that fails on demand, between SQLite and the real one. While `allowed` is not negative it counts down with each call of the
 * kind that is to fail; when it is 0 they fail with `code`. */
#ifndef FAULTY_H
#define FAULTY_H

#include <limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

enum faulty_kind { FAULTY_WRITE = 1, FAULTY_SYNC = 2, FAULTY_READ = 4, FAULTY_SHARED = 8 };

static struct {
    int kinds;   /* which calls are counted, and fail */
    int allowed; /* that still succeed; -1: all */
    int code;
    unsigned failed;
} faulty = {.allowed = -1};

static inline void faulty_after(int kinds, int allowed, int code)
{
    faulty.kinds = kinds;
    faulty.allowed = allowed;
    faulty.code = code;
    faulty.failed = 0;
}

static inline void faulty_none(void) { faulty.allowed = -1; }

static inline bool faulty_fails(int kind)
{
    if (faulty.allowed < 0 || !(faulty.kinds & kind))
        return false;
    if (faulty.allowed > 0) {
        faulty.allowed--;
        return false;
    }
    faulty.failed++;
    return true;
}

struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real;
};

#define FAULTY_REAL(f) (((struct faulty_file *)(f))->real)
#define FAULTY_CALL(f, method, ...) FAULTY_REAL(f)->pMethods->method(FAULTY_REAL(f), ##__VA_ARGS__)

static inline int faulty_close(sqlite3_file *f) { return FAULTY_CALL(f, xClose); }
static inline int faulty_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return faulty_fails(FAULTY_READ) ? faulty.code : FAULTY_CALL(f, xRead, p, n, at);
}
static inline int faulty_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    return faulty_fails(FAULTY_WRITE) ? faulty.code : FAULTY_CALL(f, xWrite, p, n, at);
}
static inline int faulty_truncate(sqlite3_file *f, sqlite3_int64 n) { return FAULTY_CALL(f, xTruncate, n); }
static inline int faulty_sync(sqlite3_file *f, int flags)
{
    return faulty_fails(FAULTY_SYNC) ? faulty.code : FAULTY_CALL(f, xSync, flags);
}
static inline int faulty_size(sqlite3_file *f, sqlite3_int64 *n) { return FAULTY_CALL(f, xFileSize, n); }
static inline int faulty_lock(sqlite3_file *f, int level) { return FAULTY_CALL(f, xLock, level); }
static inline int faulty_unlock(sqlite3_file *f, int level) { return FAULTY_CALL(f, xUnlock, level); }
static inline int faulty_reserved(sqlite3_file *f, int *is) { return FAULTY_CALL(f, xCheckReservedLock, is); }
static inline int faulty_control(sqlite3_file *f, int op, void *p) { return FAULTY_CALL(f, xFileControl, op, p); }
static inline int faulty_sector(sqlite3_file *f) { return FAULTY_CALL(f, xSectorSize); }
static inline int faulty_traits(sqlite3_file *f) { return FAULTY_CALL(f, xDeviceCharacteristics); }
static inline int faulty_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **p)
{
    return extend && faulty_fails(FAULTY_SHARED) ? faulty.code : FAULTY_CALL(f, xShmMap, page, size, extend, p);
}
static inline int faulty_shm_lock(sqlite3_file *f, int at, int n, int flags) { return FAULTY_CALL(f, xShmLock, at, n, flags); }
static inline void faulty_shm_barrier(sqlite3_file *f) { FAULTY_CALL(f, xShmBarrier); }
static inline int faulty_shm_unmap(sqlite3_file *f, int drop) { return FAULTY_CALL(f, xShmUnmap, drop); }

static const sqlite3_io_methods faulty_methods = {
    2, faulty_close, faulty_read, faulty_write, faulty_truncate, faulty_sync, faulty_size, faulty_lock, faulty_unlock, faulty_reserved,
    faulty_control, faulty_sector, faulty_traits, faulty_shm_map, faulty_shm_lock, faulty_shm_barrier, faulty_shm_unmap, NULL, NULL};

static inline int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *got)
{
    sqlite3_vfs *real = vfs->pAppData;
    struct faulty_file *f = (struct faulty_file *)file;
    f->real = (sqlite3_file *)(f + 1);
    int rc = real->xOpen(real, name, f->real, flags, got);
    f->base.pMethods = f->real->pMethods ? &faulty_methods : NULL;
    return rc;
}

/* From here on each database of this process is on it. */
static inline void faulty_install(void)
{
    static sqlite3_vfs vfs;
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (real == &vfs)
        return;
    vfs = *real;
    vfs.zName = "faulty";
    vfs.pAppData = real;
    vfs.szOsFile = real->szOsFile + (int)sizeof(struct faulty_file);
    vfs.xOpen = faulty_open;
    sqlite3_vfs_register(&vfs, 1);
}

#endif
