/* Where a daemon keeps its state and is talked to, as its configuration and systemd say. */
#ifndef PLACE_H
#define PLACE_H

#include "conf/conf.h"

/* The state directory: `state`, else $STATE_DIRECTORY. To be freed; NULL: nobody says. */
char *place_state(const struct conf *);
/* The control socket: `control`, else in the first of $RUNTIME_DIRECTORY, else in the state directory. To be freed; NULL: off. */
char *place_control(const struct conf *, const char *state);
/* In the first of $RUNTIME_DIRECTORY; NULL where systemd gave none. */
char *place_runtime_control(void);

#endif
