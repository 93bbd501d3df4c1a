/* A listening unix-domain socket and its file. Private to this folder. */
#ifndef OPS_DOOR_H
#define OPS_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Zeroed it is closed. */
struct door {
    char *path; /* NULL: closed */
    int fd;
    dev_t device;
    ino_t inode;
};

/* See control_listen. false with a reason in `error`. */
bool door_open(struct door *, const char *path, char *error, size_t error_size);
/* Does the file at the path still lead here? */
bool door_is_ours(const struct door *);
void door_close(struct door *);

#endif
