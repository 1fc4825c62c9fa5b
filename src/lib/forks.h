/* forks.h -- the handles of this process, and what fork(2) does to them.
 *
 * A child has a copy of each handle, but not its thread, and must not keep the
 * connection: the broker could not tell it from its parent.  So in the child the
 * copies are made inert and their descriptors closed, before fork(2) returns.
 *
 * The list is the library's only state besides handles: pthread_atfork(3) has no
 * argument to pass one by. */
#ifndef HEADWAY_FORKS_H
#define HEADWAY_FORKS_H

#include <stdbool.h>

struct headway;

/* Between these two no fork(2) of this process happens: for a handle while it
 * is born or dies.  False and errno (ENOMEM): forks cannot be watched. */
bool forks_hold(void);
void forks_release(void);

/* While they are held. */
void forks_add(struct headway *h);
void forks_remove(struct headway *h);

#endif
