/* copy.c -- see copy.h.  Owns a buffer, never the descriptors. */
#include "client/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

struct copy
copy_make(int in, int out)
{
	struct copy c = { .in = in, .out = out };

	return c;
}

void
copy_free(struct copy *c)
{
	free(c->buffer);
}

static ssize_t
by_hand(struct copy *c)
{
	ssize_t n;

	if (c->buffer == NULL)
		c->buffer = xcalloc(1, COPY_CHUNK);
	if (c->at == c->held) {
		c->failed_out = false;
		n = read(c->in, c->buffer, COPY_CHUNK);
		if (n <= 0)
			return n;
		c->held = (size_t)n;
		c->at = 0;
	}
	c->failed_out = true;
	n = write(c->out, c->buffer + c->at, c->held - c->at);
	if (n > 0)
		c->at += (size_t)n;
	return n;
}

/* splice(2) does not say which side an error came from, but moves nothing
 * when there is one: doing the same by hand finds out. */
ssize_t
copy_step(struct copy *c)
{
	ssize_t n;

	if (!c->no_splice) {
		n = splice(c->in, NULL, c->out, NULL, COPY_CHUNK, SPLICE_F_MOVE);
		if (n >= 0 || errno == EINTR || errno == EAGAIN)
			return n;
		c->no_splice = true;
	}
	return by_hand(c);
}
