/* unit.h -- what every unit test includes: cmocka, in the order it asks for,
 * and random numbers that can be had again.
 *
 * A test is a claim: its name says what holds.  A random test prints its seed;
 * HEADWAY_TEST_SEED=N repeats it. */
#ifndef HEADWAY_UNIT_H
#define HEADWAY_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

/* splitmix64: small, good, and the same on every machine, unlike rand(3). */
static inline uint64_t
next_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static inline unsigned
below(uint64_t *state, unsigned n)
{
	return (unsigned)(next_random(state) % n);
}

/* `usual`, or what HEADWAY_TEST_SEED says. */
static inline uint64_t
seed_of(const char *test, uint64_t usual)
{
	const char *wish = getenv("HEADWAY_TEST_SEED");
	uint64_t seed = wish != NULL ? strtoull(wish, NULL, 10) : usual;

	print_message("# %s: HEADWAY_TEST_SEED=%llu\n", test, (unsigned long long)seed);
	return seed;
}

#endif
