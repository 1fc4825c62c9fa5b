/* local.h -- a look at this machine: the broker's sockets.  (The responders
 * that run here are processes.h's.)  Changes nothing and starts nothing. */
#ifndef HEADWAY_DOCTOR_LOCAL_H
#define HEADWAY_DOCTOR_LOCAL_H

#include "doctor/seen.h"

#define LOCAL_GREETING_MAX 1000 /* milliseconds that a broker may take to greet; it takes less than one */

/* The options' values, or NULL. */
void local_look(struct seen_machine *m, const char *publish, const char *subscribe);

/* The socket at s->path alone; `greets`: it is a subscribe socket. */
void local_look_at(struct seen_socket *s, bool greets);

#endif
