/* sender.h -- the thread that sends what a handle has, when it can.
 *
 * It never makes the program wait: all it does under `io` and `lock` is not
 * waiting for anybody.  Not more than a line each SENDER_PERIOD, the newest
 * state; no timer while there is nothing to say. */
#ifndef HEADWAY_SENDER_H
#define HEADWAY_SENDER_H

#include <stdbool.h>

#include "lib/handle.h"

#define SENDER_PERIOD 50       /* milliseconds: 20 lines a second, as often as a browser is told */
#define SENDER_REFUSED 10000   /* milliseconds until a broker that has refused the run is asked again */
#define SENDER_BACKLOG 20      /* milliseconds: at the end, while the broker has no room to listen */
#define SENDER_STACK (128u << 10) /* bytes of address space; it needs a few thousand, the program's TLS comes on top */

/* Starts the thread.  False and errno. */
bool sender_start(struct headway *h);

/* Something has changed: wakes the thread, if it sleeps.  For any thread; errno stays. */
void sender_wake(struct headway *h);
/* Whether it sleeps or not.  False: the program has closed our descriptors, and
 * the thread may sleep for ever. */
bool sender_ring(struct headway *h);

/* Waits for the thread, which leaves when h->how has come to an outcome. */
enum outcome sender_join(struct headway *h);

/* Does not wait for it: from now on the handle is its own. */
void sender_leave(struct headway *h);

/* Closes the descriptors that are still the handle's own: when the thread has
 * left, or in a child, where it never was. */
void sender_close(struct headway *h);

#endif
