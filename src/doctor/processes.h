/* processes.h -- the responders that run on this machine, as proc(5) shows them
 * to us: who they are, and where they look for the broker.  Changes nothing. */
#ifndef HEADWAY_DOCTOR_PROCESSES_H
#define HEADWAY_DOCTOR_PROCESSES_H

#include "doctor/seen.h"

/* Returns how many, `max` at most.  Those that are hidden from us (hidepid) are
 * not there; what is hidden of one is left empty. */
size_t processes_find(struct seen_process *found, size_t max);

/* Does a process of this number run, and does the kernel call it so? */
bool processes_is(pid_t pid, const char *program);

#endif
