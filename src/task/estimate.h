/* estimate.h -- how fast a run moves, and how long it still takes.
 *
 * Reckoned from the numbers of its updates alone.  No I/O and no clock: the
 * caller says what time it is, in microseconds that never go back.  Of constant
 * size, nothing to free.  No answer depends on how often updates come: they may
 * be microseconds or hours apart. */
#ifndef HEADWAY_ESTIMATE_H
#define HEADWAY_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

/* Private to estimate.c. */
struct estimate {
	uint64_t at;          /* of the newest update that came later than the one before */
	struct growth {
		bool known;
		uint64_t since;   /* when it became known */
		double first;     /* as it was then */
		double folded;    /* as it was `at`: what `recent` has seen of it */
		double now;
		double recent;    /* units/s, the later the more it counts */
	} moved, total;
	double work, time;    /* what moved of late, in so many seconds */
	unsigned rises;       /* of moved; stops at its maximum */
};

/* Nothing is known: for a new run, and for a new lap. */
void estimate_begin(struct estimate *e);

/* One update: what is known of the run now.  Numbers are as of number.h. */
void estimate_update(struct estimate *e, uint64_t mono_us, bool has_moved, double moved, bool has_total, double total);

/* Units a second, of late.  False: not known (yet).  Finite, never negative. */
bool estimate_rate(const struct estimate *e, double *rate);

/* Seconds from the newest update until moved reaches total.  False: there is
 * no telling.  Finite, greater than 0. */
bool estimate_eta(const struct estimate *e, double *eta);

/* Units a second from the first to the newest update of the lap. */
bool estimate_mean(const struct estimate *e, double *rate);

#endif
