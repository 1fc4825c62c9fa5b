/* id.h -- LIFE-SEQ, the id of an SSE event and a subscriber's cursor.
 *
 * LIFE tells one task table from every other (it is random, drawn when the
 * table is born); SEQ counts its changes.  Both are decimals below 2^63.  No
 * clock is in it, so no clock can spoil it. */
#ifndef HEADWAY_ID_H
#define HEADWAY_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_PART_MAX ((uint64_t)INT64_MAX)
#define ID_TEXT_MAX 40 /* two decimals of 19 digits, '-', NUL */

struct id {
	uint64_t life;
	uint64_t seq;
};

bool id_parse(const char *s, size_t len, struct id *id);
size_t id_format(char text[ID_TEXT_MAX], struct id id); /* returns the length */

#endif
