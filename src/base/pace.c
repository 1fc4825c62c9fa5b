/* pace.c -- see pace.h.  Owns one timer per pace; knows nothing of readers. */
#include "base/pace.h"

#include <event2/event.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

struct pace {
	struct event *timer;
	uint64_t period;    /* microseconds */
	uint64_t last;      /* clock_mono() when the last round was due; 0: none yet */
	bool waiting;       /* the timer is set: a round is owed, a period after `last` */
	void (*round)(void *);
	void *arg;
};

static void
run(struct pace *pace, uint64_t due)
{
	pace->waiting = false;
	pace->last = due;
	pace->round(pace->arg);
}

/* A timer that comes late must not put off the round after it as well: changes
 * that are one period apart would sooner or later share a round. */
static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct pace *pace = arg;

	(void)fd, (void)what;
	run(pace, pace->last + pace->period);
}

struct pace *
pace_new(struct event_base *base, uint64_t period, void (*round)(void *), void *arg)
{
	struct pace *pace = xcalloc(1, sizeof *pace);

	pace->period = period;
	pace->round = round;
	pace->arg = arg;
	pace->timer = evtimer_new(base, on_timer, pace);
	if (pace->timer == NULL)
		fatalx("out of memory");
	return pace;
}

void
pace_free(struct pace *pace)
{
	if (pace == NULL)
		return;
	event_free(pace->timer);
	free(pace);
}

void
pace_touch(struct pace *pace)
{
	uint64_t now, due;

	if (pace->waiting)
		return;
	now = clock_mono();
	due = pace->last + pace->period;
	if (pace->last == 0 || now >= due) {
		run(pace, now);
	} else {
		struct timeval tv = {
			.tv_sec = (time_t)((due - now) / 1000000u),
			.tv_usec = (suseconds_t)((due - now) % 1000000u),
		};

		pace->waiting = true;
		evtimer_add(pace->timer, &tv);
	}
}
