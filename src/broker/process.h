/* process.h -- processes by the kernel's word: which one it is, whether it
 * lives, and how it ended.
 *
 * A pid is no identity: it is given away again, and counts differently in each
 * pid namespace.  So a process is taken hold of by a pidfd (pidfd_open(2),
 * Linux 5.3), and is known again by the inode of that where pidfds are inodes
 * of a file system of their own, unique while the machine runs (Linux 6.9);
 * else by its pid and its start time, proc_pid_stat(5), field 22; and where
 * /proc hides that, not at all. */
#ifndef HEADWAY_PROCESS_H
#define HEADWAY_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What may be asked of this kernel.  All of it is tried and may fail; a test
 * says false to be on an older one. */
struct kernel {
	bool peer_pidfd; /* SO_PEERPIDFD: Linux 6.5 */
	bool pidfs;      /* unique inodes: Linux 6.9 */
	bool exit_info;  /* PIDFD_GET_INFO with PIDFD_INFO_EXIT: Linux 6.15 */
	bool proc;       /* /proc is mounted, and shows other users' processes */
};

extern const struct kernel kernel_here;

struct process {
	pid_t pid;      /* in our namespace; 0: it has none there */
	uint64_t inode; /* 0: not known */
	uint64_t start; /* ticks since boot; 0: not known */
};

/* False if either is not known well enough to tell. */
bool process_same(const struct process *a, const struct process *b);

/* Who has connected to a Unix socket of ours (unix(7)). */
struct caller {
	struct process process;
	uid_t uid;
	bool near; /* seen to be in our pid namespace: a pid means the same to both */
};

struct caller process_caller(const struct kernel *k, int fd);

/* A pidfd of the process that has connected, `who` by process_caller(); -1 if
 * there is none to be had for certain: the process is gone, or hidden, or
 * descriptors have run out. */
int process_open_caller(const struct kernel *k, int fd, const struct process *who);

/* pidfd_open(2): -1 and errno, ESRCH if there is no such process. */
int process_open(pid_t pid);

bool process_is_pidfd(int fd);
struct process process_of(const struct kernel *k, int pidfd);
bool process_dead(int pidfd); /* also while its parent has not waited for it */

/* Is `pid` the process's number, in our pid namespace or in one below it? */
enum numbered { NUMBERED_YES, NUMBERED_NO, NUMBERED_UNSEEN };
enum numbered process_numbered(const struct kernel *k, int pidfd, pid_t pid);

/* How a process ended: known only when its parent has waited for it. */
struct how {
	bool known;
	int status; /* as of wait(2) */
};

/* False: it never will be known; true with how->known false: not yet. */
bool process_ended(const struct kernel *k, int pidfd, struct how *how);

#endif
