/* link.c -- see link.h.  Owns the connection. */
#include "client/link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/unixsock.h"

void
link_init(struct link *l, const char *socket)
{
	memset(l, 0, sizeof *l);
	unixsock_find(&l->places, socket, "HEADWAY_PUBLISH_SOCKET", "publish.sock");
	l->fd = l->pass = -1;
}

static void
try_later(struct link *l)
{
	l->retry_at = clock_mono() + LINK_RETRY * UINT64_C(1000);
}

void
link_close(struct link *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = l->pass = -1;
	l->line = NULL;
	l->in_len = l->in_used = 0;
	try_later(l);
}

bool
link_connect(struct link *l, char *why)
{
	int error;

	l->fd = unixsock_reach(&l->places, why);
	if (l->fd >= 0)
		return true;
	error = errno;
	try_later(l);
	errno = error;
	return false;
}

void
link_put(struct link *l, const char *line, size_t len, int pass)
{
	l->line = line;
	l->len = len;
	l->sent = 0;
	l->pass = pass;
}

bool
link_idle(const struct link *l)
{
	return l->line == NULL;
}

/* As send(2), with the descriptor that waits to be handed over. */
static ssize_t
send_with(struct link *l, const char *bytes, size_t len)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = len };
	struct msghdr msg = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *c;
	ssize_t n;

	if (l->pass >= 0) {
		memset(&control, 0, sizeof control);
		msg.msg_control = &control;
		msg.msg_controllen = sizeof control.room;
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &l->pass, sizeof(int));
	}
	n = sendmsg(l->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		l->pass = -1;
	return n;
}

bool
link_flush(struct link *l)
{
	while (l->line != NULL) {
		ssize_t n = send_with(l, l->line + l->sent, l->len - l->sent);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n < 0) {
			link_close(l);
			return false;
		}
		l->sent += (size_t)n;
		if (l->sent == l->len)
			l->line = NULL;
	}
	return true;
}

/* What was read and not yet given out moves to the front, and more comes in
 * behind it. */
static enum link_got
fill(struct link *l)
{
	ssize_t n;

	memmove(l->in, l->in + l->in_used, l->in_len - l->in_used);
	l->in_len -= l->in_used;
	l->in_used = 0;
	if (l->in_len == sizeof l->in)
		n = 0; /* a line that is too long */
	else
		n = recv(l->fd, l->in + l->in_len, sizeof l->in - l->in_len, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return LINK_NONE;
	if (n <= 0) {
		link_close(l);
		return LINK_GONE;
	}
	l->in_len += (size_t)n;
	return LINK_LINE;
}

enum link_got
link_read(struct link *l, const char **line, size_t *len)
{
	for (;;) {
		const char *start = l->in + l->in_used;
		const char *lf = memchr(start, '\n', l->in_len - l->in_used);
		enum link_got got;

		if (lf != NULL) {
			*line = start;
			*len = (size_t)(lf - start);
			l->in_used += *len + 1;
			return LINK_LINE;
		}
		if ((got = fill(l)) != LINK_LINE)
			return got;
	}
}
