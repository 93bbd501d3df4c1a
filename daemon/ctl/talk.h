/* Talking to the running daemon over its control socket. */
#ifndef CTL_TALK_H
#define CTL_TALK_H

#include "ctl/tree.h"

enum { TALK_GOOD = 0, TALK_REFUSED = 1, TALK_NOBODY = 3 }; /* exit statuses, beside CTL_WRONG */

struct talk {
    const char *command;
    /* What was asked for. */
    const char *socket, *conf; /* NULL: not given */
    bool json;
    /* Only of the outbox. */
    bool refused;
    const char *topic;         /* NULL: not given */
    int64_t most;              /* 0: not given */
    char *path;                /* of the socket that it talks to */
};

/* Read the options, which may stand between the arguments. -1 to go on, or the exit status. talk_end is due in any case. */
int talk_begin(struct talk *, int argc, char **argv, bool outbox);
int talk_first(int argc); /* the place of the first argument in argv; 0: there is none */
void talk_end(struct talk *);
/* Say what is wrong with the call; CTL_WRONG. */
int talk_wrong(const struct talk *, const char *what, const char *name);

/* Ask, and read the answer into the arena. TALK_GOOD, or the exit status when the daemon says no or there is none: then the reason was shown. */
int talk_ask(const struct talk *, const char *method, const char *path, struct arena *, const struct tree **);

/* For programs: in one line. */
void talk_json(const struct tree *);
/* For people. A text of the answer in one line, nothing when it is not there. */
void talk_put(const struct tree *, const char *before, const char *path, const char *after);
#define TALK_SIZE 24
char *talk_size(int64_t bytes, char out[TALK_SIZE]); /* "2.1 MB" */
/* A length of time that the answer has in seconds; "" when it is not there. */
const char *talk_span(const struct tree *, const char *path, char out[]);

int ctl_status(int argc, char **argv);
int ctl_outbox(int argc, char **argv);
int ctl_reload(int argc, char **argv);

#endif
