/* acceptor.h -- connections as they come, and what to do when they cannot.
 *
 * Accepts until there is nobody left to accept (a web server that reconnects a
 * thousand streams does so at once).  Out of descriptors or memory: listening
 * pauses for ACCEPTOR_PAUSE seconds, those who wait stay in the backlog.  A
 * connection that was gone before it was accepted is nobody's concern. */
#ifndef HEADWAY_ACCEPTOR_H
#define HEADWAY_ACCEPTOR_H

#include <stdbool.h>

#define ACCEPTOR_PAUSE 1 /* seconds */

struct event_base;
struct acceptor;

/* `fd` listens already and is not closed by acceptor_free().  accepted(fd, arg)
 * owns its descriptor, which is close-on-exec, and blocking only if asked for. */
struct acceptor *acceptor_new(struct event_base *base, int fd, bool blocking,
    void (*accepted)(int fd, void *arg), void *arg);
void acceptor_free(struct acceptor *a); /* NULL is fine */

/* Leaves those who come in the backlog until they are wanted again. */
void acceptor_pause(struct acceptor *a);
void acceptor_resume(struct acceptor *a);

/* Raises the soft limit of open descriptors to the hard one; returns it. */
unsigned long acceptor_raise_limit(void);

#endif
