/* order.h -- items in the order of their last change, and who waits for it.
 *
 * An order is an append-only array of (seq, item), ascending, with holes where
 * an item has moved on; it is compacted now and then, so it stays as long as
 * twice what is in it.  Seeking is a binary search: a reader needs nothing but
 * the number it has seen last.  Pure: no I/O, no clock. */
#ifndef HEADWAY_ORDER_H
#define HEADWAY_ORDER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

struct order;
struct entry;

/* Somebody to be told that an order has changed.  Filled by the watcher, who
 * also owns it. */
struct watch {
	void (*changed)(void *arg);
	void *arg;
	TAILQ_ENTRY(watch) next;
};

struct order *order_new(void);
void order_free(struct order *o); /* entries and watches are not its own */

void order_append(struct order *o, uint64_t seq, struct entry *e); /* seq > all before */
void order_remove(struct order *o, uint64_t seq);                  /* absent is fine */
void order_clear(struct order *o);

/* The first entry with a number greater than `after`, NULL if there is none. */
struct entry *order_next(const struct order *o, uint64_t after);

void order_watch(struct order *o, struct watch *w);
void order_unwatch(struct order *o, struct watch *w);
void order_tell(const struct order *o); /* calls every watch */

#endif
