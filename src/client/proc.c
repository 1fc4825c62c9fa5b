/* proc.c -- see proc.h.  Owns no descriptor after it has returned one. */
#include "client/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

#define PATH_ROOM 64
#define STATUS_ROOM 8192        /* /proc/PID/status has some 1,500 bytes */
#define ENVIRON_MAX (4u << 20)  /* Linux lets arguments and environment be 6 MiB at most, usually 2 */

/* The file as a string of at most `max` bytes, malloc'd; NULL if it cannot be read. */
static char *
slurp(pid_t pid, const char *file, size_t max, size_t *len)
{
	char path[PATH_ROOM], *text = NULL;
	size_t room = 0;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return NULL;
	*len = 0;
	do {
		if (*len + 1 >= room)
			text = xreallocarray(text, room += STATUS_ROOM, 1);
		n = read(fd, text + *len, room - *len - 1);
		if (n > 0)
			*len += (size_t)n;
	} while (n > 0 && *len < max);
	close(fd);
	text[*len] = '\0';
	if (n < 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* The fields after the command's name, which may itself have blanks and
 * parentheses: state, ppid, pgrp, session, ..., start (the 22nd of all). */
bool
proc_look(pid_t pid, struct proc *p)
{
	char *stat, *end;
	size_t len;
	unsigned long long start;
	int parent, session;
	bool good;

	if ((stat = slurp(pid, "stat", STATUS_ROOM, &len)) == NULL)
		return false;
	end = strrchr(stat, ')');
	good = end != NULL && sscanf(end + 1, " %*c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
	    &parent, &session, &start) == 3;
	if (good)
		*p = (struct proc){ .pid = pid, .parent = parent, .session = session, .start = start };
	free(stat);
	return good;
}

bool
proc_has_environ(pid_t pid, const char *entry)
{
	char *environment, *at, *end;
	size_t len;
	bool found = false;

	if ((environment = slurp(pid, "environ", ENVIRON_MAX, &len)) == NULL)
		return false;
	for (at = environment, end = at + len; at < end && !found; at += strlen(at) + 1)
		found = strcmp(at, entry) == 0;
	free(environment);
	return found;
}

bool
proc_has_pending(pid_t pid, int sig)
{
	static const char key[] = "\nShdPnd:";
	char *status, *at;
	size_t len;
	bool pending = false;

	if ((status = slurp(pid, "status", STATUS_ROOM, &len)) == NULL)
		return false;
	if ((at = strstr(status, key)) != NULL)
		pending = strtoull(at + strlen(key), NULL, 16) >> (sig - 1) & 1;
	free(status);
	return pending;
}

bool
proc_each(void (*each)(void *arg, const struct proc *p), void *arg)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct proc p;

	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && proc_look(atoi(entry->d_name), &p))
			each(arg, &p);
	closedir(dir);
	return true;
}

int
proc_open(const struct proc *p)
{
	struct proc now;
	int pidfd = pidfd_open_process(p->pid);

	if (pidfd >= 0 && (!proc_look(p->pid, &now) || now.start != p->start)) {
		close(pidfd); /* the pid has been given to another one meanwhile */
		errno = ESRCH;
		pidfd = -1;
	}
	return pidfd;
}

/* glibc has no wrappers before 2.36. */
int
pidfd_open_process(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0u);
}

int
pidfd_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0u);
}
