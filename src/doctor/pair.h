/* pair.h -- which sockets belong to one broker.  Pure. */
#ifndef HEADWAY_DOCTOR_PAIR_H
#define HEADWAY_DOCTOR_PAIR_H

#include "doctor/seen.h"

/* The life of the broker that jobs of this user talk to: that of the subscribe
 * socket beside the publish socket they get.  0: unknown. */
uint64_t pair_life(const struct seen_machine *m);

/* The subscribe socket of the broker with that life, at the usual places or
 * where a responder looks; NULL: it is none of those seen. */
const struct seen_socket *pair_of_life(const struct seen_machine *m, uint64_t life);

#endif
