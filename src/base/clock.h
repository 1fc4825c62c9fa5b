/* clock.h -- the two clocks and what each is for. */
#ifndef HEADWAY_CLOCK_H
#define HEADWAY_CLOCK_H

#include <stdint.h>

/* What a person calls the time: seconds since the epoch.  It may jump, so it
 * is only ever shown, never compared. */
double clock_wall(void);

/* Microseconds since some moment; never goes back (CLOCK_MONOTONIC). */
uint64_t clock_mono(void);

/* One moment by both, for code that is told the time and asks no clock. */
struct now {
	double wall;   /* as of clock_wall() */
	uint64_t mono; /* as of clock_mono() */
};

/* Of two waits as poll(2) takes them, -1 being one without end. */
int clock_sooner(int a, int b);

#endif
