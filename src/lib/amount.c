/* amount.c -- see amount.h.  Owns nothing; no I/O. */
#include "lib/amount.h"

#include <math.h>

#include "task/number.h"

void
amount_init(struct amount *a)
{
	for (int i = 0; i < AMOUNT_PAIRS; i++) {
		atomic_init(&a->pairs[i].moved, NAN);
		atomic_init(&a->pairs[i].total, i > 0 ? 0 : NAN);
		a->rested[i] = 0;
	}
	atomic_init(&a->current, 1);
	a->next = 2;
	a->locked_total = 0;
	atomic_init(&a->added_moved, 0);
	atomic_init(&a->added_total, 0);
}

static void
add(_Atomic double *sum, double n)
{
	double old = atomic_load_explicit(sum, memory_order_relaxed);

	while (!atomic_compare_exchange_weak_explicit(sum, &old, old + n, memory_order_release, memory_order_relaxed))
		;
}

/* The total first, and amount_read() reads it last: nobody sees the work done
 * before it sees that it was to be done. */
void
amount_add(struct amount *a, double moved, double total)
{
	if (total != 0)
		add(&a->added_total, total);
	if (moved != 0)
		add(&a->added_moved, moved);
}

void
amount_replace(struct amount *a, double moved, double total, uint64_t now)
{
	unsigned old = atomic_load_explicit(&a->current, memory_order_relaxed);
	unsigned taken = now >= a->rested[a->next] ? a->next : 0;
	struct amount_pair *p = &a->pairs[taken];

	moved -= atomic_load(&a->added_moved);
	total -= atomic_load(&a->added_total);
	atomic_store_explicit(&p->moved, moved, memory_order_relaxed);
	if (taken == 0) {
		a->locked_total = total;
	} else {
		atomic_store_explicit(&p->total, total, memory_order_relaxed);
		a->next = taken + 1 < AMOUNT_PAIRS ? taken + 1 : 1;
	}
	if (taken != old)
		a->rested[old] = now + AMOUNT_REST;
	atomic_store_explicit(&a->current, taken, memory_order_release);
}

static double
cut(double n)
{
	if (!(n > 0)) /* NaN too */
		return 0;
	return n < NUMBER_MAX ? n : NUMBER_MAX;
}

bool
amount_read(struct amount *a, double *moved, double *total)
{
	unsigned current = atomic_load_explicit(&a->current, memory_order_relaxed);
	struct amount_pair *p = &a->pairs[current];
	double set = atomic_load_explicit(&p->moved, memory_order_relaxed);
	double of = current > 0 ? atomic_load_explicit(&p->total, memory_order_relaxed) : a->locked_total;
	double added = atomic_load_explicit(&a->added_moved, memory_order_acquire);
	double added_total = atomic_load_explicit(&a->added_total, memory_order_relaxed);

	*moved = cut(isnan(set) ? added : set + added);
	*total = cut(of + added_total);
	return !isnan(set) || added != 0 || added_total != 0;
}
