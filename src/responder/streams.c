/* streams.c -- see streams.h. */
#include "responder/streams.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/jitter.h"
#include "base/log.h"
#include "base/mem.h"

/* A stream may end in its turn, and take nobody else with it. */
static void
each(struct streams *all, void (*fn)(struct stream *))
{
	for (unsigned i = 0; i < all->slots; i++)
		for (struct stream *s = TAILQ_FIRST(&all->slot[i]), *next; s != NULL; s = next) {
			next = TAILQ_NEXT(s, beat);
			fn(s);
		}
}

/* Those that opened at once, after a restart say, are to come back one by one:
 * hence the jitter, downwards, since the limit is somebody else's promise. */
static uint32_t
last_second(const struct streams *all)
{
	return all->seconds + jitter(all->limit - all->limit / STREAM_SPREAD, all->limit);
}

/* An hour is 240 heartbeats: a look at every stream each second is cheaper than
 * to keep them in the order of their ends. */
static void
expire(struct stream *s)
{
	if ((int32_t)(s->all->seconds - s->until) >= 0)
		stream_expire(s);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct streams *all = arg;

	(void)fd, (void)what;
	all->now = (all->now + 1) % all->slots;
	for (struct stream *s = TAILQ_FIRST(&all->slot[all->now]), *next; s != NULL; s = next) {
		next = TAILQ_NEXT(s, beat);
		stream_heartbeat(s);
	}
	all->seconds++;
	if (all->limit > 0)
		each(all, expire);
}

struct streams *
streams_new(struct event_base *base, struct table *t, unsigned heartbeat, unsigned limit)
{
	static const struct timeval second = { 1, 0 };
	struct streams *all = xcalloc(1, sizeof *all);

	all->base = base;
	all->table = t;
	all->slots = heartbeat;
	all->limit = limit;
	for (unsigned i = 0; i < HEARTBEAT_MAX; i++)
		TAILQ_INIT(&all->slot[i]);
	all->tick = event_new(base, -1, EV_PERSIST, on_tick, all);
	if (all->tick == NULL || event_add(all->tick, &second) < 0)
		fatalx("out of memory");
	return all;
}

void
streams_free(struct streams *all)
{
	event_free(all->tick);
	free(all);
}

void
streams_synced(struct streams *all)
{
	all->synced = true;
	each(all, stream_synced);
}

void
streams_wait(struct streams *all)
{
	all->synced = false;
}

void
streams_down(struct streams *all)
{
	all->synced = false;
	each(all, stream_down);
}

/* The first heartbeat comes when the wheel has gone round once. */
void
streams_add(struct streams *all, struct stream *s)
{
	all->count++;
	all->with_logs += s->tally != NULL;
	s->slot = all->now;
	s->until = all->limit > 0 ? last_second(all) : 0;
	TAILQ_INSERT_TAIL(&all->slot[s->slot], s, beat);
}

void
streams_remove(struct streams *all, struct stream *s)
{
	TAILQ_REMOVE(&all->slot[s->slot], s, beat);
	if (s->tally != NULL && --all->with_logs == 0)
		all->quiet(all->arg);
	if (--all->count == 0)
		all->emptied(all->arg);
}
