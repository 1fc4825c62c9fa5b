/* streams.h -- all streams: their number, their heartbeats, what befalls them
 * together. */
#ifndef HEADWAY_STREAMS_H
#define HEADWAY_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "responder/stream.h"

#define HEARTBEAT_DEFAULT 15 /* seconds: below every web server's and proxy's idle limit */
#define HEARTBEAT_MAX 30     /* seconds: clients take 40 s of silence for death */
#define STREAM_SECONDS_MAX 31536000u /* of a stream, if its time is limited: a year */
#define STREAM_SPREAD 10     /* a limited stream ends in the last tenth of its time */

struct event;
struct event_base;
struct feed;
struct table;

/* Open to stream.c and feed.c. */
struct streams {
	struct event_base *base;
	struct table *table;
	struct feed *feeds;  /* a hash, feed.c's */
	bool synced;         /* the table is whole: cursors can be judged and followed */
	size_t count, with_logs;
	void (*emptied)(void *arg); /* the last stream is gone; set by the owner */
	void (*quiet)(void *arg);   /* the last one with logs is */
	void *arg;

	/* A wheel: each second the streams of one slot get their heartbeat, so
	 * there is one timer for all, and no second in which all are served. */
	struct event *tick;
	unsigned slots, now;
	TAILQ_HEAD(stream_slot, stream) slot[HEARTBEAT_MAX];

	/* The same timer sees whose time is over. */
	unsigned limit;      /* seconds that a stream may last; 0: any */
	uint32_t seconds;    /* ticks since the start */
};

/* `heartbeat` and `limit` (0: none) are seconds. */
struct streams *streams_new(struct event_base *base, struct table *t, unsigned heartbeat, unsigned limit);
void streams_free(struct streams *all); /* after the last stream */

void streams_synced(struct streams *all); /* the table is whole */
void streams_wait(struct streams *all);   /* it is being filled anew: nobody follows it meanwhile */
void streams_down(struct streams *all);   /* the broker is away */

void streams_add(struct streams *all, struct stream *s);
void streams_remove(struct streams *all, struct stream *s);

#endif
