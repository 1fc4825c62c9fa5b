/* publishing.h -- a task of our own, so that there are changes whose time is
 * known.
 *
 * One task, PUBLISHING_NAME, held by this connection: it ends as `done`, and is
 * `lost` if this program dies.  Its last record stays with the broker as any
 * other's does (headwayd --keep), one at most. */
#ifndef HEADWAY_DOCTOR_PUBLISHING_H
#define HEADWAY_DOCTOR_PUBLISHING_H

#include <stdbool.h>

#include "doctor/seen.h"

#define PUBLISHING_NAME "headway-doctor"
#define PUBLISHING_ANSWER_MAX 1000 /* milliseconds that the broker may take to answer */

struct publishing;

/* Begins the task.  NULL, and p->why: it could not be.  p->name: what the broker
 * calls it, which is another name while another doctor is at work. */
struct publishing *publishing_begin(const char *socket, struct seen_publishing *p);

/* Says how far it is.  False: the broker has gone. */
bool publishing_say(struct publishing *p, unsigned moved);

void publishing_end(struct publishing *p); /* as done; NULL is fine */

#endif
