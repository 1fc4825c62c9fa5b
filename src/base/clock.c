/* clock.c -- see clock.h.  Owns nothing. */
#include "base/clock.h"

#include <time.h>

double
clock_wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

uint64_t
clock_mono(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

int
clock_sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}
