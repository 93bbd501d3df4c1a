/* newswatchctl: each command is a function that takes its own arguments (argv[0] is its name) and returns the exit status. */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include "base/sv.h"

enum { CTL_WRONG = 2 }; /* the exit status of a call that is wrong, of any command */

int ctl_parse(int argc, char **argv);
int ctl_try(int argc, char **argv);

void ctl_usage(void); /* to stdout */

/* Hand over the bytes of a file, of stdin ("-"), or of what is at a URL. `begin` tells its URL and content type, as far as they
 * are known, before the first `data`; data returns false when it wants no more. false with a reason (one line) in `error`. */
struct ctl_reader {
    void (*begin)(void *context, struct sv url, struct sv content_type);
    bool (*data)(void *context, const char *bytes, size_t n);
    void *context;
};
bool ctl_read(const char *from, const struct ctl_reader *, char *error, size_t error_size);

#endif
