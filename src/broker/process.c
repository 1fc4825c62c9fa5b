/* process.c -- see process.h.  Owns nothing. */
#include "broker/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The fields after the command's name, which may itself hold blanks and
 * parentheses; 0 if there are none. */
static uint64_t
start_of(pid_t pid)
{
	char path[32], stat[512];
	ssize_t n;
	char *p;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return 0;
	n = read(fd, stat, sizeof stat - 1);
	close(fd);
	if (n <= 0)
		return 0;
	stat[n] = '\0';
	p = strrchr(stat, ')');
	for (int field = 2; p != NULL && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p != NULL ? strtoull(p, NULL, 10) : 0;
}

struct process
process_of_peer(int fd)
{
	struct process who = { 0, 0 };
	struct ucred cred;
	socklen_t len = sizeof cred;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0 || cred.pid <= 0)
		return who;
	who.start = start_of(cred.pid);
	if (who.start != 0)
		who.pid = cred.pid;
	return who;
}
