/* process.c -- see process.h.  Owns nothing; what it opens is the caller's. */
#include "base/time64.h"

#include "broker/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROC_TEXT_MAX 1024 /* bytes read of a file in /proc; what is looked for stands before */

/* What headers older than the kernel lack: asm/socket.h (two architectures have
 * numbers of their own), linux/magic.h and linux/pidfd.h. */
#ifndef SO_PEERPIDFD
#if defined __hppa__
#define SO_PEERPIDFD 0x404B
#elif defined __sparc__
#define SO_PEERPIDFD 0x0056
#else
#define SO_PEERPIDFD 77
#endif
#endif
#define PIDFS_MAGIC 0x50494446
#define INFO_EXIT (UINT64_C(1) << 3) /* PIDFD_INFO_EXIT */

struct info { /* struct pidfd_info, its first version and size */
	uint64_t mask, cgroup;
	uint32_t pid, tgid, ppid, ids[8];
	int32_t exit_code;
};

#define GET_INFO _IOWR(0xFF, 11, struct info) /* PIDFD_GET_INFO */

const struct kernel kernel_here = { true, true, true, true };

bool
process_same(const struct process *a, const struct process *b)
{
	if (a->inode != 0 && b->inode != 0)
		return a->inode == b->inode;
	return a->pid != 0 && a->pid == b->pid && a->start != 0 && a->start == b->start;
}

/* ---- what /proc says ---- */

/* The file's first PROC_TEXT_MAX - 1 bytes as a string; false: it cannot be read. */
static bool
read_proc(const struct kernel *k, const char *path, char *text)
{
	ssize_t n;
	int fd;

	if (!k->proc || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	n = read(fd, text, PROC_TEXT_MAX - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* The fields are counted from behind the command's name, which may itself hold
 * blanks and parentheses. */
static uint64_t
start_of(const struct kernel *k, pid_t pid)
{
	char path[32], text[PROC_TEXT_MAX], *p;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (!read_proc(k, path, text))
		return 0;
	p = strrchr(text, ')');
	for (int field = 2; p != NULL && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p != NULL ? strtoull(p, NULL, 10) : 0;
}

/* The numbers of a process, from the pid namespace that /proc is of down to
 * its own; 0 if it is in neither, or its parent has waited for it.  They are of
 * our own descriptor, so hidepid= (proc(5)) does not hide them. */
static int
numbers_of(const struct kernel *k, int pidfd, pid_t *numbers, int max)
{
	char path[48], text[PROC_TEXT_MAX], *p, *end;
	int n = 0;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
	if (!read_proc(k, path, text))
		return 0;
	p = strstr(text, "\nNSpid:");
	if (p == NULL)
		p = strstr(text, "\nPid:"); /* a kernel without pid namespaces */
	if (p == NULL)
		return 0;
	p = strchr(p, ':') + 1;
	for (long number; n < max && (number = strtol(p, &end, 10)) > 0 && end != p; p = end) {
		numbers[n++] = (pid_t)number;
		if (*end == '\n')
			break;
	}
	return n;
}

#define NUMBERS_MAX 33 /* MAX_PID_NS_LEVEL of the kernel, and our own */

enum numbered
process_numbered(const struct kernel *k, int pidfd, pid_t pid)
{
	pid_t numbers[NUMBERS_MAX];
	int n = numbers_of(k, pidfd, numbers, NUMBERS_MAX);

	for (int i = 0; i < n; i++)
		if (numbers[i] == pid)
			return NUMBERED_YES;
	return n > 0 ? NUMBERED_NO : NUMBERED_UNSEEN;
}

/* ---- pidfds ---- */

int
process_open(pid_t pid)
{
	return pidfd_open(pid, 0);
}

bool
process_is_pidfd(int fd)
{
	siginfo_t si;

	/* a process that is no child of ours cannot be waited for: ECHILD; what is no process: EBADF */
	return waitid(P_PIDFD, (id_t)fd, &si, WEXITED | WNOHANG | WNOWAIT) == 0 || errno == ECHILD;
}

bool
process_dead(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && (p.revents & (POLLIN | POLLHUP)) != 0;
}

static uint64_t
inode_of(const struct kernel *k, int pidfd)
{
	struct statfs fs;
	struct stat st;

	if (!k->pidfs || fstatfs(pidfd, &fs) < 0 || fs.f_type != PIDFS_MAGIC || fstat(pidfd, &st) < 0)
		return 0;
	return st.st_ino;
}

/* `pid` is 0 if it is not known yet. */
static struct process
identify(const struct kernel *k, int pidfd, pid_t pid)
{
	struct process who = { .pid = pid, .inode = inode_of(k, pidfd) };

	if (who.pid == 0 && numbers_of(k, pidfd, &who.pid, 1) == 0)
		who.pid = 0;
	if (who.inode == 0 && who.pid != 0)
		who.start = start_of(k, who.pid);
	if (who.start != 0 && process_dead(pidfd))
		who.start = 0; /* it may have been that of the next process with this pid */
	return who;
}

struct process
process_of(const struct kernel *k, int pidfd)
{
	return identify(k, pidfd, 0);
}

bool
process_ended(const struct kernel *k, int pidfd, struct how *how)
{
	struct info info = { .mask = INFO_EXIT };

	*how = (struct how){ false, 0 };
	if (!k->exit_info)
		return false;
	/* The kernel looks for what is left of a process, then for the process: one
	 * that is waited for between the two is found nowhere. The next look finds it. */
	if (ioctl(pidfd, GET_INFO, &info) < 0) {
		info = (struct info){ .mask = INFO_EXIT };
		if (errno != ESRCH || ioctl(pidfd, GET_INFO, &info) < 0)
			return false;
	}
	if (info.mask & INFO_EXIT)
		*how = (struct how){ true, info.exit_code };
	return true;
}

/* ---- who has connected ---- */

/* *sure: it is the process that connected, whoever has its pid by now. */
static int
open_peer(const struct kernel *k, int fd, pid_t pid, bool *sure)
{
	int pidfd;
	socklen_t len = sizeof pidfd;

	*sure = k->peer_pidfd && getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) == 0;
	if (*sure)
		return pidfd;
	return pid > 0 && (!k->peer_pidfd || errno == ENOPROTOOPT) ? process_open(pid) : -1;
}

struct caller
process_caller(const struct kernel *k, int fd)
{
	struct caller who = { .uid = (uid_t)-1 };
	struct ucred cred;
	socklen_t len = sizeof cred;
	pid_t numbers[2];
	bool sure;
	int pidfd;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return who;
	who.uid = cred.uid;
	who.process.pid = cred.pid > 0 ? cred.pid : 0;
	if ((pidfd = open_peer(k, fd, who.process.pid, &sure)) < 0)
		return who;
	who.process = identify(k, pidfd, who.process.pid);
	/* one number: that of /proc's own namespace; which is ours, since we know it by the same */
	who.near = numbers_of(k, pidfd, numbers, 2) == 1 && numbers[0] == cred.pid;
	close(pidfd);
	return who;
}

int
process_open_caller(const struct kernel *k, int fd, const struct process *who)
{
	bool sure;
	int pidfd = open_peer(k, fd, who->pid, &sure);
	struct process found;

	if (pidfd < 0 || sure)
		return pidfd;
	found = identify(k, pidfd, who->pid);
	if (process_same(who, &found))
		return pidfd;
	close(pidfd);
	return -1;
}
