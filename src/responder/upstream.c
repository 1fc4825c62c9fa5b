/* upstream.c -- see upstream.h.  Owns the connection to the broker; writes the
 * table, and nobody else does. */
#include "responder/upstream.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/jitter.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/unixsock.h"
#include "responder/sse.h"
#include "task/change.h"
#include "task/logjson.h"
#include "task/table.h"

struct upstream {
	struct event_base *base;
	struct table *table;
	const char *socket;
	struct upstream_user user;
	struct bufferevent *bev;      /* NULL: no link */
	struct event *retry, *grace, *idle, *logs_idle;
	unsigned retry_ms;
	char prefix[NAME_BYTES_MAX + 1]; /* subscribed to; "": nothing */
	bool logs;                    /* the logs too */
	bool logs_unknown;            /* this broker has none: it is an older one */
	unsigned greetings;           /* owed by the broker: lines before the last one are of an older subscription */
	bool complained;              /* the log has been told that the broker is away */
	uint64_t refreshed;           /* clock_mono() of the last upstream_refresh() */
	enum link state;
};

static void try_to_connect(struct upstream *u);

static void
become(struct upstream *u, enum link state)
{
	if (u->state == state)
		return;
	u->state = state;
	if (state != LINK_WAIT)
		evtimer_del(u->grace);
	u->user.changed(state, u->user.arg);
}

/* The table is about to be filled; it has UPSTREAM_GRACE seconds for it. */
static void
wait_for_sync(struct upstream *u)
{
	struct timeval grace = { UPSTREAM_GRACE, 0 };

	evtimer_add(u->grace, &grace);
	become(u, LINK_WAIT);
}

static void
disconnect(struct upstream *u)
{
	if (u->bev != NULL)
		bufferevent_free(u->bev);
	u->bev = NULL;
	u->greetings = 0;
}

static void
try_later(struct upstream *u)
{
	unsigned ms = jitter(u->retry_ms / 2, u->retry_ms);
	struct timeval tv = { ms / 1000, (suseconds_t)(ms % 1000) * 1000 };

	evtimer_add(u->retry, &tv);
	u->retry_ms = u->retry_ms * 2 < UPSTREAM_RETRY_MAX ? u->retry_ms * 2 : UPSTREAM_RETRY_MAX;
}

/* The link is lost.  While the first sync is still waited for, the broker does
 * not count as away: it may be just starting, as we are. */
static void
lost(struct upstream *u, const char *why)
{
	disconnect(u);
	if (!u->complained)
		log_warnx("the broker is away: %s", why);
	u->complained = true;
	if (u->state == LINK_SYNCED) {
		u->logs_unknown = false; /* the next one may be a newer broker */
		become(u, LINK_AWAY);
	}
	try_later(u);
}

static void
subscribe(struct upstream *u)
{
	bufferevent_write(u->bev, "subscribe ", 10);
	bufferevent_write(u->bev, u->prefix, strlen(u->prefix));
	if (u->logs && !u->logs_unknown)
		bufferevent_write(u->bev, " log", 4);
	bufferevent_write(u->bev, "\n", 1);
	u->greetings++;
}

/* ---- lines ---- */

static void
apply(struct upstream *u, const struct change *c)
{
	struct id id = { table_life(u->table), c->seq };
	static const enum kind kinds[] = {
		[CHANGE_RUN] = KIND_RUN, [CHANGE_END] = KIND_END, [CHANGE_REMOVED] = KIND_REMOVED,
	};

	table_put(u->table, c->seq, c->run, c->name, kinds[c->event], sse_frame(id, c->json, c->json_len));
}

/* One of a later version, whose lines cannot be told apart here, is passed over. */
static void
apply_log(struct upstream *u, const struct change *c)
{
	struct id id = { table_life(u->table), c->seq };
	struct logjson parts;

	if (logjson_read(&parts, c->json, c->json_len) &&
	    table_put_log(u->table, c->seq, c->run, c->name, sse_log_frame(id, c->json, parts.end_at), &parts))
		table_tell_log(u->table, c->name);
}

static bool
on_greeting(struct upstream *u, const char *line, size_t len)
{
	uint64_t life, horizon;

	switch (greeting_read(line, len, &life, &horizon)) {
	case -1:
		return u->greetings > 0; /* of the subscription before: passed over */
	case 1:
		if (u->greetings > 0 && --u->greetings == 0)
			table_reset(u->table, life, horizon);
		return true;
	default:
		return false;
	}
}

/* False: this broker does not speak our language, or does not want us. */
static bool
on_line(struct upstream *u, const char *line, size_t len)
{
	struct change c;

	if (len >= 6 && memcmp(line, "error ", 6) == 0) {
		u->logs_unknown = u->logs && memmem(line, len, "\"log\"", 5) != NULL;
		return false;
	}
	if (u->greetings > 0 || (len > 0 && line[0] == 'h'))
		return on_greeting(u, line, len);
	if (!change_read(&c, line, len))
		return false;
	if (c.event == CHANGE_SYNCED) {
		if (c.seq >= table_head(u->table))
			table_advance(u->table, c.seq);
		if (u->complained)
			log_info("the broker is back");
		u->complained = false;
		u->retry_ms = UPSTREAM_RETRY_MIN;
		become(u, LINK_SYNCED);
	} else if (c.event != CHANGE_OTHER) {
		if (c.seq <= table_head(u->table))
			return false; /* numbers only ever ascend */
		if (c.event == CHANGE_LOG)
			apply_log(u, &c);
		else
			apply(u, &c);
	}
	return true;
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct upstream *u = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	enum lines got;
	const char *line;
	size_t len;

	while ((got = lines_peek(in, UPSTREAM_LINE_MAX, &line, &len)) == LINES_ONE) {
		char what[128];

		if (!on_line(u, line, len)) {
			snprintf(what, sizeof what, "it said \"%.*s\"", len < 80 ? (int)len : 80, line);
			lost(u, what);
			return;
		}
		lines_drop(in, len);
	}
	if (got == LINES_TOO_LONG)
		lost(u, "it sent a line that is too long");
	else if (u->state == LINK_SYNCED)
		u->user.advanced(u->user.arg);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	lost(arg, what & BEV_EVENT_TIMEOUT ? "it has been silent for too long" : "the connection is closed");
}

static void
try_to_connect(struct upstream *u)
{
	struct timeval silence = { UPSTREAM_SILENCE, 0 };
	char err[UNIXSOCK_ERR];
	int fd = unixsock_connect(u->socket, "HEADWAY_SUBSCRIBE_SOCKET", "subscribe.sock", err);

	if (fd < 0) {
		lost(u, err);
		return;
	}
	u->bev = bufferevent_socket_new(u->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (u->bev == NULL)
		fatalx("out of memory");
	bufferevent_setcb(u->bev, on_read, NULL, on_event, u);
	bufferevent_set_timeouts(u->bev, &silence, &silence);
	bufferevent_enable(u->bev, EV_READ | EV_WRITE);
	subscribe(u);
}

/* To what is wanted now: on this link, or by itself when the next one is made. */
static void
subscribe_anew(struct upstream *u)
{
	if (u->bev == NULL)
		return;
	subscribe(u);
	if (u->state == LINK_SYNCED)
		wait_for_sync(u);
}

/* ---- timers ---- */

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	try_to_connect(arg);
}

static void
on_grace(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	become(arg, LINK_AWAY);
}

static void
on_logs_idle(evutil_socket_t fd, short what, void *arg)
{
	struct upstream *u = arg;

	(void)fd, (void)what;
	u->logs = false;
	subscribe_anew(u);
}

static void
on_idle(evutil_socket_t fd, short what, void *arg)
{
	struct upstream *u = arg;

	(void)fd, (void)what;
	disconnect(u);
	evtimer_del(u->retry);
	evtimer_del(u->grace);
	evtimer_del(u->logs_idle);
	u->prefix[0] = '\0';
	u->logs = false;
	u->retry_ms = UPSTREAM_RETRY_MIN;
	become(u, LINK_WAIT);
}

/* ---- what is wanted ---- */

static void
subscribe_to(struct upstream *u, const char *prefix, bool logs)
{
	bool fresh = u->prefix[0] == '\0';

	if (prefix != u->prefix)
		snprintf(u->prefix, sizeof u->prefix, "%s", prefix);
	u->logs = logs;
	if (fresh) {
		wait_for_sync(u);
		try_to_connect(u);
	} else {
		subscribe_anew(u);
	}
}

/* Under mod_fcgid a process that has just answered /tasks may get a stream of
 * one task for the rest of the day. */
static bool
much_too_wide(const struct upstream *u, const struct wish *wish)
{
	return wish->alone && wish->lasts && strcmp(u->prefix, wish->prefix) != 0;
}

void
upstream_want(struct upstream *u, const struct wish *wish)
{
	bool nothing = u->prefix[0] == '\0', covered = !nothing && name_covered(wish->prefix, u->prefix);

	evtimer_del(u->idle);
	if (wish->logs)
		evtimer_del(u->logs_idle);
	if (nothing || much_too_wide(u, wish))
		subscribe_to(u, wish->prefix, wish->logs);
	else if (covered && (u->logs || !wish->logs))
		return;
	else if (covered)
		subscribe_to(u, u->prefix, true);
	else if (wish->alone)
		subscribe_to(u, wish->prefix, wish->logs);
	else
		subscribe_to(u, NAME_EVERY, wish->logs || u->logs);
}

void
upstream_want_any(struct upstream *u)
{
	struct wish any = { .prefix = u->prefix[0] != '\0' ? u->prefix : NAME_UNNAMED };

	upstream_want(u, &any);
}

void
upstream_refresh(struct upstream *u)
{
	uint64_t now = clock_mono();

	if (u->state != LINK_SYNCED || (strcmp(u->prefix, NAME_EVERY) == 0 && u->logs && !u->logs_unknown) ||
	    now - u->refreshed < UPSTREAM_REFRESH_MIN * UINT64_C(1000000))
		return;
	u->refreshed = now;
	subscribe_anew(u);
}

void
upstream_rest(struct upstream *u)
{
	struct timeval idle = { UPSTREAM_IDLE, 0 };

	if (u->prefix[0] != '\0')
		evtimer_add(u->idle, &idle);
}

void
upstream_rest_logs(struct upstream *u)
{
	struct timeval idle = { UPSTREAM_IDLE, 0 };

	if (u->logs && !evtimer_pending(u->logs_idle, NULL))
		evtimer_add(u->logs_idle, &idle);
}

enum link
upstream_state(const struct upstream *u)
{
	return u->state;
}

struct upstream *
upstream_new(struct event_base *base, struct table *t, const char *socket, const struct upstream_user *user)
{
	struct upstream *u = xcalloc(1, sizeof *u);

	u->base = base;
	u->table = t;
	u->socket = socket;
	u->user = *user;
	u->state = LINK_WAIT;
	u->retry_ms = UPSTREAM_RETRY_MIN;
	u->retry = evtimer_new(base, on_retry, u);
	u->grace = evtimer_new(base, on_grace, u);
	u->idle = evtimer_new(base, on_idle, u);
	u->logs_idle = evtimer_new(base, on_logs_idle, u);
	if (u->retry == NULL || u->grace == NULL || u->idle == NULL || u->logs_idle == NULL)
		fatalx("out of memory");
	return u;
}

void
upstream_free(struct upstream *u)
{
	disconnect(u);
	event_free(u->retry);
	event_free(u->grace);
	event_free(u->idle);
	event_free(u->logs_idle);
	free(u);
}
