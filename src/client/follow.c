/* follow.c -- see follow.h.  Owns the connection and the cursor; knows nothing
 * of what the records say. */
#include "client/follow.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/unixsock.h"
#include "task/change.h"
#include "task/id.h"
#include "task/strict.h"

#define REQUEST_MAX 2048 /* FOLLOW_NAMES_MAX names of NAME_BYTES_MAX, and a cursor */
#define WHY_MAX 256

struct follow {
	struct event_base *base;
	const char *socket;
	char names[REQUEST_MAX - ID_TEXT_MAX - 32];
	struct follow_user user;
	struct bufferevent *bev; /* NULL: no link */
	struct event *retry;
	struct id cursor;        /* seq 0: none */
	uint64_t horizon;
	unsigned full;           /* attempts in a row that found no room in the broker's backlog */
	bool greeted;            /* on this connection */
	bool away;               /* the user knows */
	bool stopped;
};

static void
disconnect(struct follow *f)
{
	if (f->bev != NULL)
		bufferevent_free(f->bev);
	f->bev = NULL;
	f->greeted = false;
}

static void
try_later(struct follow *f)
{
	struct timeval tv = { 0, FOLLOW_RETRY * 1000 };

	evtimer_add(f->retry, &tv);
}

static void
lost(struct follow *f, const char *why)
{
	disconnect(f);
	try_later(f);
	if (!f->away) {
		f->away = true;
		f->user.away(why, f->user.arg);
	}
}

/* ---- lines ---- */

static void
start_over(struct follow *f, uint64_t life)
{
	f->cursor.life = life;
	f->cursor.seq = 0;
	f->user.start_over(life, f->horizon, f->user.arg);
}

static bool
on_greeting(struct follow *f, const char *line, size_t len)
{
	uint64_t life;

	if (greeting_read(line, len, &life, &f->horizon) != 1)
		return false;
	f->greeted = true;
	if (f->cursor.seq == 0 || life != f->cursor.life || f->horizon > f->cursor.seq)
		start_over(f, life);
	return true;
}

static void
on_synced(struct follow *f)
{
	struct timeval silence = { FOLLOW_SILENCE, 0 };

	f->away = false;
	bufferevent_set_timeouts(f->bev, &silence, NULL);
	f->user.synced(f->user.arg);
}

/* False: this broker does not speak our language, or does not want us. */
static bool
on_line(struct follow *f, const char *line, size_t len)
{
	struct change c;
	bool synced;

	if (!f->greeted)
		return on_greeting(f, line, len);
	if (!change_read(&c, line, len))
		return false;
	synced = c.event == CHANGE_SYNCED;
	/* numbers ascend: it cannot go on from our cursor, which it has never heard of */
	if (c.seq < f->cursor.seq || (c.seq == f->cursor.seq && !synced))
		start_over(f, f->cursor.life);
	f->cursor.seq = c.seq;
	if (synced)
		on_synced(f);
	else if (c.event == CHANGE_RUN || c.event == CHANGE_END || c.event == CHANGE_REMOVED)
		f->user.change(&c, f->user.arg);
	return true;
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct follow *f = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	enum lines got;
	const char *line;
	size_t len;

	while (!f->stopped && (got = lines_peek(in, FOLLOW_LINE_MAX, &line, &len)) != LINES_NONE) {
		char why[WHY_MAX], show[STRICT_SHOW_MAX];

		if (got == LINES_TOO_LONG) {
			lost(f, "it sent a line that is too long");
			return;
		}
		if (!on_line(f, line, len)) {
			snprintf(why, sizeof why, "it said \"%s\"", strict_show(show, line, len));
			lost(f, why);
			return;
		}
		lines_drop(in, len);
	}
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct follow *f = arg;

	(void)bev;
	if (!f->stopped)
		lost(f, what & BEV_EVENT_TIMEOUT ? "it does not answer" : "it closed the connection");
}

/* ---- connecting ---- */

/* Sent by hand, since a bufferevent would die of SIGPIPE where the broker has
 * just gone, and since an empty socket takes a request whole. */
static bool
subscribe(const struct follow *f, int fd)
{
	char request[REQUEST_MAX], since[ID_TEXT_MAX];
	int len;

	id_format(since, f->cursor);
	len = snprintf(request, sizeof request, "subscribe%s%s%s\n", f->names,
	    f->cursor.seq > 0 ? " since=" : "", f->cursor.seq > 0 ? since : "");
	return send(fd, request, (size_t)len, MSG_NOSIGNAL) == (ssize_t)len;
}

static void
on_retry(evutil_socket_t none, short what, void *arg)
{
	struct follow *f = arg;
	struct timeval patience = { FOLLOW_PATIENCE, 0 };
	char err[UNIXSOCK_ERR];
	int fd = unixsock_connect(f->socket, "HEADWAY_SUBSCRIBE_SOCKET", "subscribe.sock", err);

	(void)none, (void)what;
	if (fd < 0 && errno == EAGAIN && ++f->full < FOLLOW_PATIENCE * 1000 / FOLLOW_RETRY) {
		try_later(f); /* it lives, but has no room to listen just now */
		return;
	}
	f->full = 0;
	if (fd < 0) {
		lost(f, err);
		return;
	}
	if (!subscribe(f, fd)) {
		close(fd);
		lost(f, "it closed the connection");
		return;
	}
	f->bev = bufferevent_socket_new(f->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (f->bev == NULL)
		fatalx("out of memory");
	bufferevent_setcb(f->bev, on_read, NULL, on_event, f);
	bufferevent_set_timeouts(f->bev, &patience, NULL);
	bufferevent_enable(f->bev, EV_READ);
}

struct follow *
follow_new(struct event_base *base, const char *socket, const char *const names[], size_t n,
    const struct follow_user *user)
{
	struct follow *f = xcalloc(1, sizeof *f);
	struct timeval at_once = { 0, 0 };
	size_t len = 0;

	f->base = base;
	f->socket = socket;
	f->user = *user;
	for (size_t i = 0; i < n && i < FOLLOW_NAMES_MAX; i++)
		len += (size_t)snprintf(f->names + len, sizeof f->names - len, " %s", names[i]);
	f->retry = evtimer_new(base, on_retry, f);
	if (f->retry == NULL || evtimer_add(f->retry, &at_once) < 0)
		fatalx("out of memory");
	return f;
}

void
follow_stop(struct follow *f)
{
	f->stopped = true;
	evtimer_del(f->retry);
	if (f->bev != NULL)
		bufferevent_disable(f->bev, EV_READ);
}

void
follow_free(struct follow *f)
{
	disconnect(f);
	event_free(f->retry);
	free(f);
}
