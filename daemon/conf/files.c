/* The reader for the file system. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"

#define FILE_LARGEST (64 << 20)

/* Wait for bytes, or for the order to stop: false. */
static bool wait_for(int fd, int stop)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0 && (errno == EINTR || errno == EAGAIN))
        ;
    return fds[1].revents == 0;
}

static bool read_all(int fd, int stop, size_t most, struct buf *text, char *error, size_t error_size)
{
    for (;;) {
        if (stop >= 0 && !wait_for(fd, stop)) {
            snprintf(error, error_size, "not read to its end: the program stops");
            return false;
        }
        buf_reserve(text, 65536);
        ssize_t n = read(fd, text->p + text->n, text->capacity - text->n);
        if (n == 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            snprintf(error, error_size, "%s", strerror(errno));
            return false;
        }
        text->n += (size_t)n;
        if (text->n > most) {
            snprintf(error, error_size, "larger than %zu %s", most >> 20 ? most >> 20 : most >> 10, most >> 20 ? "MB" : "kB");
            return false;
        }
    }
}

static bool read_up_to(const int *stop, const char *path, size_t most, struct buf *text, struct stat *about, char *error, size_t error_size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe that nobody writes is empty, and not waited for */
    bool good = false;
    if (fd < 0 || fstat(fd, about) != 0)
        snprintf(error, error_size, "%s", strerror(errno));
    else if (S_ISDIR(about->st_mode))
        snprintf(error, error_size, "it is a directory");
    else
        good = fcntl(fd, F_SETFL, 0) == 0 && read_all(fd, stop ? *stop : -1, most, text, error, error_size);
    if (fd >= 0)
        close(fd);
    return good;
}

static bool read_file(void *context, const char *path, struct buf *text, char *error, size_t error_size)
{
    struct stat about;
    bool good = read_up_to(context, path, FILE_LARGEST, text, &about, error, error_size);
    if (!good && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        snprintf(error, error_size, "it is a directory; all files in it are  include \"%s/*.conf\";", path);
    return good;
}

/* Nobody else comes to a file through a folder that is closed to others. */
static bool is_reachable(const char *path)
{
    struct stat about;
    char *real = realpath(path, NULL);
    bool open = real != NULL;
    for (char *slash; open && (slash = strrchr(real, '/')) && slash > real;) {
        *slash = '\0';
        open = stat(real, &about) == 0 && about.st_mode & S_IXOTH;
    }
    free(real);
    return open;
}

static int read_value(void *context, const char *path, size_t most, struct buf *text, bool *open, char *error, size_t error_size)
{
    struct stat about;
    if (!read_up_to(context, path, most, text, &about, error, error_size))
        return access(path, F_OK) != 0 && errno == ENOENT ? 0 : -1;
    *open = S_ISREG(about.st_mode) && about.st_mode & S_IROTH && is_reachable(path);
    return 1;
}

static uint64_t mix(uint64_t stamp, uint64_t value)
{
    return (stamp ^ value) * 0x9E3779B97F4A7C15 ^ (stamp >> 29);
}

/* Whoever writes a file, or puts another one in its place, changes one of these. */
static uint64_t stamp(void *context, const char *path)
{
    (void)context;
    struct stat s;
    if (stat(path, &s) != 0)
        return 0;
    const uint64_t facts[] = {s.st_dev, s.st_ino, (uint64_t)s.st_size, (uint64_t)s.st_mtim.tv_sec, (uint64_t)s.st_mtim.tv_nsec,
                              (uint64_t)s.st_ctim.tv_sec, (uint64_t)s.st_ctim.tv_nsec};
    uint64_t result = 1;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        result = mix(result, facts[i]);
    return result ? result : 1;
}

static int compare_paths(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

static bool glob_files(void *context, const char *pattern, struct arena *a, struct sv **paths, size_t *count, char *error, size_t error_size)
{
    (void)context;
    glob_t found;
    int result = glob(pattern, GLOB_NOSORT | GLOB_ERR, NULL, &found);
    if (result != 0 && result != GLOB_NOMATCH) {
        snprintf(error, error_size, "%s", result == GLOB_NOSPACE ? "too many files" : strerror(errno));
        return false;
    }
    size_t n = result == 0 ? found.gl_pathc : 0;
    bool wild = strpbrk(pattern, "*?[") != NULL;
    *count = n ? n : !wild;
    *paths = arena_array(a, *count, sizeof **paths);
    for (size_t i = 0; i < n; i++)
        (*paths)[i] = sv_dup(a, sv_of(found.gl_pathv[i]));
    if (n == 0 && !wild)
        (*paths)[0] = sv_dup(a, sv_of(pattern));
    qsort(*paths, n, sizeof **paths, compare_paths);
    globfree(&found);
    return true;
}

const struct conf_reader conf_files = {.read = read_file, .glob = glob_files, .read_value = read_value, .stamp = stamp};

struct conf_reader conf_files_until(int *stop)
{
    struct conf_reader reader = conf_files;
    reader.context = stop;
    return reader;
}
