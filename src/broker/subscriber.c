/* subscriber.c -- see subscriber.h.  Owns the connections and their cursors;
 * the text of a change is rendered once, by runs.c, for all of them. */
#include "broker/subscriber.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/lines.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pace.h"
#include "broker/subscription.h"
#include "task/table.h"
#include "task/tally.h"

struct follow {
	struct order *order;
	struct watch watch;
};

struct subscriber {
	struct subscribers *owner;
	struct bufferevent *bev;
	struct pace *pace;
	struct event *synced;        /* each SUBSCRIBER_SYNCED seconds */
	struct subscription wants;
	struct follow follow[SUBSCRIPTION_PREFIXES_MAX];
	uint64_t cursor;             /* the number of the last change written */
	struct tally tally;          /* of the log lines, if it wants them */
	uint64_t goal;               /* the round's: the head when it began */
	bool catching_up;            /* `synced` is owed when the goal is reached */
	bool in_round;               /* the goal is not reached yet */
	bool closing;
	LIST_ENTRY(subscriber) next;
};

struct subscribers {
	struct event_base *base;
	struct table *table;
	LIST_HEAD(, subscriber) list;
	size_t count;
};

/* ---- writing ---- */

/* The entry with the least number above the cursor, over all that is followed.
 * One that two prefixes cover is found once: the cursor has passed it then. */
static struct entry *
next_entry(const struct subscriber *s)
{
	struct entry *first = NULL;

	for (size_t i = 0; i < s->wants.prefixes; i++) {
		struct entry *e = order_next(s->follow[i].order, s->cursor);

		if (e != NULL && (first == NULL || e->seq < first->seq))
			first = e;
	}
	return first;
}

static void
say_synced(struct subscriber *s)
{
	evbuffer_add_printf(bufferevent_get_output(s->bev), "%" PRIu64 " 0 . synced {\"now\":%.3f}\n",
	    s->cursor, clock_wall());
	s->catching_up = false;
}

static void
put_chunk(struct subscriber *s, struct chunk *c)
{
	struct share share = tally_share(&s->tally, c);
	struct logjson_view v;

	if (!share.any)
		return;
	logjson_view(&v, &c->entry.text, &c->parts, share.from, share.skipped);
	for (size_t i = 0; i < v.pieces; i++)
		evbuffer_add(bufferevent_get_output(s->bev), v.piece[i].bytes, v.piece[i].len);
	tally_sent(&s->tally, c);
}

/* What has changed since the round began is for the next. */
static void
round_ends(struct subscriber *s)
{
	s->cursor = s->goal;
	s->in_round = false;
	if (s->catching_up)
		say_synced(s);
	if (table_head(s->owner->table) > s->goal)
		pace_touch(s->pace);
}

/* As far towards the goal as there is room; on_drained() goes on. */
static void
pump(struct subscriber *s)
{
	struct evbuffer *out = bufferevent_get_output(s->bev);

	tally_resume(&s->tally);
	while (evbuffer_get_length(out) < SUBSCRIBER_AHEAD) {
		struct entry *e = next_entry(s);

		if (e == NULL)
			tally_settle(&s->tally, s->cursor);
		if (e == NULL || e->seq > s->goal) {
			round_ends(s);
			return;
		}
		if (e->kind == KIND_LOG)
			put_chunk(s, chunk_of(e));
		else
			evbuffer_add(out, e->text.bytes, e->text.len);
		s->cursor = e->seq;
	}
}

static void
round_begins(void *arg)
{
	struct subscriber *s = arg;

	/* a goal that moved with every change would never be reached by a slow reader */
	if (s->closing || s->in_round)
		return;
	s->goal = table_head(s->owner->table);
	s->in_round = true;
	pump(s);
}

static void
on_change(void *arg)
{
	struct subscriber *s = arg;

	pace_touch(s->pace);
}

static void
on_synced(evutil_socket_t fd, short what, void *arg)
{
	struct subscriber *s = arg;

	(void)fd, (void)what;
	s->catching_up = true;
	round_begins(s);
}

/* ---- coming and going ---- */

static void
unfollow(struct subscriber *s)
{
	for (size_t i = 0; i < s->wants.prefixes; i++) {
		order_unwatch(s->follow[i].order, &s->follow[i].watch);
		table_unfollow(s->owner->table, s->wants.prefix[i], s->wants.logs);
	}
	s->wants.prefixes = 0;
}

static void
subscriber_free(struct subscriber *s)
{
	unfollow(s);
	LIST_REMOVE(s, next);
	s->owner->count--;
	event_free(s->synced);
	pace_free(s->pace);
	bufferevent_free(s->bev);
	free(s);
}

static void
refuse(struct subscriber *s, const char *why)
{
	struct timeval linger = { 2, 0 };

	unfollow(s);
	evtimer_del(s->synced);
	s->closing = true;
	evbuffer_add_printf(bufferevent_get_output(s->bev), "error %s\n", why);
	bufferevent_set_timeouts(s->bev, &linger, &linger);
	bufferevent_setwatermark(s->bev, EV_WRITE, 0, 0); /* gone once all is written */
}

static void
subscribe(struct subscriber *s, const struct subscription *wants)
{
	struct table *t = s->owner->table;
	struct timeval interval = { SUBSCRIBER_SYNCED, 0 };

	unfollow(s);
	s->wants = *wants;
	for (size_t i = 0; i < wants->prefixes; i++) {
		s->follow[i].order = table_follow(t, wants->prefix[i], wants->logs);
		s->follow[i].watch.changed = on_change;
		s->follow[i].watch.arg = s;
		order_watch(s->follow[i].order, &s->follow[i].watch);
	}
	evbuffer_add_printf(bufferevent_get_output(s->bev), "headway 1 %" PRIu64 " %" PRIu64 "\n",
	    table_life(t), table_horizon(t));
	s->cursor = wants->has_since && table_knows(t, wants->since) ? wants->since.seq : 0;
	tally_begin(&s->tally, s->cursor, 0, 0);
	s->catching_up = true;
	s->in_round = false; /* that was the subscription's before */
	event_add(s->synced, &interval);
	round_begins(s);
}

/* Requests wait while what they are answered with cannot be written. */
static bool
has_room(struct subscriber *s)
{
	if (evbuffer_get_length(bufferevent_get_output(s->bev)) < SUBSCRIBER_AHEAD)
		return true;
	bufferevent_disable(s->bev, EV_READ);
	return false;
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct subscriber *s = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	struct subscription wants;
	char err[SUBSCRIPTION_ERR];
	const char *line;
	size_t len;
	enum lines got = LINES_NONE;

	while (!s->closing && has_room(s) && (got = lines_peek(in, SUBSCRIBER_LINE_MAX, &line, &len)) == LINES_ONE) {
		bool good = subscription_read(&wants, line, len, err);

		lines_drop(in, len);
		if (good)
			subscribe(s, &wants);
		else
			refuse(s, err);
	}
	if (!s->closing && got == LINES_TOO_LONG)
		refuse(s, "the line is too long");
	if (s->closing)
		evbuffer_drain(in, evbuffer_get_length(in));
}

static void
on_drained(struct bufferevent *bev, void *arg)
{
	struct subscriber *s = arg;

	if (s->closing) {
		subscriber_free(s);
		return;
	}
	if (s->in_round)
		pump(s);
	if (!(bufferevent_get_enabled(bev) & EV_READ)) {
		bufferevent_enable(bev, EV_READ);
		on_read(bev, s);
	}
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct subscriber *s = arg;

	(void)bev;
	if ((what & BEV_EVENT_TIMEOUT) && !s->closing)
		log_info("a subscriber took nothing for %d s; dropped", SUBSCRIBER_STALLED);
	subscriber_free(s);
}

struct subscribers *
subscribers_new(struct event_base *base, struct table *t)
{
	struct subscribers *ss = xcalloc(1, sizeof *ss);

	ss->base = base;
	ss->table = t;
	LIST_INIT(&ss->list);
	return ss;
}

void
subscribers_accept(int fd, void *arg)
{
	struct subscribers *ss = arg;
	struct subscriber *s = xcalloc(1, sizeof *s);
	struct timeval stalled = { SUBSCRIBER_STALLED, 0 };

	s->owner = ss;
	s->bev = bufferevent_socket_new(ss->base, fd, BEV_OPT_CLOSE_ON_FREE);
	s->pace = pace_new(ss->base, SUBSCRIBER_PERIOD, round_begins, s);
	s->synced = event_new(ss->base, -1, EV_PERSIST, on_synced, s);
	if (s->bev == NULL || s->synced == NULL)
		fatalx("out of memory");
	LIST_INSERT_HEAD(&ss->list, s, next);
	bufferevent_setcb(s->bev, on_read, on_drained, on_event, s);
	bufferevent_setwatermark(s->bev, EV_WRITE, SUBSCRIBER_AHEAD / 2, 0);
	bufferevent_set_timeouts(s->bev, NULL, &stalled);
	bufferevent_enable(s->bev, EV_READ | EV_WRITE);
	if (++ss->count > SUBSCRIBERS_MAX)
		refuse(s, "too many subscribers");
}

void
subscribers_free(struct subscribers *ss)
{
	struct subscriber *s;

	while ((s = LIST_FIRST(&ss->list)) != NULL) {
		evbuffer_write(bufferevent_get_output(s->bev), bufferevent_getfd(s->bev));
		subscriber_free(s);
	}
	free(ss);
}
