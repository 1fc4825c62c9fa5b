/* id.c -- see id.h.  Pure. */
#include "task/id.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"

bool
id_parse(const char *s, size_t len, struct id *id)
{
	const char *dash = memchr(s, '-', len);
	size_t first;

	if (dash == NULL)
		return false;
	first = (size_t)(dash - s);
	return decimal_parse(s, first, ID_PART_MAX, &id->life) &&
	    decimal_parse(dash + 1, len - first - 1, ID_PART_MAX, &id->seq);
}

size_t
id_format(char text[ID_TEXT_MAX], struct id id)
{
	return (size_t)snprintf(text, ID_TEXT_MAX, "%" PRIu64 "-%" PRIu64, id.life, id.seq);
}
