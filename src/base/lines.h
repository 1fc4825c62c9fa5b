/* lines.h -- lines that end in LF, out of a libevent buffer, one at a time and
 * never longer than a limit. */
#ifndef HEADWAY_LINES_H
#define HEADWAY_LINES_H

#include <stddef.h>

struct evbuffer;

enum lines {
	LINES_ONE,      /* *line and *len are set; the line is still in the buffer */
	LINES_NONE,     /* no whole line yet */
	LINES_TOO_LONG, /* more than `max` bytes and no LF: this peer cannot be followed any further */
};

/* The first line without its LF.  It stays where it is, valid until the
 * buffer is next touched; lines_drop() it when done. */
enum lines lines_peek(struct evbuffer *in, size_t max, const char **line, size_t *len);
void lines_drop(struct evbuffer *in, size_t len);

#endif
