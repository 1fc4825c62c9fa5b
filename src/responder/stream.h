/* stream.h -- one subscriber: a cursor, and a browser at the other end.
 *
 * Nothing is queued for a stream.  What it has yet to see are the entries of
 * its order with a number above its cursor; when its socket can take bytes it
 * gets the newest state of each, in ascending order, whole frames only: so
 * wherever the connection dies, the last id received is a true cursor.
 *
 * The stream's own subject (NAME of /events/NAME, the unnamed task of /events)
 * goes out as plain messages, other tasks as `task` events, lines of logs, to
 * those who asked, as `log` events. */
#ifndef HEADWAY_STREAM_H
#define HEADWAY_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "responder/request.h"
#include "task/id.h"

#define STREAM_RETRY_MIN 1000 /* milliseconds: EventSource's reconnection time, */
#define STREAM_RETRY_MAX 3000 /* drawn for each, so that they do not come back as one */
#define STREAM_BUSY_RETRY_MIN 10000
#define STREAM_BUSY_RETRY_MAX 30000

struct conn;
struct feed;
struct streams;
struct tally;

/* Open to streams.c and feed.c, which keep streams in lists of theirs. */
struct stream {
	struct streams *all;
	struct conn *conn;
	struct feed *feed;
	size_t place;             /* in the feed */
	unsigned slot;            /* of the heartbeat wheel */
	uint32_t until;           /* the wheel's second in which its time is over, if that is limited */
	TAILQ_ENTRY(stream) beat;

	char *head;               /* what the stream opens with; NULL once it is written */
	size_t head_len;
	struct id cursor;         /* if has_cursor */
	uint64_t goal;            /* the round's: the head when it began */
	struct tally *tally;      /* of the log lines; NULL: it wants none */
	unsigned log;             /* lines of each log to begin with */
	uint64_t fresh_to;        /* up to here it is a newcomer, who is shown one record per name */
	bool has_cursor;
	bool bad_cursor;          /* it came with something that is no id */
	bool judged;              /* the cursor is of the table's life */
	bool head_only;           /* HEAD */
	bool late;                /* a round began while it was in the one before */
	bool until_end, ending, may_have_ended;
	bool expired;             /* its time is over */
	bool owes_down, owes_resync, owes_synced, owes_heartbeat;
};

/* Opens a stream on `c` and takes its part in `feed`.  The head goes out at
 * once, and the snapshot too if the table is whole. */
void stream_open(struct streams *all, struct conn *c, const struct request *r, struct feed *feed);

void stream_synced(struct stream *s);    /* the table is whole: judge the cursor, catch up */
void stream_down(struct stream *s);      /* the broker is away: say so */
void stream_heartbeat(struct stream *s);
void stream_expire(struct stream *s);    /* its time is over: ends it, between two frames */
void stream_round(struct stream *s, uint64_t head); /* for the feed: a round begins; does not write */

/* A stream that says `busy` and ends: the limit of streams is reached. */
void stream_refuse(struct conn *c, const struct request *r, size_t limit);

#endif
