/* calls.c -- what a loop loses that calls headway_set() a million times a second.
 *
 * The loop does work of about a microsecond a turn, measured first.  It is run
 * with the call and without it in turns, and the median of each pair's loss is
 * what counts: on a machine that does other things too, a single pair says
 * little.  Time is the loop's own thread's (CLOCK_THREAD_CPUTIME_ID); the wall's
 * is given beside it, and the sender's thread's apart.
 *
 *	calls [PAIRS [TURNS]] */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/headway.h"

#define RATE 1e6 /* turns a second */
#define PAIRS 15
#define PAIRS_MAX 1000
#define TURNS 500000 /* half a second a run */
#define BARE_CALLS 20000000

struct took {
	double own, wall; /* seconds */
};

static volatile uint64_t sink;

static double
read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static uint64_t
work(uint64_t seed, unsigned amount)
{
	for (unsigned i = 0; i < amount; i++)
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return seed;
}

/* The amount of work() that takes a turn's time; the quickest of some tries, so
 * that a disturbance does not make the turns shorter. */
static unsigned
calibrate(void)
{
	enum { SOME = 100000000 };
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		double before = read_clock(CLOCK_THREAD_CPUTIME_ID), took;

		sink = work(sink, SOME);
		took = read_clock(CLOCK_THREAD_CPUTIME_ID) - before;
		if (took < best)
			best = took;
	}
	return (unsigned)(SOME / best / RATE);
}

static struct took
loop(struct headway *h, unsigned amount, long turns, bool call)
{
	struct took t = { read_clock(CLOCK_THREAD_CPUTIME_ID), read_clock(CLOCK_MONOTONIC) };
	uint64_t seed = sink;

	for (long i = 1; i <= turns; i++) {
		seed = work(seed, amount);
		if (call)
			headway_set(h, (double)i, (double)turns);
	}
	sink = seed;
	t.own = read_clock(CLOCK_THREAD_CPUTIME_ID) - t.own;
	t.wall = read_clock(CLOCK_MONOTONIC) - t.wall;
	return t;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof *values, ascending);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double
nanoseconds(struct headway *h, double (*call)(struct headway *, long))
{
	double took[5];

	for (int i = 0; i < 5; i++)
		took[i] = call(h, BARE_CALLS) / BARE_CALLS * 1e9;
	return median(took, 5);
}

static double
only_moved(struct headway *h, long n)
{
	double before = read_clock(CLOCK_THREAD_CPUTIME_ID);

	for (long i = 0; i < n; i++)
		headway_set(h, (double)i, 1e9);
	return read_clock(CLOCK_THREAD_CPUTIME_ID) - before;
}

static double
total_too(struct headway *h, long n)
{
	double before = read_clock(CLOCK_THREAD_CPUTIME_ID);

	for (long i = 0; i < n; i++)
		headway_set(h, (double)i, (double)(i + 1));
	return read_clock(CLOCK_THREAD_CPUTIME_ID) - before;
}

static double
added(struct headway *h, long n)
{
	double before = read_clock(CLOCK_THREAD_CPUTIME_ID);

	for (long i = 0; i < n; i++)
		headway_add(h, 1, 0);
	return read_clock(CLOCK_THREAD_CPUTIME_ID) - before;
}

int
main(int argc, char *argv[])
{
	int pairs = argc > 1 ? atoi(argv[1]) : PAIRS;
	long turns = argc > 2 ? atol(argv[2]) : TURNS;
	static double own[PAIRS_MAX], wall[PAIRS_MAX], rate[PAIRS_MAX];
	struct headway *h = headway_open("bench/calls");
	double process = read_clock(CLOCK_PROCESS_CPUTIME_ID), thread = read_clock(CLOCK_THREAD_CPUTIME_ID);
	double start = read_clock(CLOCK_MONOTONIC), sender;
	unsigned amount = calibrate();

	if (h == NULL || pairs < 1 || pairs > PAIRS_MAX || turns < 1)
		return 2;
	for (int i = 0; i < pairs; i++) {
		struct took with, without;

		if (i % 2)
			with = loop(h, amount, turns, true);
		without = loop(h, amount, turns, false);
		if (!(i % 2))
			with = loop(h, amount, turns, true);
		own[i] = (with.own / without.own - 1) * 100;
		wall[i] = (with.wall / without.wall - 1) * 100;
		rate[i] = (double)turns / with.own;
	}
	sender = (read_clock(CLOCK_PROCESS_CPUTIME_ID) - process - read_clock(CLOCK_THREAD_CPUTIME_ID) + thread) /
	    (read_clock(CLOCK_MONOTONIC) - start) * 100;
	printf("calls a second        %.0f\n", median(rate, pairs));
	printf("loss                  %.2f %% of the loop's time, %.2f %% of the wall's; median of %d pairs\n",
	    median(own, pairs), median(wall, pairs), pairs);
	printf("the sender's thread   %.3f %% of a core\n", sender);
	printf("headway_set           %.1f ns, %.1f ns with another total each time\n",
	    nanoseconds(h, only_moved), nanoseconds(h, total_too));
	printf("headway_add           %.1f ns\n", nanoseconds(h, added));
	return headway_end(h, HEADWAY_DONE) == 0 ? 0 : 1;
}
