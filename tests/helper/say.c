/* say.c -- a publisher whose life and descriptors a test decides.
 *
 *	say [-p PID|self] [-n] [-c] [-x STATUS] SOCKET LINE...
 *
 * Connects, says the lines and prints the answers until the broker closes or it
 * is killed.
 *	-p  hands over a pidfd of the process with the last line; PID in a line
 *	    becomes its number, here
 *	-n  hands over /dev/null instead
 *	-c  leaves a child that has inherited the socket, and lives for 60 s; its
 *	    pid is printed first
 *	-x  exits with this status after the first answer */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LINE_MAX 4096 /* bytes */

static void
say(int s, const char *line, pid_t pid, int fd)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .room = { 0 } };
	char text[LINE_MAX];
	const char *at = pid != 0 ? strstr(line, "PID") : NULL;
	int len = at != NULL ?
	    snprintf(text, sizeof text, "%.*s%d%s\n", (int)(at - line), line, (int)pid, at + strlen("PID")) :
	    snprintf(text, sizeof text, "%s\n", line);
	struct iovec iov = { text, (size_t)len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (len < 0 || len >= LINE_MAX)
		errx(2, "a line is too long");
	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof control;
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	if (sendmsg(s, &msg, 0) != len)
		err(1, "sendmsg");
}

static void
leave_child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid > 0) {
		printf("%d\n", (int)pid);
		fflush(stdout);
		return;
	}
	if (freopen("/dev/null", "w", stdout) == NULL)
		err(1, "/dev/null");
	sleep(60);
	_exit(0);
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0), c, fd = -1, status = -1;
	pid_t pid = 0;
	bool child = false;
	char answer[65536];
	ssize_t n;

	while ((c = getopt(argc, argv, "p:ncx:")) != -1)
		switch (c) {
		case 'p': pid = strcmp(optarg, "self") == 0 ? getpid() : atoi(optarg); break;
		case 'n': fd = open("/dev/null", O_RDONLY); break;
		case 'c': child = true; break;
		case 'x': status = atoi(optarg); break;
		default: return 2;
		}
	if (argc - optind < 2)
		errx(2, "a socket and lines are needed");
	if (pid != 0 && fd < 0 && (fd = pidfd_open(pid, 0)) < 0)
		err(1, "pidfd_open");
	strncpy(sun.sun_path, argv[optind], sizeof sun.sun_path - 1);
	if (connect(s, (struct sockaddr *)&sun, sizeof sun) < 0)
		err(1, "%s", argv[optind]);
	if (child)
		leave_child();
	for (int i = optind + 1; i < argc; i++)
		say(s, argv[i], pid, i == argc - 1 ? fd : -1);
	while ((n = read(s, answer, sizeof answer)) > 0) {
		if (write(STDOUT_FILENO, answer, (size_t)n) != n)
			err(1, "stdout");
		if (status >= 0)
			return status;
	}
	return 0;
}
