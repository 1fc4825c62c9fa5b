/* clock.h -- the two clocks and what each is for. */
#ifndef HEADWAY_CLOCK_H
#define HEADWAY_CLOCK_H

#include <stdint.h>

/* What a person calls the time: seconds since the epoch.  It may jump, as by 56
 * years when a device that boots in 1970 hears of NTP, so it is only ever shown,
 * never compared. */
double clock_wall(void);

/* Microseconds since some moment; never goes back (CLOCK_MONOTONIC). */
uint64_t clock_mono(void);

/* One moment by all clocks, for code that is told the time and asks no clock. */
struct now {
	double wall;   /* as of clock_wall() */
	uint64_t mono; /* as of clock_mono() */
	uint64_t boot; /* microseconds, as mono, but a machine's sleep counts (CLOCK_BOOTTIME) */
};
struct now clock_now(void);

/* By how many seconds somebody has set the wall clock between two moments; 0 if
 * it has only run, at its own pace or a little off.  What was said to be then
 * must be moved by so much to keep its distance from now. */
double clock_set_by(const struct now *then, const struct now *now);

/* Of two waits as poll(2) takes them, -1 being one without end. */
int clock_sooner(int a, int b);

#endif
