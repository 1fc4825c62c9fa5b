/* clock.c -- see clock.h.  Owns nothing. */
#include "base/time64.h"

#include "base/clock.h"

#include <math.h>
#include <time.h>

#define STEP_MIN 1.0 /* seconds: what is less may be a slow clock, or the time between two calls */

double
clock_wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uint64_t
microseconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

uint64_t
clock_mono(void)
{
	return microseconds(CLOCK_MONOTONIC);
}

struct now
clock_now(void)
{
	return (struct now){ clock_wall(), clock_mono(), microseconds(CLOCK_BOOTTIME) };
}

double
clock_set_by(const struct now *then, const struct now *now)
{
	double passed = ((double)now->boot - (double)then->boot) / 1e6;
	double step = now->wall - then->wall - passed;

	return fabs(step) < STEP_MIN ? 0 : step;
}

int
clock_sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}
