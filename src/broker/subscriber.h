/* subscriber.h -- the subscribers' connections: responders, mostly.
 *
 * A subscriber is a cursor into the table.  Nothing is queued for it beyond
 * SUBSCRIBER_AHEAD bytes: while those have not gone, changes only move entries
 * in their orders, and when they have it gets the newest state of each; of
 * logs, which only those get who ask, the last lines, and how many it missed.  A
 * subscriber that takes no byte for SUBSCRIBER_STALLED seconds is dropped; it
 * comes back with its cursor when it can. */
#ifndef HEADWAY_SUBSCRIBER_H
#define HEADWAY_SUBSCRIBER_H

#define SUBSCRIBERS_MAX 1024      /* at once; one more gets an error and is closed */
#define SUBSCRIBER_AHEAD 65536    /* bytes written ahead of what the socket takes */
#define SUBSCRIBER_LINE_MAX 2048  /* bytes of a request line */
#define SUBSCRIBER_PERIOD 50000   /* microseconds between rounds: 20 Hz */
#define SUBSCRIBER_SYNCED 15      /* seconds between `synced` lines */
#define SUBSCRIBER_STALLED 60     /* seconds */

struct event_base;
struct subscribers;
struct table;

struct subscribers *subscribers_new(struct event_base *base, struct table *t);
void subscribers_accept(int fd, void *subscribers); /* for acceptor_new() */
void subscribers_free(struct subscribers *ss);      /* sends what can be sent at once, closes all */

#endif
