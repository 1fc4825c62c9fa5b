/* claim.h -- which process a publisher means by a pid.
 *
 * A number means what it means in the pid namespace of whoever says it, and
 * only as long as the process lives.  So a publisher hands over a pidfd with
 * the number; without one, only a publisher who counts as we do is believed. */
#ifndef HEADWAY_CLAIM_H
#define HEADWAY_CLAIM_H

#include <sys/types.h>

#include "broker/handed.h"
#include "broker/process.h"

/* A pidfd of the living process `pid` of `who`, the caller's; the descriptors
 * handed over are tried first, and those that do not fit are closed.  -1: `err`
 * (UPDATE_ERR bytes) says why there is none. */
int claim_process(const struct kernel *k, pid_t pid, const struct caller *who, struct handed *handed, char *err);

#endif
