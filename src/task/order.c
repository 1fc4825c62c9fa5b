/* order.c -- see order.h.  Owns the array; never the entries. */
#include "task/order.h"

#include <stdlib.h>

#include "base/mem.h"

#define COMPACT_AT 64 /* slots: below that, holes cost less than moving */

struct slot {
	uint64_t seq;
	struct entry *entry; /* NULL: a hole */
};

struct order {
	struct slot *slots;
	size_t len, room, holes;
	TAILQ_HEAD(, watch) watches;
};

struct order *
order_new(void)
{
	struct order *o = xcalloc(1, sizeof *o);

	TAILQ_INIT(&o->watches);
	return o;
}

void
order_free(struct order *o)
{
	free(o->slots);
	free(o);
}

/* The first slot with a number >= seq; len if there is none. */
static size_t
seek(const struct order *o, uint64_t seq)
{
	size_t low = 0, high = o->len;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (o->slots[mid].seq < seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void
compact(struct order *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->len; i++)
		if (o->slots[i].entry != NULL)
			o->slots[kept++] = o->slots[i];
	o->len = kept;
	o->holes = 0;
}

void
order_append(struct order *o, uint64_t seq, struct entry *e)
{
	if (o->len >= COMPACT_AT && o->holes > o->len / 2)
		compact(o);
	if (o->len == o->room) {
		o->room = o->room > 0 ? o->room * 2 : 8;
		o->slots = xreallocarray(o->slots, o->room, sizeof *o->slots);
	}
	o->slots[o->len++] = (struct slot){ seq, e };
}

void
order_remove(struct order *o, uint64_t seq)
{
	size_t i = seek(o, seq);

	if (i < o->len && o->slots[i].seq == seq && o->slots[i].entry != NULL) {
		o->slots[i].entry = NULL;
		o->holes++;
	}
}

void
order_clear(struct order *o)
{
	o->len = o->holes = 0;
}

struct entry *
order_next(const struct order *o, uint64_t after)
{
	for (size_t i = seek(o, after + 1); i < o->len; i++)
		if (o->slots[i].entry != NULL)
			return o->slots[i].entry;
	return NULL;
}

void
order_watch(struct order *o, struct watch *w)
{
	TAILQ_INSERT_TAIL(&o->watches, w, next);
}

void
order_unwatch(struct order *o, struct watch *w)
{
	TAILQ_REMOVE(&o->watches, w, next);
}

void
order_tell(const struct order *o)
{
	/* a watch may go, and the order with its last one, while it is told */
	for (struct watch *w = TAILQ_FIRST(&o->watches), *next; w != NULL; w = next) {
		next = TAILQ_NEXT(w, next);
		w->changed(w->arg);
	}
}
