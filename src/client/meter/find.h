/* find.h -- a percent, and N of M, somewhere in a text, and what stands around
 * them.  Pure. */
#ifndef HEADWAY_FIND_H
#define HEADWAY_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "client/meter/scan.h"

struct found {
	const char *from, *to; /* the text itself, its unit or % sign with it */
	double value, total;   /* of a percent: total is 100 */
	bool bytes;
	bool padded;           /* a zero before it, but not as N of M are padded to the same width: 01/2026 */
};

struct finds {
	bool percent, fraction; /* is there one?  the first of each */
	struct found p, f;
};

/* 12.5%, 12,5 %; 3/4, 3.00 MiB / 57.2 MiB, 5.2/10.1 MB, 3 of 4.  Not those that are a part of
 * something: of a path, date, version, address, signed number, rate or word.  If the text may go on (`open`), a number at
 * its end is none yet. */
void find_all(const char *text, size_t len, bool open, struct finds *finds);

#endif
