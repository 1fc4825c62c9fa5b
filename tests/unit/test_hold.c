/* test_hold.c -- what a run hangs on, and what becomes of it when that is gone:
 * the holders of runs.c. */
#include "runs_fixture.h"

static void
a_run_is_lost_when_its_holder_is_gone(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	say(&s1, "{\"task\":\"b\",\"moved\":1,\"hold\":true}");
	say(&s1, "{\"task\":\"c\",\"moved\":1}");
	say(&s1, "{\"task\":\"d\",\"hold\":true}");
	say(&s1, "{\"task\":\"d\",\"state\":\"done\"}");
	runs_gone(runs, &s1, now);
	assert_true(is_state("a", "lost"));
	assert_true(is_state("b", "lost"));
	assert_true(is_state("c", NULL));
	assert_true(is_state("d", "done"));
	assert_true(LIST_EMPTY(&s1.held));
	runs_gone(runs, &s1, now);
}

static void
nobody_loses_what_he_does_not_hold(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s2, "{\"task\":\"a\",\"moved\":1}");
	runs_gone(runs, &s2, now);
	assert_true(is_state("a", NULL));
	say(&s2, "{\"task\":\"a\",\"hold\":false}"); /* it is not his to let go */
	say(&s1, "{\"task\":\"b\",\"hold\":true}");
	say(&s1, "{\"task\":\"b\",\"hold\":false}");
	runs_gone(runs, &s1, now);
	assert_true(is_state("a", "lost"));
	assert_true(is_state("b", NULL));
}

static void
a_second_holder_is_refused_and_nothing_of_it_applied(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	assert_refused(&s2, "{\"task\":\"a\",\"moved\":2,\"hold\":true}", "\"a\" is held by another connection");
	assert_null(strstr(table_newest(table, "a")->text.bytes, "\"moved\":2"));
	say(&s1, "{\"task\":\"a\",\"moved\":3,\"hold\":true}"); /* its own hold, again */
	say(&s1, "{\"task\":\"a\",\"hold\":false}");
	say(&s2, "{\"task\":\"a\",\"moved\":4,\"hold\":true}");
	runs_gone(runs, &s2, now);
	assert_true(is_state("a", "lost"));
}

static void
somebody_else_may_end_a_held_run(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s2, "{\"task\":\"a\",\"state\":\"cancelled\"}");
	assert_true(LIST_EMPTY(&s1.held));
	runs_gone(runs, &s1, now);
	assert_true(is_state("a", "cancelled"));
	say(&s1, "{\"task\":\"a\",\"hold\":true}"); /* it was not he who ended it */
	assert_int_equal(table_newest(table, "a")->run, 3);
}

static void
the_unnamed_task_cannot_be_held(void **state)
{
	(void)state;
	assert_refused(&s1, "{\"moved\":1,\"hold\":true}", "the unnamed task cannot be held");
	say(&s1, "{\"moved\":1,\"hold\":false}");
}

static void
a_lost_run_is_revived_by_an_update_without_a_holder(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	runs_gone(runs, &s1, now);
	say(&s2, "{\"task\":\"a\",\"total\":4}");
	assert_lines("3 1 a run {\"moved\":1,\"total\":4,\"percent\":\"25.00\",\"task\":\"a\",\"started\":1001.000,"
	    "\"updated\":1002.000}\n");
	runs_gone(runs, &s2, now);
	assert_true(is_state("a", NULL));
}

static void
a_lost_run_can_be_ended_by_who_says_how(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	runs_gone(runs, &s1, now);
	say(&s2, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_true(is_state("a", "done"));
	assert_int_equal(table_newest(table, "a")->run, 1);
	assert_null(publish(&s2, "{\"task\":\"a\",\"moved\":2}"));
}

static void
the_process_that_held_it_revives_a_lost_run(void **state)
{
	struct source before = source(3, 4711, 99), after = source(4, 4711, 99);

	(void)state;
	say(&before, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	runs_gone(runs, &before, now);
	say(&after, "{\"task\":\"a\",\"moved\":2,\"hold\":true}");
	assert_int_equal(table_newest(table, "a")->run, 1);
	assert_true(is_state("a", NULL));
	runs_gone(runs, &after, now);
	assert_true(is_state("a", "lost"));
}

static void
any_other_holder_begins_a_new_run(void **state)
{
	struct source others[] = { source(5, 4712, 99), source(6, 4711, 100), source(7, 0, 0) };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct source before = source(10 + i, 4711, 99);
		uint64_t run;

		say(&before, "{\"task\":\"a\",\"state\":\"running\",\"hold\":true}");
		runs_gone(runs, &before, now);
		run = table_newest(table, "a")->run;
		say(&others[i], "{\"task\":\"a\",\"moved\":2,\"hold\":true}");
		assert_true(table_newest(table, "a")->run > run);
		say(&others[i], "{\"task\":\"a\",\"state\":\"done\"}");
	}
}

static void
two_who_are_not_known_are_not_the_same_process(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	runs_gone(runs, &s1, now);
	say(&s2, "{\"task\":\"a\",\"hold\":true}");
	assert_int_equal(table_newest(table, "a")->run, 3);
	runs_gone(runs, &s2, now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_run_is_lost_when_its_holder_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_loses_what_he_does_not_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_holder_is_refused_and_nothing_of_it_applied, setup, teardown),
		cmocka_unit_test_setup_teardown(somebody_else_may_end_a_held_run, setup, teardown),
		cmocka_unit_test_setup_teardown(the_unnamed_task_cannot_be_held, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_run_is_revived_by_an_update_without_a_holder, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_run_can_be_ended_by_who_says_how, setup, teardown),
		cmocka_unit_test_setup_teardown(the_process_that_held_it_revives_a_lost_run, setup, teardown),
		cmocka_unit_test_setup_teardown(any_other_holder_begins_a_new_run, setup, teardown),
		cmocka_unit_test_setup_teardown(two_who_are_not_known_are_not_the_same_process, setup, teardown),
	};

	return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
