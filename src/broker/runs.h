/* runs.h -- the life of runs: begun, updated, ended, lost, removed.
 *
 * The rules of headway-protocol(7) in one place.  Owns each run's record; the
 * table owns the order, and what a run hangs on is the caller's.  No I/O and no
 * clock: the caller says what time it is. */
#ifndef HEADWAY_RUNS_H
#define HEADWAY_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "broker/holder.h"
#include "task/table.h"
#include "task/update.h"

struct runs;

/* An ended run is kept for `keep_seconds`; one without a holder that is not
 * updated for `silence_seconds` is lost, 0: never. */
struct runs *runs_new(struct table *t, uint64_t keep_seconds, uint64_t silence_seconds);
void runs_free(struct runs *rs);
struct table *runs_table(const struct runs *rs); /* whose entries' owners are runs */
struct tails;
struct tails *runs_tails(const struct runs *rs); /* through which their logs go */
void run_forget(void *run);                      /* for table_new() */

/* Applies one update of `src`, of a run that is to hang on `by` (NULL: the line
 * brings no holder).  Returns the run's entry, or NULL and `err` (UPDATE_ERR
 * bytes): then nothing of it was applied. */
struct entry *runs_publish(struct runs *rs, struct source *src, struct holder *by, const struct update *u,
    struct now now, char *err);

/* The holder is gone: what hung on it and did not end is lost, and waits in
 * h->lost if it is not known how. */
void runs_lose(struct runs *rs, struct holder *h, struct how how, struct now now);
/* How it ended is known now, or never will be; h->lost is empty then. */
void runs_explain(struct runs *rs, struct holder *h, struct how how);

/* Removes the runs that ended too long ago, loses those that were silent for
 * too long. */
void runs_sweep(struct runs *rs, struct now now);

#endif
