/* copy.h -- bytes from one descriptor to another, as the kernel does it best.
 *
 * splice(2) where one of the two is a pipe, so that the bytes never enter this
 * process; read(2) and write(2) otherwise.  Every byte that was read is
 * written, in order, or the error says so. */
#ifndef HEADWAY_COPY_H
#define HEADWAY_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define COPY_CHUNK (256u << 10) /* bytes at most in one step: several steps a second even at 1 MB/s */

struct copy {
	int in, out;
	bool no_splice;  /* the kernel cannot here */
	bool failed_out; /* after an error: it was the output's */
	char *buffer;    /* of the read/write way */
	size_t held, at; /* read and not yet written */
};

struct copy copy_make(int in, int out);
void copy_free(struct copy *c);

/* One step; waits for input and for room.  The number of bytes that have gone
 * out, 0 at the end of the input, -1 and errno: EINTR, or EAGAIN where somebody
 * has made a descriptor non-blocking (nothing is lost, call again), or a real
 * error. */
ssize_t copy_step(struct copy *c);

#endif
