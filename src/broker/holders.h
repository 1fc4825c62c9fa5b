/* holders.h -- those that runs hang on, and how it is known that they are gone.
 *
 * A connection is gone when it is closed, or when the process that connected
 * has died, whoever may have inherited the socket.  A process is gone when it
 * has died.  The death of a process is the kernel's word (death.c); how it ended
 * comes a moment later, and is waited for HOLDER_GRACE, so that mostly one word
 * is enough, and then for HOLDER_REASON more. */
#ifndef HEADWAY_HOLDERS_H
#define HEADWAY_HOLDERS_H

#include "broker/runs.h"

#define HOLDERS_MAX 4096     /* processes that hold; one more is an error to whoever names it */
#define HOLDERS_LATE_MAX 1024 /* closed connections whose process is waited for; further ones are not explained */
#define HOLDER_GRACE 20      /* milliseconds from its going to the loss of its runs */
#define HOLDER_REASON 10     /* seconds more for how it ended */

struct event_base;
struct holders;

struct holders *holders_new(struct event_base *base, struct runs *rs, const struct kernel *k);
void holders_free(struct holders *hs); /* after the table, whose runs may hang on them */
const struct kernel *holders_kernel(const struct holders *hs);

/* That of a connection; until holders_disconnect(). */
struct holder *holders_connection(struct holders *hs, struct source *src, const struct process *who);
/* Once something hangs on it: `fd` is the connection's socket, whose process is
 * watched from now on.  One that has died before it held anything is not. */
void holders_watch(struct holder *h, int fd);
/* If it is going, it need not be waited for any longer: somebody speaks for it. */
void holders_settle(struct holder *h);
/* The connection is closed. */
void holders_disconnect(struct holder *h);

/* That of a living process, whose pidfd is taken over.  NULL: `err` (UPDATE_ERR
 * bytes) says why.  Valid until holders_tidy(). */
struct holder *holders_process(struct holders *hs, int pidfd, char *err);

/* Forgets the processes on which nothing hangs any more, and stops watching
 * those of such connections.  To be called after each line. */
void holders_tidy(struct holders *hs);

#endif
