/* feed.c -- see feed.h.  Owns the array of its streams' descriptors; never the
 * streams. */
#include "responder/feed.h"

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "base/pace.h"
#include "responder/conn.h"
#include "responder/stream.h"
#include "responder/streams.h"
#include "task/name.h"
#include "task/table.h"

struct feed_key {
	uint32_t period;
	bool logs;
	char prefix[NAME_BYTES_MAX + 1];
};

struct feed {
	struct feed_key key;
	struct streams *all;
	struct order *order;
	struct watch watch;
	struct pace *pace;
	struct stream **streams;
	struct pollfd *fds;     /* of streams, place by place */
	size_t count, room;
	bool in_round;          /* then it must not be freed */
	UT_hash_handle hh;
};

static void
feed_free(struct feed *feed)
{
	HASH_DEL(feed->all->feeds, feed);
	order_unwatch(feed->order, &feed->watch);
	table_unfollow(feed->all->table, feed->key.prefix, feed->key.logs);
	pace_free(feed->pace);
	free(feed->streams);
	free(feed->fds);
	free(feed);
}

/* From the last to the first: one that ends within its turn is replaced by one
 * that has had its turn. */
static void
each_turn(struct feed *feed)
{
	for (size_t i = feed->count; i-- > 0;) {
		struct conn *c = feed->streams[i]->conn;

		if (feed->fds[i].revents & POLLOUT)
			conn_pump(c);
		else
			conn_wait(c);
	}
}

static void
round_begins(void *arg)
{
	struct feed *feed = arg;
	uint64_t head = table_head(feed->all->table);

	if (!feed->all->synced || feed->count == 0)
		return;
	for (size_t i = 0; i < feed->count; i++) {
		stream_round(feed->streams[i], head);
		feed->fds[i].fd = conn_fd(feed->streams[i]->conn);
		feed->fds[i].events = POLLOUT;
		feed->fds[i].revents = 0;
	}
	if (poll(feed->fds, feed->count, 0) < 0) {
		pace_touch(feed->pace); /* the kernel has no memory just now: again in a period */
		return;
	}
	feed->in_round = true;
	each_turn(feed);
	feed->in_round = false;
	if (feed->count == 0)
		feed_free(feed);
}

static void
on_change(void *arg)
{
	struct feed *feed = arg;

	pace_touch(feed->pace);
}

struct feed *
feed_of(struct streams *all, const char *prefix, uint32_t period, bool logs)
{
	struct feed_key key;
	struct feed *feed;

	memset(&key, 0, sizeof key); /* its padding is hashed too */
	key.period = period;
	key.logs = logs;
	strncpy(key.prefix, prefix, NAME_BYTES_MAX);
	HASH_FIND(hh, all->feeds, &key, sizeof key, feed);
	if (feed != NULL)
		return feed;
	feed = xcalloc(1, sizeof *feed);
	feed->key = key;
	feed->all = all;
	feed->order = table_follow(all->table, prefix, logs);
	feed->watch = (struct watch){ .changed = on_change, .arg = feed };
	order_watch(feed->order, &feed->watch);
	feed->pace = pace_new(all->base, period, round_begins, feed);
	HASH_ADD(hh, all->feeds, key, sizeof feed->key, feed);
	return feed;
}

void
feed_add(struct feed *feed, struct stream *s)
{
	if (feed->count == feed->room) {
		feed->room = feed->room > 0 ? feed->room * 2 : 4;
		feed->streams = xreallocarray(feed->streams, feed->room, sizeof *feed->streams);
		feed->fds = xreallocarray(feed->fds, feed->room, sizeof *feed->fds);
	}
	s->place = feed->count;
	feed->streams[feed->count++] = s;
}

void
feed_remove(struct feed *feed, struct stream *s)
{
	struct stream *last = feed->streams[--feed->count];

	feed->streams[s->place] = last;
	last->place = s->place;
	if (feed->count == 0 && !feed->in_round)
		feed_free(feed);
}

const struct order *
feed_order(const struct feed *feed)
{
	return feed->order;
}

const char *
feed_subject(const struct feed *feed)
{
	return strcmp(feed->key.prefix, NAME_EVERY) == 0 ? NAME_UNNAMED : feed->key.prefix;
}
