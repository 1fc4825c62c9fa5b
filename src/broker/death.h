/* death.h -- told when a process dies, and how it ended.
 *
 * The kernel knows how a process ended once its parent has waited for it: at
 * once mostly, later sometimes, never if the parent does not care.  So there
 * are up to two words: that it is dead, and how. */
#ifndef HEADWAY_DEATH_H
#define HEADWAY_DEATH_H

#include <stdbool.h>

#include "broker/process.h"

/* Milliseconds between two looks for how it ended: the first, doubled each
 * time up to the last. */
#define DEATH_LOOK_FIRST 1
#define DEATH_LOOK_LAST 1000

struct death;
struct event_base;

/* told(arg, how, last): the process is dead.  With `last` no further word
 * comes: `how` is known, or will never be.  Without it, it is not known yet, and
 * looked for until it is, or death_free().  `pidfd` is taken over. */
struct death *death_watch(struct event_base *base, const struct kernel *k, int pidfd,
    void (*told)(void *arg, struct how how, bool last), void *arg);
bool death_happened(const struct death *d); /* told or not */
void death_free(struct death *d); /* NULL is fine; also from within told() */

#endif
