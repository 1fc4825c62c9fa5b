/* tail.h -- what jobs print, on its way into the table.
 *
 * However fast a job prints, it costs those who follow it no more than
 * TAIL_LINES_MAX lines each TAIL_PERIOD: the first lines after a pause become a
 * chunk at once, those that come within a period of the last ones wait, and of
 * those that wait only the newest are kept.  All lines are counted, so what is
 * left out shows in the numbers of the others. */
#ifndef HEADWAY_TAIL_H
#define HEADWAY_TAIL_H

#include <stdint.h>

#include "task/table.h"
#include "task/update.h"

#define TAIL_PERIOD 50000      /* microseconds: readers are told 20 times a second at most */
#define TAIL_LINES_MAX 200     /* that wait, of a run; the oldest go first */
#define TAIL_BYTES_MAX 49152   /* the same, in bytes of JSON: seven chunks */

struct event_base;
struct tail;
struct tails;

/* Until tails_pace() nothing waits. */
struct tails *tails_new(struct table *t);
void tails_pace(struct tails *all, struct event_base *base);
void tails_free(struct tails *all); /* after the last tail */

/* What one run prints.  `run` is its number, 0 as long as it has none: its
 * first chunk is its first change then, and gives it one. */
struct tail *tail_new(struct tails *all, const char *name, double started, uint64_t *run);
void tail_free(struct tail *tail); /* NULL is fine; what waits is forgotten */

void tail_add(struct tail *tail, const struct update *u); /* takes its lines, passes nothing on */
void tails_wake(struct tails *all); /* passes on what has been added, or sees to it in a period */
/* Passes on what waits, quietly: before a change of the run, of which readers
 * are told.  NULL is fine. */
void tail_flush(struct tail *tail);

#endif
