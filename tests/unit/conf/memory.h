/* A reader of files that exist in memory only. */
#ifndef MEMORY_H
#define MEMORY_H

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf/conf.h"

struct memory_file {
    const char *path;
    struct sv text;
    const char *error; /* instead of the text: why it cannot be read */
};

struct memory {
    const struct memory_file *files;
    size_t count;
};

static inline bool memory_read(void *context, const char *path, struct buf *text, char *error, size_t error_size)
{
    const struct memory *m = context;
    for (size_t i = 0; i < m->count; i++) {
        const struct memory_file *f = &m->files[i];
        if (strcmp(f->path, path) != 0)
            continue;
        snprintf(error, error_size, "%s", f->error ? f->error : "");
        buf_sv(text, f->text);
        return !f->error;
    }
    snprintf(error, error_size, "no such file");
    return false;
}

static inline int memory_order(const void *a, const void *b)
{
    return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

static inline bool memory_glob(void *context, const char *pattern, struct arena *a, struct sv **paths, size_t *count, char *error, size_t error_size)
{
    const struct memory *m = context;
    (void)error, (void)error_size;
    *count = 0;
    *paths = arena_array(a, m->count + 1, sizeof **paths);
    for (size_t i = 0; i < m->count; i++)
        if (fnmatch(pattern, m->files[i].path, FNM_PATHNAME | FNM_PERIOD) == 0)
            (*paths)[(*count)++] = sv_of(m->files[i].path);
    qsort(*paths, *count, sizeof **paths, memory_order);
    if (*count == 0 && !strpbrk(pattern, "*?["))
        (*paths)[(*count)++] = sv_dup(a, sv_of(pattern));
    return true;
}

static inline int memory_read_value(void *context, const char *path, size_t most, struct buf *text, bool *open, char *error, size_t error_size)
{
    const struct memory *m = context;
    bool known = false;
    for (size_t i = 0; i < m->count; i++)
        known = known || strcmp(m->files[i].path, path) == 0;
    *open = false;
    if (!memory_read(context, path, text, error, error_size))
        return known ? -1 : 0;
    if (text->n <= most)
        return 1;
    snprintf(error, error_size, "larger than %zu bytes", most);
    return -1;
}

static inline struct conf_reader memory_reader(const struct memory *m)
{
    return (struct conf_reader){
        .read = memory_read, .glob = memory_glob, .read_value = memory_read_value, .context = (void *)(uintptr_t)m};
}

#endif
