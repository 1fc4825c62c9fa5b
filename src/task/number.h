/* number.h -- the numbers of a record: how far, of how much, and the percent.
 *
 * A number is finite and 0..2^53, so that JSON readers everywhere (RFC 8259,
 * section 6) see the very value that was published. */
#ifndef HEADWAY_NUMBER_H
#define HEADWAY_NUMBER_H

#include <stdbool.h>

#define NUMBER_MAX 9007199254740992.0 /* 2^53 */
#define NUMBER_TEXT_MAX 32

bool number_ok(double n);

/* The shortest decimal that reads back as `n`; a whole number without a point. */
void number_text(char text[NUMBER_TEXT_MAX], double n);

/* floor(10000 * moved / total), at most 10000, in exact decimal arithmetic:
 * hundredths of a percent.  (29.0 / 100 * 100 is a little less than 29.)  total > 0. */
int number_percent(double moved, double total);

#endif
