/* line.c -- see line.h. */
#include "doctor/line.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

/* Milliseconds until then, rounded up; 0: it is over. */
static int
left(uint64_t until)
{
	uint64_t now = clock_mono();

	return now < until ? (int)((until - now) / 1000 + 1) : 0;
}

ssize_t
line_read(int fd, char *line, size_t room, unsigned ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint64_t until = clock_mono() + UINT64_C(1000) * ms;
	size_t len = 0;

	while (len < room) {
		const char *lf;
		ssize_t n;

		if (poll(&pfd, 1, left(until)) <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		if ((n = recv(fd, line + len, room - len, 0)) <= 0)
			break;
		if ((lf = memchr(line + len, '\n', (size_t)n)) != NULL)
			return lf - line;
		len += (size_t)n;
	}
	errno = EPROTO;
	return -1;
}
