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

/* n = digits / 10^places, as the decimal that a person would write for it. */
struct decimal {
	uint64_t digits; /* <= 2^53, or < 10^15 if places > 0 */
	int places;
};

static struct decimal
decimal_of(double n)
{
	struct decimal d = { 0, 0 };
	char text[NUMBER_TEXT_MAX];

	if (n == floor(n)) {
		d.digits = (uint64_t)n;
		return d;
	}
	/* "D.DDDDDDDDDDDDDDe-XX": 15 digits, as many as every double keeps */
	snprintf(text, sizeof text, "%.14e", n);
	d.places = 14 - atoi(strchr(text, 'e') + 1);
	for (const char *p = text; *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			d.digits = d.digits * 10 + (uint64_t)(*p - '0');
	while (d.places > 0 && d.digits % 10 == 0) {
		d.digits /= 10;
		d.places--;
	}
	return d;
}

int
number_percent(double moved, double total)
{
	struct decimal m, t;
	uint64_t n;

	if (moved >= total)
		return 10000;
	/* Scale both by total's places: total becomes whole, and moved stays
	 * below it, so nothing here leaves 64 bits. */
	m = decimal_of(moved);
	t = decimal_of(total);
	m.places -= t.places;
	if (m.digits == 0)
		return 0;
	for (; m.places < 0; m.places++)
		m.digits *= 10;
	if (m.places == 0) {
		uint64_t hundred = m.digits * 100; /* < 2^53 * 100 < 2^60 */

		return (int)(hundred / t.digits * 100 + hundred % t.digits * 100 / t.digits);
	}
	/* total is whole, so floor(10000 m / total) = floor(floor(10000 m) / total) */
	n = m.digits;
	for (; m.places < 4; m.places++)
		n *= 10;
	for (; m.places > 4 && n > 0; m.places--)
		n /= 10;
	return (int)(n / t.digits);
}
