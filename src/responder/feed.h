/* feed.h -- the streams of one prefix at one rate, with or without logs, and
 * their rounds.
 *
 * A round begins at the first change after a pause, and then once a period
 * while there are changes.  It notes the head, asks poll(2) once about all its
 * streams, and lets each that can take bytes write what it has yet to see;
 * the others go on when they can.  One pace and one timer for all of them. */
#ifndef HEADWAY_FEED_H
#define HEADWAY_FEED_H

#include <stdbool.h>
#include <stdint.h>

struct feed;
struct order;
struct stream;
struct streams;

/* The feed of `prefix` and `period` (microseconds), made if it is not there.
 * It goes with its last stream. */
struct feed *feed_of(struct streams *all, const char *prefix, uint32_t period, bool logs);
void feed_add(struct feed *feed, struct stream *s);
void feed_remove(struct feed *feed, struct stream *s);

const struct order *feed_order(const struct feed *feed);
const char *feed_subject(const struct feed *feed); /* the task whose records are plain messages */

#endif
