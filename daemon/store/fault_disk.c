#include "store/fault_disk.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* SQLite's own layer over the system is asked to write through these: what it makes of an error is then its own doing, as on a real disk. */

static bool is_full(void)
{
    const char *path = getenv("NEWSWATCHD_DISK_FULL");
    return path && access(path, F_OK) == 0;
}

/* The disk takes the first half: what cannot be written whole was not always left unwritten. */
static ssize_t full_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    if (!is_full())
        return pwrite(fd, bytes, n, at);
    if (n > 1)
        return pwrite(fd, bytes, n / 2, at);
    errno = ENOSPC;
    return -1;
}

static ssize_t full_write(int fd, const void *bytes, size_t n)
{
    if (!is_full())
        return write(fd, bytes, n);
    errno = ENOSPC;
    return -1;
}

void fault_disk(void)
{
    static const struct {
        const char *name;
        sqlite3_syscall_ptr call;
    } calls[] = {
        {"pwrite", (sqlite3_syscall_ptr)full_pwrite}, {"pwrite64", (sqlite3_syscall_ptr)full_pwrite},
        {"write", (sqlite3_syscall_ptr)full_write},
    };
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (vfs->xSetSystemCall(vfs, calls[i].name, calls[i].call) != SQLITE_OK)
            abort(); /* a test that asks in vain must not pass */
}
