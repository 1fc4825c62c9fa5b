/* pace.h -- at most one round in each period, the first at once.
 *
 * A pace is what stands between "something changed" (as often as it likes)
 * and "tell the readers" (20 times a second at most).  The first change after
 * a pause starts a round before pace_touch() returns; changes within a period
 * of the last round share the next one.  Nothing is ever queued here. */
#ifndef HEADWAY_PACE_H
#define HEADWAY_PACE_H

#include <stdint.h>

struct event_base;
struct pace;

/* `period` in microseconds.  round(arg) runs inside pace_touch() or from the
 * event loop; it may free the pace, since nothing is touched after it. */
struct pace *pace_new(struct event_base *base, uint64_t period, void (*round)(void *arg), void *arg);
void pace_free(struct pace *pace); /* NULL is fine */
void pace_touch(struct pace *pace);

#endif
