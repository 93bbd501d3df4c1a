/* A full disk on demand, for tests: see base/fault.h. */
#ifndef STORE_FAULT_DISK_H
#define STORE_FAULT_DISK_H

#ifdef FAULTS
/* From now on SQLite's writes fail as on a full disk while the file that NEWSWATCHD_DISK_FULL names is there. */
void fault_disk(void);
#else
#define fault_disk() ((void)0)
#endif

#endif
