#include "ops/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"

#define DOOR_MODE 0660
#define BACKLOG 64

static bool fail(char *error, size_t error_size, const char *path, const char *what)
{
    snprintf(error, error_size, "%s: %s", path, what);
    return false;
}

static int new_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* The process that listens there. */
static long listener_of(int fd)
{
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? (long)peer.pid : 0;
}

/* Delete a socket that a process left behind when it died. */
static bool clear_away(const struct sockaddr_un *address, char *error, size_t error_size)
{
    const char *path = address->sun_path;
    struct stat about;
    if (lstat(path, &about) != 0)
        return errno == ENOENT || fail(error, error_size, path, strerror(errno));
    if (!S_ISSOCK(about.st_mode))
        return fail(error, error_size, path, "this file is no socket: it is not touched");
    int fd = new_socket();
    if (fd < 0)
        return fail(error, error_size, path, strerror(errno));
    int status = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ? 0 : errno;
    long pid = status == 0 ? listener_of(fd) : 0;
    close(fd);
    if (status == 0 && pid)
        snprintf(error, error_size, "%s: process %ld listens there", path, pid);
    else if (status == 0 || status == EAGAIN)
        fail(error, error_size, path, "another process listens there");
    else if (status == ECONNREFUSED)
        return unlink(path) == 0 || errno == ENOENT || fail(error, error_size, path, strerror(errno));
    else
        fail(error, error_size, path, strerror(status));
    return false;
}

/* Who finds a socket dead and who replaces it must be one at a time; else two that start together take each other's. A lock on the
 * directory leaves no file behind. -1: without it, where that may not be read. */
static int lock_directory(const char *path)
{
    char *directory = xstrdup(path), *slash = strrchr(directory, '/');
    if (slash)
        slash[slash == directory] = '\0';
    int fd = open(slash ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(directory);
    return fd;
}

/* The file belongs to the owner alone until it has its mode. */
static bool take(struct door *d, const struct sockaddr_un *address, char *error, size_t error_size)
{
    struct stat about;
    const char *path = address->sun_path;
    d->fd = new_socket();
    if (d->fd < 0)
        return fail(error, error_size, path, strerror(errno));
    if (fchmod(d->fd, S_IRUSR | S_IWUSR) == 0 && bind(d->fd, (const struct sockaddr *)address, sizeof *address) == 0) {
        if (chmod(path, DOOR_MODE) == 0 && lstat(path, &about) == 0 && listen(d->fd, BACKLOG) == 0) {
            d->path = xstrdup(path);
            d->device = about.st_dev;
            d->inode = about.st_ino;
            return true;
        }
        fail(error, error_size, path, strerror(errno));
        unlink(path);
    } else {
        fail(error, error_size, path, strerror(errno));
    }
    close(d->fd);
    return false;
}

bool door_open(struct door *d, const char *path, char *error, size_t error_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *d = (struct door){0};
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(error, error_size, "%s: the path of a socket may have %zu bytes", path, sizeof address.sun_path - 1);
        return false;
    }
    strcpy(address.sun_path, path);
    int lock = lock_directory(path);
    bool good = lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0 || fail(error, error_size, path, "another process is opening a socket there");
    good = good && clear_away(&address, error, error_size) && take(d, &address, error, error_size);
    if (lock >= 0)
        close(lock);
    return good;
}

bool door_is_ours(const struct door *d)
{
    struct stat about;
    return d->path && lstat(d->path, &about) == 0 && about.st_dev == d->device && about.st_ino == d->inode;
}

void door_close(struct door *d)
{
    if (!d->path)
        return;
    if (door_is_ours(d))
        unlink(d->path);
    close(d->fd);
    free(d->path);
    *d = (struct door){0};
}
