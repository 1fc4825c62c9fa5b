/* relay.c -- see relay.h.  Owns `in`, and `out` where it is not shared. */
#include "base/time64.h"

#include "client/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "client/descriptors.h"

#define PTY_REST (128u << 10) /* bytes: a pseudo-terminal holds less (64 KiB on its way, 4 KiB to be read) */
#define PROC_FD 32

void
relay_begin(struct relay *r, int in)
{
	*r = (struct relay){ .in = in, .out = -1, .shared = -1 };
	r->buffer = xcalloc(1, RELAY_BYTES);
}

void
relay_free(struct relay *r)
{
	if (r->in >= 0)
		close(r->in);
	if (r->shared >= 0 && r->out >= 0)
		close(r->out);
	free(r->buffer);
	r->buffer = NULL;
	r->in = r->out = r->shared = -1;
	r->at = r->len = 0;
}

int
relay_reopen(int fd, int flags)
{
	char path[PROC_FD];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Not a FIFO that has a name: there, another reader may come. */
static bool
is_unnamed_pipe(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC;
}

void
relay_to_shared(struct relay *r, int out)
{
	struct stat st;
	int again;

	r->out = out;
	r->sink = SINK_FREE;
	if (fstat(out, &st) < 0)
		return;
	if (S_ISSOCK(st.st_mode))
		r->sink = SINK_SOCKET;
	if (!S_ISFIFO(st.st_mode) && !isatty(out))
		return;
	r->watched = is_unnamed_pipe(out);
	if ((again = relay_reopen(out, O_WRONLY)) >= 0) {
		r->out = again;
		r->shared = out;
	} else {
		r->sink = SINK_PIPE;
	}
}

void
relay_to_own(struct relay *r, int out)
{
	r->out = out;
	r->sink = SINK_FREE;
}

bool
relay_pending(const struct relay *r)
{
	return r->at < r->len;
}

static void
close_in(struct relay *r)
{
	if (r->in >= 0)
		close(r->in);
	r->in = -1;
}

bool
relay_is_done(const struct relay *r)
{
	return r->in < 0 && !relay_pending(r);
}

void
relay_close(struct relay *r)
{
	int standard = r->shared >= 0 ? r->shared : r->out;

	if (r->out < 0)
		return;
	if (r->shared >= 0)
		close(r->out);
	if (standard <= STDERR_FILENO)
		descriptors_blank(standard);
	r->out = r->shared = -1;
}

/* The writer gets SIGPIPE, or EIO, when it writes again. */
static void
fail_out(struct relay *r, int error)
{
	r->error = error;
	r->at = r->len = 0;
	close_in(r);
}

static ssize_t
write_some(const struct relay *r)
{
	const char *bytes = r->buffer + r->at;
	size_t n = r->len - r->at;

	switch (r->sink) {
	case SINK_SOCKET:
		return send(r->out, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	case SINK_PIPE:
		return write(r->out, bytes, n < PIPE_BUF ? n : PIPE_BUF);
	default:
		return write(r->out, bytes, n);
	}
}

static void
write_out(struct relay *r)
{
	while (relay_pending(r)) {
		ssize_t n = write_some(r);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 || (n < 0 && errno == EAGAIN))
			return;
		if (n < 0) {
			fail_out(r, errno);
			return;
		}
		r->at += (size_t)n;
		if (r->sink == SINK_PIPE)
			break; /* poll(2) has to say again that there is room */
	}
	if (!relay_pending(r))
		r->at = r->len = 0;
}

/* The number of bytes that have come. */
static size_t
read_in(struct relay *r, size_t room)
{
	ssize_t n = read(r->in, r->buffer + r->len, room);

	if (n > 0) {
		r->len += (size_t)n;
		return (size_t)n;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR))
		close_in(r); /* EIO: nobody has the other side of a pseudo-terminal open */
	return 0;
}

/* The bytes go first, and are looked at afterwards. */
static void
tap(const struct relay *r, const char *bytes, size_t len)
{
	if (r->tap != NULL && len > 0)
		r->tap(r->tap_arg, bytes, len);
}

void
relay_poll(const struct relay *r, struct pollfd p[2])
{
	bool pending = relay_pending(r);

	p[0] = (struct pollfd){ .fd = pending || r->paused ? -1 : r->in, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = pending || (r->watched && r->in >= 0) ? r->out : -1, .events = pending ? POLLOUT : 0 };
}

void
relay_serve(struct relay *r, const struct pollfd p[2])
{
	size_t news = 0;

	if ((p[1].revents & POLLERR) && r->watched) {
		fail_out(r, EPIPE);
		return;
	}
	if (p[0].revents != 0)
		news = read_in(r, RELAY_BYTES);
	if (relay_pending(r) && (r->sink != SINK_PIPE || p[1].revents != 0))
		write_out(r);
	tap(r, r->buffer, news);
}

/* What a pipe holds is known; of a pseudo-terminal no more than it can hold is
 * taken, since others may go on writing. */
void
relay_take_rest(struct relay *r)
{
	size_t room = PTY_REST;
	int there;

	if (r->in < 0)
		return;
	if (!isatty(r->in))
		room = ioctl(r->in, FIONREAD, &there) == 0 && there > 0 ? (size_t)there : 1; /* 1: is it the end? */
	memmove(r->buffer, r->buffer + r->at, r->len - r->at);
	r->len -= r->at;
	r->at = 0;
	r->buffer = xreallocarray(r->buffer, r->len + (room < RELAY_BYTES ? RELAY_BYTES : room), 1);
	while (room > 0 && r->in >= 0) {
		size_t n = read_in(r, room);

		if (n == 0)
			break;
		tap(r, r->buffer + r->len - n, n);
		room -= n;
	}
	if (r->sink != SINK_PIPE)
		write_out(r);
}
