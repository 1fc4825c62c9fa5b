/* view.h -- a record as a reader sees it: its JSON, read into a plain struct.
 *
 * For readers that show figures to people.  Whoever passes records on passes
 * the JSON as it stands and needs none of this.  The keys are those of RECORDS
 * in headway-protocol(7); keys that are not known here, and values of another
 * type than they should have, are passed over.  Pure. */
#ifndef HEADWAY_VIEW_H
#define HEADWAY_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "task/update.h"

#define VIEW_UNKNOWN (-1) /* of a number below: the record does not say */

struct view {
	double moved, total;            /* or VIEW_UNKNOWN */
	int percent;                    /* hundredths, 0 to 10000, or VIEW_UNKNOWN */
	double rate;                    /* units a second, or VIEW_UNKNOWN */
	double eta;                     /* seconds from `updated` on, or VIEW_UNKNOWN */
	double started, updated, ended; /* seconds since the epoch, or VIEW_UNKNOWN */
	enum state state;               /* STATE_UNSAID: a word of a newer broker */
	enum cancel cancel;
	unsigned lap;                   /* 1: the first */
	int exit;                       /* 0 to 255, or VIEW_UNKNOWN */
	/* Publishers' texts, unfiltered: no terminal may see them as they are.
	 * NULL: the record has none; `task` of the unnamed task, too. */
	const char *task, *title, *message, *unit, *signal;
	char *texts; /* what they point into */
};

/* False, and *v is empty, if the `len` bytes are no JSON object.  A NUL within
 * a text becomes a blank.  view_free() it in any case. */
bool view_read(struct view *v, const char *json, size_t len);
void view_free(struct view *v);

#endif
