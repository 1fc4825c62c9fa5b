/* supervisor.h -- stands where the command would stand, from its start to its
 * end: passes on bytes, signals and stops, and lets the teller listen.
 *
 * What anybody outside can see of the command is the same as without us; the
 * broker is served when there is time, and never waited for. */
#ifndef HEADWAY_SUPERVISOR_H
#define HEADWAY_SUPERVISOR_H

#include <stdbool.h>

#include "client/job.h"
#include "client/report.h"
#include "client/signals.h"
#include "client/teller.h"
#include "client/wiring.h"

struct supervision {
	const struct signals *signals;
	struct wiring *wiring;
	struct job *job;      /* has been started */
	struct teller *teller;
	struct report *report;
	bool allow_cancel;
	unsigned grace;       /* seconds */
	/* The command has ended: says so without waiting. */
	void (*ended)(void *arg, const struct supervision *s);
	void *arg;

	/* Of the end: */
	bool unknown;         /* whatever became of the command */
	bool cancelled;       /* it was stopped because somebody wished it */
	int status;           /* as of wait(2) */
	int lost;             /* errno of a write that lost output; 0: none */
	const char *lost_to;  /* "stdout", "stderr" */
};

/* Returns when the command has ended and all that it has printed has gone out.
 * What its children go on printing is passed on by a process that stays. */
void supervise(struct supervision *s);

#endif
