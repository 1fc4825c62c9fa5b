/* number.c -- see number.h.  Pure. */
#include "task/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
number_ok(double n)
{
	return isfinite(n) && n >= 0 && n <= NUMBER_MAX;
}

void
number_text(char text[NUMBER_TEXT_MAX], double n)
{
	if (n == floor(n)) {
		snprintf(text, NUMBER_TEXT_MAX, "%.0f", n);
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, NUMBER_TEXT_MAX, "%.*g", digits, n);
		if (strtod(text, NULL) == n)
			return;
	}
}

/* n = digits / 10^places, as the decimal that a person would write for it: the
 * shortest that reads back as n, 17 digits at most. */
struct decimal {
	uint64_t digits; /* < 10^17 */
	int places;
};

static struct decimal
decimal_of(double n)
{
	struct decimal d = { 0, 0 };
	char text[NUMBER_TEXT_MAX];
	int digits = 14;

	if (n == floor(n)) {
		d.digits = (uint64_t)n;
		return d;
	}
	do {
		snprintf(text, sizeof text, "%.*e", digits, n); /* D.DDDDDDDDDDDDDDe-XX */
	} while (strtod(text, NULL) != n && ++digits <= 16);
	d.places = (digits <= 16 ? digits : 16) - atoi(strchr(text, 'e') + 1);
	for (const char *p = text; *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			d.digits = d.digits * 10 + (uint64_t)(*p - '0');
	return d;
}

/* Long division, a decimal digit at a time: nothing here leaves 64 bits. */
int
number_percent(double moved, double total)
{
	struct decimal m, t;
	uint64_t quotient, rest;
	int shift;

	if (moved >= total)
		return 10000;
	m = decimal_of(moved);
	t = decimal_of(total);
	/* 10000 moved / total = digits / digits * 10^shift */
	shift = 4 - m.places + t.places;
	/* floor(floor(x) / n) = floor(x / n) for a whole n: digits that count for
	 * less than one can go first */
	for (; shift < 0 && m.digits > 0; shift++)
		m.digits /= 10;
	quotient = m.digits / t.digits;
	rest = m.digits % t.digits;
	for (; shift > 0; shift--) {
		rest *= 10;
		quotient = quotient * 10 + rest / t.digits;
		rest %= t.digits;
	}
	return (int)quotient;
}
