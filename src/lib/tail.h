/* tail.h -- the last lines that a job has printed, in a fixed room.
 *
 * A new line pushes out old ones, in halves of the room, so that a job which
 * prints much does not move memory much.  What was sent stays while it can, for
 * a broker that comes back.  Not thread-safe; no allocation. */
#ifndef HEADWAY_TAIL_H
#define HEADWAY_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAIL_ROOM 8192
#define TAIL_LINE_MAX 2000 /* bytes kept of a line: as many as the protocol takes */

struct tail {
	size_t used, sent; /* bytes */
	uint64_t dropped;  /* lines pushed out so far */
	uint64_t skipped;  /* of these, the ones that were not sent and not owned up to */
	char text[TAIL_ROOM]; /* each line ends with LF */
};

/* `text` is one line or, with LF between, several; an LF or CR LF at the end of
 * each does not count. */
void tail_add(struct tail *t, const char *text, size_t len);

/* The first line that is not sent yet; false: there is none. */
bool tail_next(const struct tail *t, const char **line, size_t *len);
void tail_sent(struct tail *t); /* that one has been; and that lines were skipped has been said */

/* Nothing counts as sent any more. */
void tail_rewind(struct tail *t);

#endif
