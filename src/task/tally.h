/* tally.h -- which lines of which run one reader of logs has got.
 *
 * A reader is a cursor, and mostly the cursor says it: a reader that had
 * everything when it stood at `level` has seen of each run what runlog_seen()
 * says.  But while it lags, chunks go before it comes to them, and the cursor
 * cannot tell one that was sent from one that was gone by then.  So the runs
 * whose lines it got last are kept here, TALLY_RUNS at most: of these it is
 * known for good, however long it stalls.  If it gets more than these in one
 * stretch without having everything, what it missed of others is "at least".
 *
 * Pure; a fixed size, whatever is printed. */
#ifndef HEADWAY_TALLY_H
#define HEADWAY_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "task/runlog.h"

#define TALLY_RUNS 8

struct tally {
	uint64_t level;      /* the cursor when it last had everything */
	uint64_t fresh_to;   /* up to here a newcomer, who is shown `tail` lines of a run */
	uint64_t tail;
	bool settled;        /* nothing was left to send when the last burst ended */
	bool lagging;        /* something was: the table has changed between `level` and the cursor */
	bool full;           /* more runs than there is room for */
	unsigned runs;
	struct {
		uint64_t run, at, line; /* its last line came with number `at` */
	} got[TALLY_RUNS];
};

/* A reader that goes on from `cursor`; a newcomer up to `fresh_to` (0: it is
 * none), who wants `tail` lines of what is there already. */
void tally_begin(struct tally *t, uint64_t cursor, uint64_t fresh_to, uint64_t tail);

/* A burst begins, within which the table does not change. */
void tally_resume(struct tally *t);

/* Everything there is has been sent. */
void tally_settle(struct tally *t, uint64_t cursor);

/* What the reader gets of the chunk that is next for it. */
struct share {
	bool any;         /* false: nothing, its cursor just passes it */
	uint64_t from;    /* number of the first line */
	uint64_t skipped; /* lines before that it has missed */
};
struct share tally_share(const struct tally *t, const struct chunk *c);
void tally_sent(struct tally *t, const struct chunk *c);

#endif
