/* publish.h -- what becomes of a publisher's line.
 *
 * The one way in for every line, that of a connection as that of the simulated
 * worker.  Never does I/O: answers go into a buffer that the caller sends. */
#ifndef HEADWAY_PUBLISH_H
#define HEADWAY_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/handed.h"
#include "broker/runs.h"

#define PUBLISH_LINE_MAX 65536     /* bytes, without the LF */
#define PUBLISH_ANSWERS_MAX 65536  /* bytes unsent: further answers are dropped and counted */

struct evbuffer;
struct holders;
struct publish;

struct publish *publish_new(struct runs *rs, struct holders *hs);
void publish_free(struct publish *p);

struct publisher {
	struct source source;     /* first: it is all that runs.c sees */
	struct caller caller;
	int fd;                   /* its socket; -1: it has none */
	struct handed handed;     /* descriptors, for the lines that need them */
	struct holder *holder;    /* of this connection; NULL: it never held anything */
	struct evbuffer *answers; /* to it: its owner sends them */
	uint64_t lines;           /* seen so far */
	uint64_t dropped;         /* answers that found no room */
};

/* Before its first line, and after its last. */
void publisher_init(struct publish *p, struct publisher *from, const struct caller *caller, int fd,
    struct evbuffer *answers);
void publisher_gone(struct publisher *from); /* no more lines; once more does no harm */

/* One line without its LF.  False: this is no text that can be followed (it is
 * not built like UTF-8); the caller sends what was answered and closes. */
bool publish_line(struct publish *p, struct publisher *from, const char *line, size_t len);

/* {"error":WHAT,"line":N} for a line that cannot be taken in at all: too long,
 * or without an end.  It counts as one. */
void publish_refuse(struct publisher *from, const char *what);

/* {"error":WHAT} for what is wrong with the connection rather than a line. */
void publish_turn_away(struct publisher *from, const char *what);

#endif
