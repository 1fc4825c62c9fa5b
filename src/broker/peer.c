/* peer.c -- see peer.h.  Owns the connections; what a line means is
 * publish.c's. */
#include "broker/peer.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/intake.h"
#include "broker/process.h"
#include "broker/publish.h"

struct peer {
	struct peers *peers;
	struct bufferevent *bev;  /* its answers */
	struct event *readable;   /* what it says; pending until it has shut its side */
	struct evbuffer *in;
	struct publisher publisher;
	bool closing; /* nothing more is taken in; goes when its answers have gone */
	bool mute;    /* it does not take answers any more, but may still have lines for us */
	struct event *deadline; /* while it is closing */
	LIST_ENTRY(peer) next;
};

struct peers {
	struct event_base *base;
	struct publish *publish;
	const struct kernel *kernel;
	LIST_HEAD(, peer) list;
	size_t count;
};

static void
peer_free(struct peer *peer)
{
	if (peer->publisher.dropped > 0)
		log_info("a publisher (pid %d) did not read its answers: %llu dropped",
		    (int)peer->publisher.caller.process.pid, (unsigned long long)peer->publisher.dropped);
	publisher_gone(&peer->publisher);
	LIST_REMOVE(peer, next);
	peer->peers->count--;
	if (peer->deadline != NULL)
		event_free(peer->deadline);
	event_free(peer->readable);
	evbuffer_free(peer->in);
	bufferevent_free(peer->bev);
	free(peer);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	peer_free(arg);
}

/* From here on the peer can only read, or leave.  What it still sends is
 * thrown away rather than left unread: closing a Unix socket with unread bytes
 * would turn its next write into an error before it has read why. */
static void
peer_close(struct peer *peer)
{
	struct timeval linger = { PEER_LINGER, 0 };

	publisher_gone(&peer->publisher);
	peer->closing = true;
	peer->deadline = evtimer_new(peer->peers->base, on_deadline, peer);
	if (peer->deadline == NULL || evtimer_add(peer->deadline, &linger) < 0)
		fatalx("out of memory");
	if (evbuffer_get_length(bufferevent_get_output(peer->bev)) == 0)
		shutdown(bufferevent_getfd(peer->bev), SHUT_WR);
}

static void
too_long(struct peer *peer)
{
	char why[64];

	snprintf(why, sizeof why, "a line is longer than %d bytes", PUBLISH_LINE_MAX);
	publish_refuse(&peer->publisher, why);
	peer_close(peer);
}

static void
take_lines(struct peer *peer)
{
	const char *line;
	size_t len;

	while (!peer->closing) {
		bool good;

		switch (lines_peek(peer->in, PUBLISH_LINE_MAX, &line, &len)) {
		case LINES_NONE:
			return;
		case LINES_TOO_LONG:
			too_long(peer);
			break;
		case LINES_ONE:
			good = publish_line(peer->peers->publish, &peer->publisher, line, len);
			lines_drop(peer->in, len);
			if (!good)
				peer_close(peer);
			break;
		}
	}
	evbuffer_drain(peer->in, evbuffer_get_length(peer->in));
	handed_close(&peer->publisher.handed);
}

/* A job that does not care for answers may close before they are written, with
 * its last lines, an end perhaps, still on their way to us. */
static void
on_unheard(struct peer *peer)
{
	struct evbuffer *out = bufferevent_get_output(peer->bev);

	peer->mute = true;
	evbuffer_drain(out, evbuffer_get_length(out));
}

/* It has no more to say (`nc -N` shuts down its side and waits): what it holds
 * is lost now, but it may still read its answers. */
static void
on_eof(struct peer *peer)
{
	struct evbuffer *out = bufferevent_get_output(peer->bev);

	if (!peer->closing && evbuffer_get_length(peer->in) > 0)
		publish_refuse(&peer->publisher, "the last line has no end, it was not applied");
	if (peer->closing || peer->mute || evbuffer_get_length(out) == 0) {
		peer_free(peer);
		return;
	}
	event_del(peer->readable);
	peer_close(peer);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct peer *peer = arg;

	(void)what;
	switch (intake_read(fd, peer->in, &peer->publisher.handed)) {
	case INTAKE_SOME:
		take_lines(peer);
		break;
	case INTAKE_NOTHING:
		break;
	case INTAKE_END:
		on_eof(peer);
		break;
	case INTAKE_BROKEN:
		peer_free(peer);
		break;
	}
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct peer *peer = arg;

	(void)bev;
	if ((what & BEV_EVENT_ERROR) && !peer->closing)
		on_unheard(peer);
	else
		peer_free(peer);
}

static void
on_drained(struct bufferevent *bev, void *arg)
{
	struct peer *peer = arg;

	if (!peer->closing)
		return;
	if (event_pending(peer->readable, EV_READ, NULL))
		shutdown(bufferevent_getfd(bev), SHUT_WR);
	else
		peer_free(peer); /* its side was shut before */
}

struct peers *
peers_new(struct event_base *base, struct publish *p, const struct kernel *k)
{
	struct peers *ps = xcalloc(1, sizeof *ps);

	ps->base = base;
	ps->publish = p;
	ps->kernel = k;
	LIST_INIT(&ps->list);
	return ps;
}

void
peers_accept(int fd, void *arg)
{
	struct peers *ps = arg;
	struct peer *peer = xcalloc(1, sizeof *peer);
	struct caller caller = process_caller(ps->kernel, fd);
	char why[64];

	peer->peers = ps;
	peer->bev = bufferevent_socket_new(ps->base, fd, BEV_OPT_CLOSE_ON_FREE);
	peer->readable = event_new(ps->base, fd, EV_READ | EV_PERSIST, on_readable, peer);
	peer->in = evbuffer_new();
	if (peer->bev == NULL || peer->readable == NULL || peer->in == NULL || event_add(peer->readable, NULL) < 0)
		fatalx("out of memory");
	publisher_init(ps->publish, &peer->publisher, &caller, fd, bufferevent_get_output(peer->bev));
	LIST_INSERT_HEAD(&ps->list, peer, next);
	bufferevent_setcb(peer->bev, NULL, on_drained, on_event, peer);
	bufferevent_enable(peer->bev, EV_WRITE);
	if (++ps->count > PEERS_MAX) {
		snprintf(why, sizeof why, "%d publishers are connected, the limit", PEERS_MAX);
		publish_turn_away(&peer->publisher, why);
		peer_close(peer);
	}
}

void
peers_free(struct peers *ps)
{
	struct peer *peer;

	while ((peer = LIST_FIRST(&ps->list)) != NULL) {
		evbuffer_write(bufferevent_get_output(peer->bev), bufferevent_getfd(peer->bev));
		peer_free(peer);
	}
	free(ps);
}
