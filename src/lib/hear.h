/* hear.h -- what the broker says to a job, as far as this library listens. */
#ifndef HEADWAY_HEAR_H
#define HEADWAY_HEAR_H

#include <stddef.h>

#include "task/name.h"

enum heard {
	HEARD_OK,
	HEARD_ERROR,
	HEARD_OTHER, /* of a newer broker */
};

/* A line without its LF.  With HEARD_OK, `name` is whose it is, or "" if that
 * is not said or is no name. */
enum heard hear(const char *line, size_t len, char name[NAME_BYTES_MAX + 1]);

#endif
