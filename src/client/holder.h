/* holder.h -- the process that a run is to hang on, when that is not the one
 * that reports: a script that calls `headway set` again and again. */
#ifndef HEADWAY_HOLDER_H
#define HEADWAY_HOLDER_H

#include <sys/types.h>

struct holder {
	pid_t pid;  /* 0: none */
	int pidfd;  /* -1: none, or the kernel has none (before Linux 5.3) */
};

/* 0 and *h, or an errno: ESRCH, there is no such living process; EINVAL, it is
 * a thread. */
int holder_of_pid(pid_t pid, struct holder *h);

/* By HEADWAY_PID, which `headway run` sets; none if it is not set or names no
 * living process that was itself started with it.  So neither a pid that has
 * been given away again nor the number of another pid namespace is believed. */
struct holder holder_of_environment(void);

#endif
