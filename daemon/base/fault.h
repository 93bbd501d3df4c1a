/* Faults on demand, for the tests of what must survive them. They are in a build with FAULTS=1 alone; in every other one all of this
 * compiles to nothing. What they do is asked of the environment:
 *
 * NEWSWATCHD_FAULT=POINT:N         the process is killed when it passes FAULT("POINT") for the Nth time, counted from 1
 * NEWSWATCHD_FAULT=FIRST+POINT:N   ... for the Nth time of those that are the next passing of POINT after one of FIRST
 * NEWSWATCHD_CLOCK=FILE            the wall clock goes wrong by as many milliseconds as the file says, whenever it is asked
 * NEWSWATCHD_DISK_FULL=FILE        while the file is there, the store's disk is full
 * NEWSWATCHD_SETTLE=MS             how long a read-back waits for what may still come */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdint.h>

#ifdef FAULTS
/* Passes a point. Any thread may. Points are named for what has just been done there. */
void fault_pass(const char *point);
/* By how many milliseconds the wall clock is wrong now. */
int64_t fault_clock(void);
/* The number that the variable holds, or `otherwise`. */
int64_t fault_number(const char *variable, int64_t otherwise);

#define FAULT(point) fault_pass(point)
#else
#define FAULT(point) ((void)0)
#define fault_clock() 0
#define fault_number(variable, otherwise) (otherwise)
#endif

#endif
