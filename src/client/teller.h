/* teller.h -- what the command prints, told as progress and log lines.
 *
 * Looks at copies of bytes that have been passed on already; at most
 * 20 times a second what is new goes to the broker, the last state always.  It never waits. */
#ifndef HEADWAY_TELLER_H
#define HEADWAY_TELLER_H

#include <stdbool.h>
#include <stddef.h>

#include "client/ear.h"
#include "client/meter/meter.h"
#include "client/report.h"
#include "task/update.h"

#define TELLER_PERIOD 50000 /* microseconds between two reports: as often as a browser is told */

struct teller;

/* Both are the caller's and must outlive the teller.  `report` NULL: nothing is
 * told to anybody.  `log`: lines go too. */
struct teller *teller_new(struct report *report, struct meter *meter, bool log);
void teller_free(struct teller *t);

/* To one output of the command, see ear.h; freed with the teller. */
struct ear *teller_listen(struct teller *t, bool text);

/* Says what is due; call it when teller_timeout() milliseconds (-1: never) have passed. */
void teller_serve(struct teller *t);
int teller_timeout(const struct teller *t);

/* Says this at once, with all that is known; the caller's. */
void teller_say(struct teller *t, const struct update *u);

/* There is no more output. */
void teller_finish(struct teller *t);

bool teller_knew(const struct teller *t); /* has any progress been seen? */

#endif
