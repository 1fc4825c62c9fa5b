/* link.h -- one connection to the broker's publish socket, which never waits.
 *
 * It knows bytes and lines, not what they mean.  No memory is allocated, so it
 * can serve a library inside somebody else's program: the line on its way is
 * the caller's buffer, what comes in is held here.  Not thread-safe. */
#ifndef HEADWAY_LINK_H
#define HEADWAY_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/unixsock.h"

#define LINK_RETRY 500     /* milliseconds between attempts to connect */
#define LINK_FULL_PAUSE 20 /* milliseconds, for who waits: the broker lives but has no room to listen (EAGAIN) */
#define LINK_LINE_MAX 4096 /* bytes of a broker's line; a longer one ends the connection */

struct link {
	struct unixsock_places places; /* where the broker is looked for */
	int fd;              /* -1: not connected */
	uint64_t retry_at;   /* clock_mono() before which there is no further attempt */
	const char *line;    /* on its way, the caller's; NULL: none */
	size_t len, sent;
	int pass;            /* a descriptor that goes with its first byte; -1: none */
	char in[LINK_LINE_MAX];
	size_t in_len, in_used;
};

/* `socket`: an option's value or NULL, see unixsock_find(). */
void link_init(struct link *l, const char *socket);
void link_close(struct link *l); /* forgets the line on its way; the next attempt is LINK_RETRY away */

/* Connects.  False: `why` (UNIXSOCK_ERR bytes, or NULL) and errno say why not;
 * EAGAIN: the broker lives but has no room to listen just now. */
bool link_connect(struct link *l, char *why);

/* The line (its LF included) goes out with the next calls of link_flush(); it
 * must stay as it is until link_idle().  `pass`: a descriptor to hand over with
 * it (SCM_RIGHTS, unix(7)), or -1. */
void link_put(struct link *l, const char *line, size_t len, int pass);
bool link_idle(const struct link *l); /* no line is on its way */

/* As much as the socket takes now.  False: the connection is no more; it is closed. */
bool link_flush(struct link *l);

enum link_got {
	LINK_LINE, /* *line, *len: without its LF, valid until the next call */
	LINK_NONE, /* nothing more just now */
	LINK_GONE, /* the connection is no more; it is closed */
};
enum link_got link_read(struct link *l, const char **line, size_t *len);

#endif
