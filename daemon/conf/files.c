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

static bool read_all(int fd, int stop, struct buf *text, char *error, size_t error_size)
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
        if (text->n > FILE_LARGEST) {
            snprintf(error, error_size, "larger than %d MB", FILE_LARGEST >> 20);
            return false;
        }
    }
}

static bool read_file(void *context, const char *path, struct buf *text, char *error, size_t error_size)
{
    const int *stop = context;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe that nobody writes is empty, and not waited for */
    struct stat about;
    bool good = false;
    if (fd < 0 || fstat(fd, &about) != 0)
        snprintf(error, error_size, "%s", strerror(errno));
    else if (S_ISDIR(about.st_mode))
        snprintf(error, error_size, "it is a directory; all files in it are  include \"%s/*.conf\";", path);
    else
        good = fcntl(fd, F_SETFL, 0) == 0 && read_all(fd, stop ? *stop : -1, text, error, error_size);
    if (fd >= 0)
        close(fd);
    return good;
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

const struct conf_reader conf_files = {read_file, glob_files, NULL};

struct conf_reader conf_files_until(int *stop)
{
    return (struct conf_reader){read_file, glob_files, stop};
}
