/* intake.h -- what a publisher sends: bytes, and descriptors beside them.
 *
 * Bytes are read as they are there, INTAKE_MAX at a time, so that one who sends
 * much does not keep the others waiting. */
#ifndef HEADWAY_INTAKE_H
#define HEADWAY_INTAKE_H

#include "broker/handed.h"

#define INTAKE_MAX 16384 /* bytes a call */

struct evbuffer;

enum intake {
	INTAKE_SOME,    /* bytes were added */
	INTAKE_NOTHING, /* not now */
	INTAKE_END,     /* the peer has shut its side, or is gone */
	INTAKE_BROKEN,  /* it is gone, and has not read what it was sent */
};

/* Reads once from the socket `fd`.  A descriptor is there no later than the
 * first byte that was sent with it. */
enum intake intake_read(int fd, struct evbuffer *bytes, struct handed *handed);

#endif
