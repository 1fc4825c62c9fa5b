/* ear.h -- one output of the command, listened to, but never at the cost of the
 * command's speed.
 *
 * In each period the first EAR_BYTES are looked at as they come, and of what is
 * above that the newest EAR_BYTES at the period's end: a flood of output costs
 * little, and the newest state is seen all the same.  How many lines were
 * passed over is told. */
#ifndef HEADWAY_EAR_H
#define HEADWAY_EAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/screen.h"

#define EAR_BYTES 65536
#define EAR_PERIOD 50000 /* microseconds */

struct ear;

/* `text`: it is certain to be for people (a terminal); another output is
 * listened to until a NUL byte says that it is data.  `skipped` is called with
 * user->arg before what follows the gap. */
struct ear *ear_new(const struct screen_user *user, void (*skipped)(void *arg, uint64_t lines), bool text);
void ear_free(struct ear *e);

void ear_hear(void *ear, const char *bytes, size_t len); /* a tap of a relay */
void ear_finish(struct ear *e);                          /* there is no more */

/* Looks at what was put off, and at a line that has stayed open for
 * SCREEN_PAUSE, if it is time: ear_timeout() milliseconds; -1: there is neither. */
void ear_serve(struct ear *e);
int ear_timeout(const struct ear *e);

#endif
