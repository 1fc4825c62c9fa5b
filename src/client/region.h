/* region.h -- rows that are drawn again and again (several bars at once), and
 * what the log is owed of them.
 *
 * A log cannot be taken back.  So a line feed on the newest row logs the row,
 * but what is written on rows that the cursor went up to is only kept, its
 * last state each, until the cursor goes on below them all.  Constant memory. */
#ifndef HEADWAY_REGION_H
#define HEADWAY_REGION_H

#include <stdbool.h>
#include <stddef.h>

#include "client/row.h"

#define REGION_ROWS 32 /* kept; rows further up are not logged again */

struct region {
	unsigned above;  /* rows that the cursor is above the newest one; REGION_ROWS: or more */
	bool touched;    /* the cursor's row was changed since the cursor came there */
	unsigned blanks; /* empty lines at the end of the log: what is written there was not logged yet */
	size_t len[REGION_ROWS];
	char line[REGION_ROWS][ROW_LOG_MAX + 1]; /* by distance from the newest row */
};

typedef void region_log(void *arg, const char *line, size_t len);

/* The cursor leaves `row`, which the caller empties: up, down, or by a line feed.  `log` may be called. */
void region_up(struct region *g, const struct row *row, size_t n);
void region_down(struct region *g, const struct row *row, size_t n);
void region_line(struct region *g, const struct row *row, region_log *log, void *arg);

/* There is no more: what is owed. */
void region_end(struct region *g, const struct row *row, region_log *log, void *arg);

#endif
