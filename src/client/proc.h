/* proc.h -- what /proc says of processes (proc(5)); nothing is kept. */
#ifndef HEADWAY_PROC_H
#define HEADWAY_PROC_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct proc {
	pid_t pid, parent, session;
	uint64_t start; /* ticks since boot: with the pid, no other process */
};

/* False: there is no such process, or /proc does not show it. */
bool proc_look(pid_t pid, struct proc *p);

/* Was `entry`, such as "NAME=VALUE", in its environment when it was executed?
 * False too if that is not to be had: another user's, or written over. */
bool proc_has_environ(pid_t pid, const char *entry);

/* Is the signal pending for the process as a whole, that is: sent and blocked? */
bool proc_has_pending(pid_t pid, int sig);

/* Calls `each` for every process; false if /proc cannot be read. */
bool proc_each(void (*each)(void *arg, const struct proc *p), void *arg);

/* pidfd_open(2) of exactly this process, close-on-exec; -1: it is gone. */
int proc_open(const struct proc *p);

/* pidfd_open(2), close-on-exec.  -1 and errno: ESRCH if there is no such
 * process, ENOSYS before Linux 5.3. */
int pidfd_open_process(pid_t pid);
int pidfd_signal(int pidfd, int sig);

#endif
