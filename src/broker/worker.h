/* worker.h -- the simulated worker: moved 0 -> 100 of 100, a step each
 * interval, again and again, for ever.  It is here to be watched; it publishes
 * lines like any other job. */
#ifndef HEADWAY_WORKER_H
#define HEADWAY_WORKER_H

#define WORKER_INTERVAL 100 /* milliseconds, unless told otherwise */
#define WORKER_TOTAL 100

struct event_base;
struct publish;
struct worker;

struct worker *worker_new(struct event_base *base, struct publish *p, unsigned interval_ms);
void worker_free(struct worker *w); /* NULL is fine */

#endif
