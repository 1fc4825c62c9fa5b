/* holder.h -- who publishes, and what a run hangs on.
 *
 * A source is a connection.  A holder is a connection or a process: when it is
 * gone without an end, its runs are lost.  These are the parts that the rules
 * (runs.c, rules.c) work on; that somebody has died is found out elsewhere
 * (holders.c). */
#ifndef HEADWAY_HOLDER_H
#define HEADWAY_HOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "broker/process.h"
#include "broker/second.h"

struct run;

/* Whoever publishes: a connection, or the simulated worker. */
struct source {
	uint64_t serial;        /* unlike any other, never 0 */
	uid_t uid;
	struct seconds seconds; /* the names it was given, as a second holder */
	/* Tells it that somebody wishes `task` to be cancelled.  False: it does
	 * not read what it is told.  NULL: there is no way to tell it. */
	bool (*cancel)(struct source *src, const char *task);
};

struct holder {
	bool is_process;           /* else a connection */
	struct source *connection; /* NULL: of a process, or it is closed */
	struct process process;    /* which; or which one has connected */
	struct seconds seconds;    /* of a process, over all its connections; else in the source */
	bool leaving;              /* gone, but how is not known yet: whoever comes need not wait */
	bool renamed;              /* the last line was given a new second name, its publisher is to be told */
	LIST_HEAD(, run) runs;     /* that hang on it */
	LIST_HEAD(, run) lost;     /* with it, as long as it may yet be known how it ended */
	void (*idle)(struct holder *h); /* told when both lists are empty again; NULL: nobody */
};

#endif
