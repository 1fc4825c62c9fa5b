/* conn.c -- see conn.h.  Owns the descriptor, its one event and, until the
 * request is complete, the bytes; knows nothing of HTTP. */
#include "responder/conn.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/acceptor.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "responder/fcgi.h"
#include "responder/gate.h"

enum phase { COLLECTING, SERVING, LINGERING };

struct conn {
	struct conn_context *context;
	LIST_ENTRY(conn) next;
	struct event *event;
	int fd;
	uint16_t id;          /* the FastCGI request's */
	enum phase phase;
	bool blocked;         /* there is more to say */
	bool deaf;            /* EOF was read: nothing more to read */
	uint64_t deadline;    /* clock_mono(); 0: none */
	struct gate gate;
	struct evbuffer *collected;
	const struct conn_user *user;
	void *arg;
};

static void on_event(evutil_socket_t fd, short what, void *arg);

static uint64_t
in_seconds(unsigned seconds)
{
	return clock_mono() + seconds * UINT64_C(1000000);
}

/* (Re)arms the one event from what the state wants. */
static void
arm(struct conn *c)
{
	short what = (short)((c->deaf ? 0 : EV_READ) | (c->blocked ? EV_WRITE : 0));
	uint64_t now = c->deadline > 0 ? clock_mono() : 0;
	uint64_t left = c->deadline > now ? c->deadline - now : 0;
	struct timeval tv = { (time_t)(left / 1000000u), (suseconds_t)(left % 1000000u) };

	event_del(c->event);
	event_assign(c->event, c->context->base, c->fd, what | EV_PERSIST, on_event, c);
	event_add(c->event, c->deadline > 0 ? &tv : NULL);
}

static void
destroy(struct conn *c)
{
	LIST_REMOVE(c, next);
	event_free(c->event);
	close(c->fd);
	if (c->collected != NULL)
		evbuffer_free(c->collected);
	if (c->context->count-- == c->context->max)
		acceptor_resume(c->context->acceptor);
	free(c);
}

/* Closes without a word. */
static void
drop(struct conn *c)
{
	if (c->user != NULL)
		c->user->gone(c->arg);
	destroy(c);
}

void
conn_new(struct conn_context *context, int fd)
{
	struct conn *c = xcalloc(1, sizeof *c);

	c->context = context;
	c->fd = fd;
	c->collected = evbuffer_new();
	c->event = event_new(context->base, fd, 0, on_event, c);
	if (c->collected == NULL || c->event == NULL)
		fatalx("out of memory");
	LIST_INSERT_HEAD(&context->all, c, next);
	if (++context->count == context->max)
		acceptor_pause(context->acceptor);
	fcgi_adopt(context->fcgi, fd);
	c->deadline = in_seconds(CONN_REQUEST_MAX);
	arm(c);
}

/* ---- in ---- */

static void
complete(const struct fcgi_params *params, void *arg)
{
	struct conn *c = arg;

	c->context->request(c, params, c->context->arg);
}

/* `bytes` outlive the buffer's owner: the request may be answered, and the
 * connection be gone, before fcgi_read() returns. */
static void
serve(struct conn *c)
{
	struct evbuffer *collected = c->collected;

	c->collected = NULL;
	c->id = c->gate.id;
	c->phase = SERVING;
	c->deadline = 0;
	arm(c);
	if (!fcgi_read(evbuffer_pullup(collected, -1), c->gate.size, complete, c)) {
		log_debug("libfcgi made nothing of a request");
		drop(c);
	}
	evbuffer_free(collected);
}

static void
collect(struct conn *c)
{
	char bytes[8192];
	ssize_t n = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		drop(c);
		return;
	}
	evbuffer_add(c->collected, bytes, (size_t)n);
	switch (gate_check(&c->gate, evbuffer_pullup(c->collected, -1), evbuffer_get_length(c->collected))) {
	case GATE_MORE:
		arm(c);
		return;
	case GATE_BAD:
		log_debug("not a FastCGI request; closed");
		drop(c);
		return;
	case GATE_READY:
		serve(c);
		return;
	}
}

/* Reads and forgets.  False at EOF or an error. */
static bool
discard(struct conn *c)
{
	char bytes[8192];
	ssize_t n = recv(c->fd, bytes, sizeof bytes, MSG_DONTWAIT);

	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* ---- out ---- */

/* Waits for the other side to close, to have read everything. */
static void
linger(struct conn *c)
{
	if (c->user != NULL)
		c->user->gone(c->arg);
	c->user = NULL;
	c->phase = LINGERING;
	c->blocked = false;
	c->deadline = in_seconds(CONN_LINGER_MAX);
	shutdown(c->fd, SHUT_WR);
	if (c->deaf)
		destroy(c);
	else
		arm(c);
}

static void
end(struct conn *c)
{
	discard(c);
	if (fcgi_end(c->context->fcgi, c->fd, c->id)) {
		linger(c);
	} else {
		c->fd = -1; /* libfcgi has closed it */
		drop(c);
	}
}

void
conn_pump(struct conn *c)
{
	struct fcgi *f = c->context->fcgi;
	bool was_blocked = c->blocked;
	enum pump result;

	fcgi_begin(f, c->fd, c->id);
	result = c->user->pump(c->arg, f);
	if (!fcgi_flush(f)) {
		drop(c);
		return;
	}
	if (result == PUMP_END) {
		end(c);
		return;
	}
	c->blocked = result == PUMP_BLOCKED;
	if (!c->user->endless)
		c->deadline = in_seconds(CONN_ANSWER_MAX);
	if (c->blocked || was_blocked)
		arm(c);
}

void
conn_wait(struct conn *c)
{
	if (c->blocked)
		return;
	c->blocked = true;
	if (!c->user->endless)
		c->deadline = in_seconds(CONN_ANSWER_MAX);
	arm(c);
}

static bool
writable(const struct conn *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT);
}

void
conn_kick(struct conn *c)
{
	if (c->phase != SERVING || c->blocked)
		return;
	if (writable(c))
		conn_pump(c);
	else
		conn_wait(c);
}

void
conn_hurry(struct conn *c)
{
	if (c->phase != SERVING)
		return;
	c->deadline = in_seconds(CONN_ANSWER_MAX);
	if (c->blocked)
		arm(c);
	else
		conn_kick(c);
}

int
conn_fd(const struct conn *c)
{
	return c->fd;
}

void
conn_use(struct conn *c, const struct conn_user *user, void *arg)
{
	c->user = user;
	c->arg = arg;
}

static void
finish(struct conn *c)
{
	discard(c);
	if (c->phase == SERVING && writable(c) && !fcgi_end(c->context->fcgi, c->fd, c->id))
		c->fd = -1;
	drop(c);
}

void
conn_finish_all(struct conn_context *context)
{
	while (!LIST_EMPTY(&context->all))
		finish(LIST_FIRST(&context->all));
}

/* ---- the loop ---- */

/* The other side has closed, or at least shut its half down.  A stream's
 * reader has left then (lighttpd says so with tcp-fin-propagate, and would log
 * an error if we just closed); one who waits for a short answer may still be
 * there to read it. */
static void
on_eof(struct conn *c)
{
	if (c->phase == LINGERING) {
		destroy(c);
	} else if (c->user == NULL || !writable(c)) {
		drop(c);
	} else {
		c->deaf = true;
		if (c->user->endless)
			end(c);
		else
			arm(c);
	}
}

static void
on_event(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	/* libevent starts a persistent event's timeout anew with each activity, so
	 * a peer that trickles would never meet it: the deadline counts, too */
	if ((what & EV_TIMEOUT) || (c->deadline > 0 && clock_mono() >= c->deadline)) {
		drop(c);
		return;
	}
	if (c->phase == COLLECTING) {
		collect(c);
		return;
	}
	if ((what & EV_READ) && !discard(c)) {
		on_eof(c);
		return;
	}
	if (what & EV_WRITE)
		conn_pump(c);
}
