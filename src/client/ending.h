/* ending.h -- waits for the end of one task's run.
 *
 * A newcomer gets the end of the newest run at once if that has ended, and
 * waits otherwise; also for a task that has not begun.  Ends are never missed:
 * not while the broker is away and comes back, nor when the next run begins at
 * once. */
#ifndef HEADWAY_ENDING_H
#define HEADWAY_ENDING_H

#include <stdbool.h>
#include <stdio.h>

struct view;

struct ending_wish {
	const char *socket; /* an option's value or NULL */
	const char *name;   /* or NAME_UNNAMED */
	double timeout;     /* seconds in all; negative: none */
	bool must_exist;    /* do not wait for a task that nobody knows */
	bool quiet;         /* say nothing on stderr */

	/* Called once, when what there is has been read; then an end that is there
	 * already is not what is waited for, nor is a broker that is away.  False:
	 * give up.  NULL: nothing to do. */
	bool (*ready)(void *arg);
	/* A record of the run, which goes on; may be NULL. */
	void (*running)(const struct view *v, void *arg);
	void *arg;
};

enum ending {
	ENDING_HERE,    /* *v is the record of the end */
	ENDING_REMOVED, /* it has ended, but its record is gone */
	ENDING_UNKNOWN, /* must_exist, and it does not */
	ENDING_TIMEOUT,
	ENDING_AWAY,    /* the broker could not be reached: at once, or with a timeout not until then */
	ENDING_GIVEN_UP,
};

/* Fills *v, which view_free() frees, with ENDING_HERE.  Says on stderr why the
 * broker cannot be reached, or that it is away for now. */
enum ending ending_wait(const struct ending_wish *wish, struct view *v);

/* "nightly: failed, exit 3, after 2 min 11 s", or why there is no such line. */
void ending_say(FILE *out, const struct ending_wish *wish, enum ending result, const struct view *v);

/* The exit status that says so; see status.h. */
int ending_status(enum ending result, const struct view *v);

#endif
