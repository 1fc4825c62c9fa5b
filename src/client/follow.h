/* follow.h -- the subscribe socket from a reader's side.
 *
 * Subscribes, and goes on from its cursor whenever the broker has been away.
 * If the broker cannot go on from there, because it is another one or has
 * forgotten too much, the reader is told to start over.  Connecting is tried
 * again each FOLLOW_RETRY milliseconds for as long as the follow lives: whether
 * to wait for a broker is the user's decision, in away(). */
#ifndef HEADWAY_FOLLOW_H
#define HEADWAY_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOLLOW_RETRY 200     /* milliseconds */
#define FOLLOW_PATIENCE 5    /* seconds without a byte before the first `synced`: it does not answer */
#define FOLLOW_SILENCE 40    /* seconds without a byte later on (the broker says `synced` each 15) */
#define FOLLOW_LINE_MAX 8192 /* bytes; a longer line is no broker's */
#define FOLLOW_NAMES_MAX 8   /* that one subscription can have */

struct change;
struct event_base;
struct follow;

/* What has been read, in this order: start_over, changes, synced, changes...
 * After a link was lost it is either changes only, or all from the beginning.
 * None is called after follow_stop(). */
struct follow_user {
	/* Forget everything: all that there is follows.  Comes first, too. */
	void (*start_over)(uint64_t life, uint64_t horizon, void *arg);
	/* A run, an end or a removal; each with a greater number than the last. */
	void (*change)(const struct change *c, void *arg);
	/* Everything up to now has been said. */
	void (*synced)(void *arg);
	/* There is no broker, because WHY; once until it is synced again. */
	void (*away)(const char *why, void *arg);
	void *arg;
};

/* `socket` is an option's value or NULL, see unixsock_connect(); kept.  The
 * first attempt to connect is made by the loop.  `names` are those of tasks, each
 * covering those below it, at most FOLLOW_NAMES_MAX; NAME_UNNAMED and NAME_EVERY
 * may be among them. */
struct follow *follow_new(struct event_base *base, const char *socket, const char *const names[], size_t n,
    const struct follow_user *user);
void follow_stop(struct follow *f); /* no callback any more; may be called by one */
void follow_free(struct follow *f);

#endif
