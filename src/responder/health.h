/* health.h -- what /healthz says.
 *
 * Besides the broker and the streams it repeats who asks and through which web
 * server, so that a person, or a program that looks for a fault, sees whether
 * these arrive.  A server's version is nobody's business, so only its product
 * is named. */
#ifndef HEADWAY_HEALTH_H
#define HEADWAY_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

#include "responder/request.h"

struct health {
	bool up;                       /* the broker answers */
	size_t streams, max_streams;
};

/* One object, without an LF; free(3) it. */
char *health_json(const struct health *h, const struct request *r, size_t *len);

#endif
