/* runs.h -- the life of runs: begun, updated, ended, lost, removed.
 *
 * The rules of headway-protocol(7) in one place.  Owns each run's record and
 * its holder; the table owns the order.  No I/O and no clock: the caller says
 * what time it is, `wall` in seconds since the epoch for people to read, `mono`
 * in microseconds of CLOCK_MONOTONIC to reckon with. */
#ifndef HEADWAY_RUNS_H
#define HEADWAY_RUNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "task/table.h"
#include "task/update.h"

struct run;
struct runs;

/* Whoever publishes: a connection, or the simulated worker.  Its owner fills
 * `serial` (unlike any other, never 0) and `process`, and calls runs_gone()
 * before it goes. */
struct source {
	uint64_t serial;
	struct process {   /* who is at the other end; pid 0: not known */
		pid_t pid;
		uint64_t start; /* ticks since boot, so that a reused pid is another process */
	} process;
	LIST_HEAD(, run) held;
};

struct runs *runs_new(struct table *t, uint64_t keep_seconds);
void runs_free(struct runs *rs);
struct table *runs_table(const struct runs *rs); /* whose entries' owners are runs */
struct tails;
struct tails *runs_tails(const struct runs *rs); /* through which their logs go */
void run_forget(void *run);                      /* for table_new() */

struct now {
	double wall;
	uint64_t mono;
};

/* Applies one update.  Returns the run's entry, or NULL and `err` (UPDATE_ERR
 * bytes): then nothing of it was applied. */
struct entry *runs_publish(struct runs *rs, struct source *src, const struct update *u, struct now now, char *err);

/* The source is gone: what it held and did not end is lost. */
void runs_gone(struct runs *rs, struct source *src, struct now now);

/* Removes the runs that ended more than keep_seconds ago. */
void runs_sweep(struct runs *rs, struct now now);

#endif
