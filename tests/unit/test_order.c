/* test_order.c -- items in the order of their last change: order.c, against a
 * naive model (an array that is searched from its beginning). */
#include "unit.h"

#include "task/order.h"

#define ITEMS 300

/* An order only passes entries on, so any address will do for one. */
static char places[ITEMS];

static struct entry *
item(unsigned i)
{
	return (struct entry *)(void *)&places[i];
}

struct model {
	uint64_t seq[ITEMS]; /* 0: not there */
};

static struct entry *
model_next(const struct model *m, uint64_t after)
{
	uint64_t best = UINT64_MAX;
	struct entry *found = NULL;

	for (unsigned i = 0; i < ITEMS; i++)
		if (m->seq[i] > after && m->seq[i] < best) {
			best = m->seq[i];
			found = item(i);
		}
	return found;
}

static uint64_t
seq_of(const struct model *m, const struct entry *e)
{
	return m->seq[(const char *)e - places];
}

static void
assert_same_walk(const struct order *o, const struct model *m, uint64_t from)
{
	struct entry *e;

	do {
		e = order_next(o, from);
		assert_ptr_equal(e, model_next(m, from));
		if (e != NULL)
			from = seq_of(m, e);
	} while (e != NULL);
}

static void
an_empty_order_has_nothing_after_anything(void **state)
{
	struct order *o = order_new();

	(void)state;
	assert_null(order_next(o, 0));
	assert_null(order_next(o, UINT64_MAX - 1));
	order_remove(o, 1);
	order_clear(o);
	assert_null(order_next(o, 0));
	order_free(o);
}

static void
random_changes_give_the_same_walks_as_a_naive_model(void **state)
{
	uint64_t seed = seed_of(__func__, 6), head = 0;
	struct order *o = order_new();
	struct model m = { { 0 } };

	(void)state;
	for (int step = 0; step < 60000; step++) {
		/* few items for a while, then many: dense holes, then none */
		unsigned i = below(&seed, step / 5000 % 2 == 0 ? 10 : ITEMS), what = below(&seed, 1000);

		if (what == 0) {
			order_clear(o);
			memset(&m, 0, sizeof m);
		} else if (what < 250) {
			order_remove(o, m.seq[i]);
			m.seq[i] = 0;
		} else {
			if (m.seq[i] != 0)
				order_remove(o, m.seq[i]);
			head += 1 + below(&seed, 3);
			order_append(o, head, item(i));
			m.seq[i] = head;
		}
		assert_ptr_equal(order_next(o, 0), model_next(&m, 0));
		for (int probe = 0; probe < 3; probe++) {
			uint64_t after = next_random(&seed) % (head + 2);

			assert_ptr_equal(order_next(o, after), model_next(&m, after));
		}
		if (step % 500 == 0)
			assert_same_walk(o, &m, next_random(&seed) % (head + 1));
	}
	order_free(o);
}

static void
removing_what_is_not_there_harms_nothing(void **state)
{
	struct order *o = order_new();

	(void)state;
	order_append(o, 5, item(0));
	order_append(o, 9, item(1));
	order_remove(o, 4);
	order_remove(o, 6);
	order_remove(o, 10);
	order_remove(o, 5);
	order_remove(o, 5);
	assert_ptr_equal(order_next(o, 0), item(1));
	assert_ptr_equal(order_next(o, 8), item(1));
	assert_null(order_next(o, 9));
	order_free(o);
}

static void
numbers_may_be_as_large_as_ids_allow(void **state)
{
	struct order *o = order_new();
	uint64_t last = INT64_MAX;

	(void)state;
	order_append(o, last - 1, item(0));
	order_append(o, last, item(1));
	assert_ptr_equal(order_next(o, last - 2), item(0));
	assert_ptr_equal(order_next(o, last - 1), item(1));
	assert_null(order_next(o, last));
	order_free(o);
}

/* One entry that moves a million times must not fill memory, or take longer
 * and longer to find; the test would run for hours if it did. */
static void
an_item_that_moves_for_ever_leaves_no_trail(void **state)
{
	struct order *o = order_new();

	(void)state;
	for (uint64_t seq = 1; seq <= 1000000; seq++) {
		order_remove(o, seq - 1);
		order_append(o, seq, item(0));
		assert_ptr_equal(order_next(o, 0), item(0));
	}
	order_free(o);
}

/* ---- watches ---- */

struct watcher {
	struct watch watch;
	struct order *order;
	unsigned told;
	bool leaves, ends;
};

static void
on_change(void *arg)
{
	struct watcher *w = arg;

	w->told++;
	if (w->leaves)
		order_unwatch(w->order, &w->watch);
	if (w->ends)
		order_free(w->order);
}

static void
watch(struct watcher *w, struct order *o)
{
	w->order = o;
	w->watch.changed = on_change;
	w->watch.arg = w;
	order_watch(o, &w->watch);
}

static void
everybody_who_watches_is_told_once(void **state)
{
	struct order *o = order_new();
	struct watcher w[3] = { { .told = 0 } };

	(void)state;
	order_tell(o);
	for (size_t i = 0; i < COUNT(w); i++)
		watch(&w[i], o);
	order_tell(o);
	order_unwatch(o, &w[1].watch);
	order_tell(o);
	assert_int_equal(w[0].told, 2);
	assert_int_equal(w[1].told, 1);
	assert_int_equal(w[2].told, 2);
	order_free(o);
}

static void
appending_tells_nobody_by_itself(void **state)
{
	struct order *o = order_new();
	struct watcher w = { .told = 0 };

	(void)state;
	watch(&w, o);
	order_append(o, 1, item(0));
	assert_int_equal(w.told, 0);
	order_free(o);
}

static void
a_watch_may_leave_while_it_is_told(void **state)
{
	struct order *o = order_new();
	struct watcher w[3] = { { .told = 0 }, { .leaves = true }, { .told = 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT(w); i++)
		watch(&w[i], o);
	order_tell(o);
	order_tell(o);
	assert_int_equal(w[0].told, 2);
	assert_int_equal(w[1].told, 1);
	assert_int_equal(w[2].told, 2);
	order_free(o);
}

static void
the_last_watch_may_take_the_order_with_it(void **state)
{
	struct watcher w = { .leaves = true, .ends = true };

	(void)state;
	watch(&w, order_new());
	order_tell(w.order);
	assert_int_equal(w.told, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_order_has_nothing_after_anything),
		cmocka_unit_test(random_changes_give_the_same_walks_as_a_naive_model),
		cmocka_unit_test(removing_what_is_not_there_harms_nothing),
		cmocka_unit_test(numbers_may_be_as_large_as_ids_allow),
		cmocka_unit_test(an_item_that_moves_for_ever_leaves_no_trail),
		cmocka_unit_test(everybody_who_watches_is_told_once),
		cmocka_unit_test(appending_tells_nobody_by_itself),
		cmocka_unit_test(a_watch_may_leave_while_it_is_told),
		cmocka_unit_test(the_last_watch_may_take_the_order_with_it),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
