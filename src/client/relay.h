/* relay.h -- bytes from one descriptor to another, every one and in order,
 * without ever waiting.
 *
 * One buffer; nothing is read until all of it has gone, so a reader who is slow
 * slows whoever writes, as a pipe would.  No descriptor that others share is
 * made non-blocking: where a write could wait, the file is opened once more
 * through /proc, and where that is not permitted, only what poll(2) promises
 * room for is written. */
#ifndef HEADWAY_RELAY_H
#define HEADWAY_RELAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#define RELAY_BYTES 65536 /* as much as a pipe takes */

enum sink {
	SINK_FREE,   /* a write never waits: a descriptor of our own, a file, /dev/null */
	SINK_SOCKET, /* send(2) can be told not to */
	SINK_PIPE,   /* writes up to PIPE_BUF do not wait after poll(2) has said so */
};

struct relay {
	int in;           /* -1: there is no more to come, or nobody to pass it to */
	int out;          /* -1: closed */
	int shared;       /* the descriptor that `out` was opened from; -1: that is `out` */
	enum sink sink;
	bool paused;      /* reads nothing for now */
	bool watched;     /* an end of all readers is to be noticed even when nothing is to be written */
	int error;        /* errno of the write that was the last; 0: none, EPIPE: the readers are gone */
	char *buffer;
	size_t at, len;   /* read and not yet written: buffer[at] to buffer[len - 1] */
	void (*tap)(void *arg, const char *bytes, size_t len); /* sees what was read; NULL: nobody */
	void *tap_arg;
};

/* `in` must be non-blocking and is taken over. */
void relay_begin(struct relay *r, int in);

/* Where it goes: a standard descriptor, or a non-blocking one of our own, which
 * stays the caller's. */
void relay_to_shared(struct relay *r, int out);
void relay_to_own(struct relay *r, int out);
void relay_free(struct relay *r);

bool relay_pending(const struct relay *r); /* has bytes that are not written yet */

/* Nothing more can come, and what has come is written.  Who reads should see
 * the end then, as without us in between. */
bool relay_is_done(const struct relay *r);
void relay_close(struct relay *r); /* a standard descriptor becomes /dev/null */

/* What to wait for, and what to do when it has come. */
void relay_poll(const struct relay *r, struct pollfd p[2]);
void relay_serve(struct relay *r, const struct pollfd p[2]);

/* Nobody writes any more but those who outlive the command: takes in what is
 * there now, however much, so that all of it has been seen by `tap`. */
void relay_take_rest(struct relay *r);

/* A descriptor to read from, non-blocking, that means the same file as the
 * shared `fd` but can be set without anybody's noticing; -1: errno. */
int relay_reopen(int fd, int flags);

#endif
