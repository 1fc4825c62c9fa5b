/* lines.c -- see lines.h.  Owns nothing: the buffer is the caller's. */
#include "base/lines.h"

#include <event2/buffer.h>

enum lines
lines_peek(struct evbuffer *in, size_t max, const char **line, size_t *len)
{
	struct evbuffer_ptr lf = evbuffer_search_eol(in, NULL, NULL, EVBUFFER_EOL_LF);

	if (lf.pos < 0)
		return evbuffer_get_length(in) > max ? LINES_TOO_LONG : LINES_NONE;
	if ((size_t)lf.pos > max)
		return LINES_TOO_LONG;
	*len = (size_t)lf.pos;
	*line = (const char *)evbuffer_pullup(in, lf.pos + 1);
	return LINES_ONE;
}

void
lines_drop(struct evbuffer *in, size_t len)
{
	evbuffer_drain(in, len + 1);
}
