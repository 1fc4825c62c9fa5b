/* meter.h -- what a program prints becomes progress.
 *
 * A table of dialects, one small file each; which of them is spoken is found
 * out from what is printed, the command line being a hint at most, as scripts
 * and make call tools too.  Nothing is guessed: a total that nobody has said is
 * left out.  Constant memory, no I/O but a look at the input of a dd that is
 * the command itself (its size). */
#ifndef HEADWAY_METER_H
#define HEADWAY_METER_H

#include <stdbool.h>
#include <stddef.h>

#include "client/screen.h"

#define METER_TEXT_MAX 1024   /* bytes of a piece that are looked at, the newest ones: no terminal line is longer */
#define METER_MESSAGE_MAX 120 /* bytes of a message */
#define METER_MAX 0x1p53      /* the broker takes no larger numbers; they are no progress */

/* All that is known; what it leaves out is not known, or no longer. */
struct reading {
	bool has_total;
	double moved, total;                 /* 0 to METER_MAX; moved <= total, total > 0 */
	const char *unit;                    /* "B", "%", "s", "files", static; NULL: none, or not known */
	char message[METER_MESSAGE_MAX + 1]; /* the phase, the file; UTF-8 without controls; "" if none */
	bool lap;                            /* another phase: the bar starts over */
};

struct meter;

/* `argv` is the command, ends with NULL, and need not outlive the call.
 * `match` is NULL or the user's own rule, a POSIX extended regular expression:
 * one group is a percent, two are moved and total (more are not looked at); it
 * is then the only dialect.  NULL and *error, which the caller frees, if it is
 * not a rule. */
struct meter *meter_new(char *const argv[], const char *match, char **error);
void meter_free(struct meter *m);

/* A piece of the screen.  True and *r set if that is news. */
bool meter_read(struct meter *m, const char *text, size_t len, enum piece_end end, struct reading *r);

/* What to add to the command so that it says how far it is; NULL if it does, or if we do not know.  Static. */
const char *meter_hint(const struct meter *m);

#endif
