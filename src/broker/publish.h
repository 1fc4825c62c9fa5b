/* publish.h -- what becomes of a publisher's line.
 *
 * The one way in for every line, that of a connection as that of the simulated
 * worker.  Never does I/O: answers go into a buffer that the caller sends. */
#ifndef HEADWAY_PUBLISH_H
#define HEADWAY_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker/runs.h"

#define PUBLISH_LINE_MAX 65536     /* bytes, without the LF */
#define PUBLISH_ANSWERS_MAX 65536  /* bytes unsent: further answers are dropped and counted */

struct evbuffer;
struct publish;

struct publish *publish_new(struct runs *rs);
void publish_free(struct publish *p);

/* A publisher, before its first line. */
struct publisher {
	struct source source;
	uint64_t lines;   /* seen so far */
	uint64_t dropped; /* answers that found no room */
};

void publisher_init(struct publish *p, struct publisher *from, struct process process);
void publisher_gone(struct publish *p, struct publisher *from);

/* One line without its LF.  False: this is no text that can be followed (it is
 * not built like UTF-8); the caller sends what was answered and closes. */
bool publish_line(struct publish *p, struct publisher *from, const char *line, size_t len, struct evbuffer *answers);

/* {"error":WHAT,"line":N} for a line that cannot be taken in at all: too long,
 * or without an end.  It counts as one. */
void publish_refuse(struct publisher *from, const char *what, struct evbuffer *answers);

/* {"error":WHAT} for what is wrong with the connection rather than a line. */
void publish_turn_away(struct publisher *from, const char *what, struct evbuffer *answers);

#endif
