/* amount.h -- moved and total, set by any thread in no time, read by one.
 *
 * In the innermost loop of a program only `moved` changes: then amount_set() is
 * a few loads and one store, without lock, fence or clock.  Yet the two must be
 * read as they were set together: 100 of 100 followed by 0 of 5000 must never
 * be read as 0 of 100, which is a new lap.  So each total gets a pair of its
 * own, and the newest pair is the current one: a thread that is interrupted
 * between its look at the total and its store writes into a pair that is current
 * no more, as if it had come first.  Before a pair is given to another total it
 * rests, for longer than a thread that runs is interrupted.  If none has rested,
 * because totals change that fast, the pair without a total is taken, which
 * nobody writes to without the lock.
 *
 * What is added is kept apart, so that adding never gets in the way of setting:
 * the sum is what is read.  Values may be anything; they are cut to what a
 * number of the protocol is when they are read. */
#ifndef HEADWAY_AMOUNT_H
#define HEADWAY_AMOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define AMOUNT_PAIRS 64         /* and so many totals a second, before the lock is needed */
#define AMOUNT_REST 1000000     /* microseconds */
#define AMOUNT_LINE 64 /* bytes of a cache line: what is written often stands apart from what is only read */

struct amount {
	_Alignas(AMOUNT_LINE) _Atomic unsigned current;
	_Alignas(AMOUNT_LINE) struct amount_pair {
		_Atomic double moved, total; /* moved NaN: nothing was ever set; total NaN: that of the first */
	} pairs[AMOUNT_PAIRS];
	double locked_total;           /* what goes with the first pair */
	unsigned next;                 /* to be taken */
	uint64_t rested[AMOUNT_PAIRS]; /* when the pair may be taken again */
	_Alignas(AMOUNT_LINE) _Atomic double added_moved, added_total;
};

void amount_init(struct amount *a);

/* False: the total is another one, amount_replace() must do it.  Relaxed, since
 * nothing else is told by these stores; that they are seen in the end is enough. */
static inline bool
amount_set(struct amount *a, double moved, double total)
{
	struct amount_pair *p = &a->pairs[atomic_load_explicit(&a->current, memory_order_acquire)];

	if (atomic_load_explicit(&p->total, memory_order_relaxed) !=
	    total - atomic_load_explicit(&a->added_total, memory_order_relaxed))
		return false;
	atomic_store_explicit(&p->moved, moved - atomic_load_explicit(&a->added_moved, memory_order_relaxed),
	    memory_order_relaxed);
	return true;
}

void amount_add(struct amount *a, double moved, double total);

/* These two one at a time: the caller has a lock.  `now` is clock_mono(). */
void amount_replace(struct amount *a, double moved, double total, uint64_t now);
/* False: nothing was ever said.  total 0: not known. */
bool amount_read(struct amount *a, double *moved, double *total);

#endif
