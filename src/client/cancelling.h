/* cancelling.h -- stopping a job that somebody wants to be cancelled: SIGTERM to
 * every process of it, SIGKILL after a time of grace to those that are left.
 *
 * A job's processes are the command and all its descendants, whatever process
 * groups and sessions they have made, and those of its session that the command
 * has left behind when their parents died (HEADWAY_PID in the environment tells
 * them).  Not among them is a daemon that has left the session for good. */
#ifndef HEADWAY_CANCELLING_H
#define HEADWAY_CANCELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cancelling;

/* SIGTERM, and SIGCONT for those that are stopped, now; `grace` in seconds. */
struct cancelling *cancelling_begin(pid_t command, unsigned grace);
void cancelling_free(struct cancelling *c); /* NULL is fine */

/* Call cancelling_serve() when the descriptor is readable or the time is over
 * (milliseconds; -1: never). */
int cancelling_fd(const struct cancelling *c);
int cancelling_timeout(const struct cancelling *c);
void cancelling_serve(struct cancelling *c);

/* No process is left that was there when the cancelling began, or when the grace was over. */
bool cancelling_over(const struct cancelling *c);

#endif
