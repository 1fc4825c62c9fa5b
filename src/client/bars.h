/* bars.h -- tasks as lines for a terminal: views and a width in, text out.
 *
 * One line a task, in columns that fit the width.  What does not fit goes, the
 * least important first: the rate, then how much has moved, the time, the time
 * left, how it ended and what it says, the bar; the sign, name and percent stay.
 * Nobody sees a percent that nobody knows: without a total a block moves to
 * and fro.  Pure, but for the locale (see cells.h). */
#ifndef HEADWAY_BARS_H
#define HEADWAY_BARS_H

#include <stdbool.h>
#include <stddef.h>

struct view;

struct bars_style {
	int columns;    /* cells of a line; 0: as many as it takes, without bars: a table */
	bool utf8;      /* block characters; else ASCII */
	bool color;
	double now;     /* seconds since the epoch */
	unsigned phase; /* of what moves to and fro: one more, one step */
};

/* `n` lines, each ending with LF and none wider than the style says; free(3)
 * them.  There are no escape sequences but those of colours. */
char *bars_draw(const struct view *views, size_t n, const struct bars_style *style);

#endif
