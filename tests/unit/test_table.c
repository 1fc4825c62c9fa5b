/* test_table.c -- the rules of the task table one by one: table.c.  That they
 * hold in any mixture is test_table_model.c's. */
#include "unit.h"

#include "task/name.h"
#include "task/table.h"

static struct table *table;
static uint64_t head;
static unsigned forgotten;

static void
forget(void *owner)
{
	(void)owner;
	forgotten++;
}

static int
setup(void **state)
{
	(void)state;
	table = table_new(77, forget);
	head = 0;
	forgotten = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	table_free(table);
	return 0;
}

static struct entry *
put(uint64_t run, const char *name, enum kind kind)
{
	struct text text = { .bytes = strdup(name), .len = (uint32_t)strlen(name) };
	uint64_t seq = ++head;

	return table_put(table, seq, run == 0 && kind != KIND_REMOVED ? seq : run, name, kind, text);
}

/* The numbers of an order's entries, as "1 4 7 ". */
static const char *
walk(const char *prefix)
{
	static char numbers[1024];
	const struct order *o = table_order(table, prefix);
	char *p = numbers;

	*p = '\0';
	for (struct entry *e = order_next(o, 0); e != NULL; e = order_next(o, e->seq))
		p += sprintf(p, "%llu ", (unsigned long long)e->seq);
	table_drop_order(table, prefix);
	return numbers;
}

static void
a_change_moves_its_entry_to_the_tail(void **state)
{
	struct entry *a = put(0, "a", KIND_RUN), *b = put(0, "b", KIND_RUN);

	(void)state;
	assert_string_equal(walk(NAME_EVERY), "1 2 ");
	assert_ptr_equal(put(1, "a", KIND_RUN), a);
	assert_string_equal(walk(NAME_EVERY), "2 3 ");
	assert_int_equal(a->run, 1);
	assert_int_equal(a->seq, 3);
	assert_ptr_equal(table_newest(table, "a"), a);
	assert_ptr_equal(table_newest(table, "b"), b);
	assert_null(table_newest(table, "c"));
	assert_int_equal(table_head(table), 3);
	assert_int_equal(table_tasks(table), 2);
}

static void
an_ended_run_stays_beside_the_new_one_until_the_next_end(void **state)
{
	struct entry *first, *second;

	(void)state;
	put(0, "a", KIND_RUN);
	first = put(1, "a", KIND_END);
	second = put(0, "a", KIND_RUN);
	assert_string_equal(walk("a"), "2 3 ");
	assert_ptr_equal(table_newest(table, "a"), second);
	assert_false(table_shown(table, first));
	assert_true(table_shown(table, second));
	put(3, "a", KIND_RUN);
	assert_string_equal(walk("a"), "2 4 ");
	put(3, "a", KIND_END);
	assert_string_equal(walk("a"), "5 ");
	assert_int_equal(table_tasks(table), 1);
}

static void
a_run_that_had_not_ended_is_forgotten_by_a_newer_one(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN)->owner = &head;
	put(0, "a", KIND_RUN);
	assert_string_equal(walk("a"), "2 ");
	assert_int_equal(forgotten, 1);
	assert_int_equal(table_tasks(table), 1);
}

static void
a_removal_takes_the_place_of_all_runs(void **state)
{
	struct entry *gone;

	(void)state;
	put(0, "a", KIND_END)->owner = &head;
	put(0, "a", KIND_RUN)->owner = &head;
	gone = put(0, "a", KIND_REMOVED);
	assert_string_equal(walk("a"), "3 ");
	assert_int_equal(forgotten, 2);
	assert_int_equal(table_tasks(table), 0);
	assert_null(table_newest(table, "a"));
	assert_false(table_shown(table, gone));
	assert_true(table_stands(table, gone));
	put(0, "a", KIND_RUN);
	assert_string_equal(walk("a"), "3 4 ");
	assert_false(table_stands(table, gone));
	put(0, "a", KIND_REMOVED);
	assert_string_equal(walk("a"), "5 ");
}

static void
an_order_covers_its_prefix_whenever_it_is_made(void **state)
{
	static const char *const names[] = { "a", "a/b", "ab", "a/b/c", "b", NAME_UNNAMED };

	(void)state;
	table_order(table, "a"); /* while the table is empty */
	for (size_t i = 0; i < COUNT(names); i++)
		put(0, names[i], KIND_RUN);
	assert_string_equal(walk("a"), "1 2 4 ");
	assert_string_equal(walk("a/b"), "2 4 ");
	assert_string_equal(walk("a/b/c"), "4 ");
	assert_string_equal(walk("ab"), "3 ");
	assert_string_equal(walk(NAME_UNNAMED), "6 ");
	assert_string_equal(walk("nothing"), "");
	assert_string_equal(walk(NAME_EVERY), "1 2 3 4 5 6 ");
	table_drop_order(table, "a");
	table_drop_order(table, "never/made");
}

static void
an_order_lives_as_long_as_somebody_has_it(void **state)
{
	struct order *o = table_order(table, "a");

	(void)state;
	assert_ptr_equal(table_order(table, "a"), o);
	table_drop_order(table, "a");
	put(0, "a/b", KIND_RUN);
	assert_non_null(order_next(o, 0));
	table_drop_order(table, "a");
	put(0, "a/b", KIND_RUN); /* a sanitizer sees it if the order were still written to */
}

static void
a_horizon_moves_when_an_end_is_forgotten(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	put(1, "a", KIND_END);
	table_forget_end(table, "a"); /* the newest run is never forgotten */
	assert_int_equal(table_horizon(table), 0);
	put(0, "a", KIND_RUN);
	table_forget_end(table, "a");
	table_forget_end(table, "a");
	table_forget_end(table, "unknown");
	assert_int_equal(table_horizon(table), 2);
	assert_string_equal(walk(NAME_EVERY), "3 ");
	assert_false(table_knows(table, (struct id){ 77, 1 }));
	assert_true(table_knows(table, (struct id){ 77, 2 }));
}

static void
a_cursor_is_known_from_horizon_to_head_of_this_life(void **state)
{
	(void)state;
	assert_true(table_knows(table, (struct id){ 77, 0 }));
	assert_false(table_knows(table, (struct id){ 77, 1 }));
	put(0, "a", KIND_RUN);
	assert_true(table_knows(table, (struct id){ 77, 1 }));
	assert_false(table_knows(table, (struct id){ 78, 1 }));
	table_advance(table, 5);
	assert_int_equal(table_head(table), 5);
	assert_true(table_knows(table, (struct id){ 77, 5 }));
	table_reset(table, 78, 3);
	assert_false(table_knows(table, (struct id){ 77, 0 }));
	assert_false(table_knows(table, (struct id){ 78, 2 }));
	table_advance(table, 9);
	assert_false(table_knows(table, (struct id){ 78, 2 }));
	assert_true(table_knows(table, (struct id){ 78, 3 }));
	assert_int_equal(table_life(table), 78);
	assert_int_equal(table_horizon(table), 3);
}

static void
a_reset_empties_the_table_and_keeps_its_orders(void **state)
{
	struct order *o = table_order(table, "a");

	(void)state;
	put(0, "a", KIND_END)->owner = &head;
	put(0, "a", KIND_RUN)->owner = &head;
	put(0, "b", KIND_REMOVED);
	table_reset(table, 1, 0);
	assert_int_equal(forgotten, 2);
	assert_int_equal(table_tasks(table), 0);
	assert_int_equal(table_head(table), 0);
	assert_null(order_next(o, 0));
	assert_string_equal(walk(NAME_EVERY), "");
	head = 0;
	put(0, "a", KIND_RUN);
	assert_non_null(order_next(o, 0));
	table_drop_order(table, "a");
}

static void
the_oldest_removal_is_forgotten_first(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < TABLE_REMOVALS_MAX; i++) {
		snprintf(name, sizeof name, "t%d", i);
		put(0, name, KIND_REMOVED);
	}
	assert_int_equal(table_horizon(table), 0);
	put(0, "t0", KIND_REMOVED); /* removed anew: remembered as the newest */
	assert_int_equal(table_horizon(table), 0);
	put(0, "one/more", KIND_REMOVED);
	assert_int_equal(table_horizon(table), 2);
	assert_int_equal(order_next(table_order(table, NAME_EVERY), 0)->seq, 3);
	assert_string_equal(walk("t0"), "20001 ");
	assert_string_equal(walk("t1"), "");
}

static void
a_task_is_finished_once_its_end_has_been_seen(void **state)
{
	(void)state;
	assert_false(table_finished(table, "a", 100));
	put(0, "a", KIND_RUN);
	assert_false(table_finished(table, "a", 100));
	put(1, "a", KIND_END);
	assert_false(table_finished(table, "a", 1));
	assert_true(table_finished(table, "a", 2));
	put(0, "a", KIND_RUN);
	assert_true(table_finished(table, "a", 2)); /* the new run had not begun by then */
	assert_false(table_finished(table, "a", 3));
	put(3, "a", KIND_END);
	assert_false(table_finished(table, "a", 3));
	assert_true(table_finished(table, "a", 4));
	put(0, "a", KIND_REMOVED);
	assert_false(table_finished(table, "a", 4));
	assert_true(table_finished(table, "a", 5));
}

static void
a_task_is_not_finished_while_something_below_it_runs(void **state)
{
	(void)state;
	put(0, "a", KIND_END);
	put(0, "ab", KIND_RUN);
	assert_true(table_finished(table, "a", 10));
	put(0, "a/b/c", KIND_RUN);
	assert_false(table_finished(table, "a", 10));
	put(3, "a/b/c", KIND_END);
	assert_true(table_finished(table, "a", 10));
	assert_false(table_finished(table, "a/b", 10)); /* never was */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_change_moves_its_entry_to_the_tail, setup, teardown),
		cmocka_unit_test_setup_teardown(an_ended_run_stays_beside_the_new_one_until_the_next_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_run_that_had_not_ended_is_forgotten_by_a_newer_one, setup, teardown),
		cmocka_unit_test_setup_teardown(a_removal_takes_the_place_of_all_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(an_order_covers_its_prefix_whenever_it_is_made, setup, teardown),
		cmocka_unit_test_setup_teardown(an_order_lives_as_long_as_somebody_has_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_horizon_moves_when_an_end_is_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cursor_is_known_from_horizon_to_head_of_this_life, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reset_empties_the_table_and_keeps_its_orders, setup, teardown),
		cmocka_unit_test_setup_teardown(the_oldest_removal_is_forgotten_first, setup, teardown),
		cmocka_unit_test_setup_teardown(a_task_is_finished_once_its_end_has_been_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(a_task_is_not_finished_while_something_below_it_runs, setup, teardown),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
