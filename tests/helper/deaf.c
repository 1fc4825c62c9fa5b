/* deaf.c -- a publisher that never reads: sends its stdin to a Unix socket and
 * then stays until it is killed, or with a second argument leaves at once. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char bytes[65536];
	ssize_t n;

	if (argc < 2)
		return 2;
	strncpy(sun.sun_path, argv[1], sizeof sun.sun_path - 1);
	if (connect(fd, (struct sockaddr *)&sun, sizeof sun) < 0) {
		perror(argv[1]);
		return 1;
	}
	while ((n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
		for (ssize_t at = 0, sent; at < n; at += sent)
			if ((sent = send(fd, bytes + at, (size_t)(n - at), MSG_NOSIGNAL)) < 0)
				return 1;
	if (argc == 2)
		pause();
	return 0;
}
