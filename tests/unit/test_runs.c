/* test_runs.c -- the life of runs, rule by rule: runs.c on a real table.  What
 * they hang on is test_hold.c's. */
#include "runs_fixture.h"

static void
updates_merge_into_one_run(void **state)
{
	(void)state;
	say(&s1, "{\"moved\":44,\"total\":100}");
	say(&s2, "{\"moved\":45}");
	assert_lines("2 1 . run {\"moved\":45,\"total\":100,\"percent\":\"45.00\"}\n");
	say(&s1, "{\"state\":\"done\"}");
	assert_lines("3 1 . end {\"moved\":45,\"total\":100,\"percent\":\"100.00\",\"state\":\"done\"}\n");
}

static void
a_named_run_tells_its_times(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1}");
	say(&s1, "{\"task\":\"a\",\"state\":\"failed\",\"exit\":1}");
	assert_lines("2 1 a end {\"moved\":1,\"task\":\"a\",\"state\":\"failed\",\"exit\":1,\"started\":1001.000,"
	    "\"updated\":1002.000,\"ended\":1002.000}\n");
}

static void
a_rate_is_reckoned_by_the_clock_that_does_not_jump(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":0,\"total\":20}");
	say(&s1, "{\"task\":\"a\",\"moved\":2}");
	now.wall -= 900;
	say(&s1, "{\"task\":\"a\",\"moved\":4}");
	now.wall += 1900;
	say(&s1, "{\"task\":\"a\",\"moved\":6}");
	assert_lines("4 1 a run {\"moved\":6,\"total\":20,\"percent\":\"30.00\",\"task\":\"a\",\"rate\":2,\"eta\":7,"
	    "\"started\":2001.000,\"updated\":2004.000}\n"); /* and it began 3 s ago by whatever clock */
}

static void
an_update_after_an_end_begins_a_new_run_beside_it(void **state)
{
	(void)state;
	say(&s1, "{\"moved\":9,\"state\":\"done\"}");
	say(&s2, "{\"moved\":1}");
	assert_lines("1 1 . end {\"moved\":9,\"percent\":\"100.00\",\"state\":\"done\"}\n2 2 . run {\"moved\":1}\n");
	say(&s2, "{\"total\":4}");
	assert_lines("1 1 . end {\"moved\":9,\"percent\":\"100.00\",\"state\":\"done\"}\n"
	    "3 2 . run {\"moved\":1,\"total\":4,\"percent\":\"25.00\"}\n");
	say(&s2, "{\"state\":\"failed\"}");
	assert_lines("4 2 . end {\"moved\":1,\"total\":4,\"percent\":\"25.00\",\"state\":\"failed\"}\n");
	assert_int_equal(table_tasks(table), 1);
}

static void
a_late_line_on_the_connection_that_ended_it_is_refused(void **state)
{
	static const char why[] = "\"a\" has ended; on this connection only \"state\":\"running\" begins a new run";

	(void)state;
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_refused(&s1, "{\"task\":\"a\",\"moved\":1}", why);
	assert_refused(&s1, "{\"task\":\"a\"}", why);
	assert_refused(&s1, "{\"task\":\"a\",\"state\":\"done\"}", why);
	say(&s1, "{\"task\":\"b\",\"moved\":1}");
	say(&s1, "{\"task\":\"a\",\"state\":\"running\",\"moved\":1}");
	say(&s1, "{\"task\":\"a\",\"moved\":2}");
	assert_true(is_state("a", NULL));
	assert_int_equal(table_newest(table, "a")->run, 3);
}

static void
a_late_line_of_the_unnamed_task_says_so_in_words(void **state)
{
	(void)state;
	say(&s1, "{\"state\":\"cancelled\"}");
	assert_refused(&s1, "{\"moved\":1}",
	    "the unnamed task has ended; on this connection only \"state\":\"running\" begins a new run");
}

static void
only_the_last_end_is_remembered_against_its_connection(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	say(&s2, "{\"task\":\"a\",\"state\":\"failed\"}"); /* a run of one line */
	say(&s1, "{\"task\":\"a\",\"moved\":1}");
	assert_true(is_state("a", NULL));
	assert_int_equal(table_newest(table, "a")->run, 3);
}

static void
an_end_is_kept_for_its_time_and_then_removed(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	say(&s1, "{\"state\":\"done\"}");
	say(&s1, "{\"task\":\"b\",\"moved\":1}");
	pass(KEEP - 3);
	runs_sweep(runs, now);
	assert_true(is_state("a", "done"));
	pass(1);
	runs_sweep(runs, now);
	assert_lines("2 2 . end {\"percent\":\"100.00\",\"state\":\"done\"}\n"
	    "3 3 b run {\"moved\":1,\"task\":\"b\",\"started\":1003.000,\"updated\":1003.000}\n"
	    "4 0 a removed {\"task\":\"a\"}\n");
	pass(1);
	runs_sweep(runs, now);
	runs_sweep(runs, now);
	assert_null(table_newest(table, NAME_UNNAMED));
	assert_int_equal(table_head(table), 5);
	assert_int_equal(table_tasks(table), 1);
	pass(10 * KEEP);
	runs_sweep(runs, now);
	assert_true(is_state("b", NULL)); /* what runs is never removed */
}

static void
an_older_end_is_forgotten_without_a_word(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	say(&s2, "{\"task\":\"a\",\"moved\":1}");
	pass(KEEP);
	runs_sweep(runs, now);
	assert_lines("2 2 a run {\"moved\":1,\"task\":\"a\",\"started\":1002.000,\"updated\":1002.000}\n");
	assert_int_equal(table_horizon(table), 1);
	assert_int_equal(table_head(table), 2);
}

static void
a_revived_run_is_not_removed_for_its_old_end(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	gone(&s1);
	pass(KEEP / 2);
	say(&s2, "{\"task\":\"a\",\"moved\":1}");
	pass(KEEP / 2);
	runs_sweep(runs, now);
	assert_true(is_state("a", NULL));
	say(&s2, "{\"task\":\"a\",\"state\":\"done\"}");
	runs_sweep(runs, now);
	assert_true(is_state("a", "done"));
	pass(KEEP);
	runs_sweep(runs, now);
	assert_null(table_newest(table, "a"));
}

static void
a_removed_task_begins_anew(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"title\":\"old\",\"state\":\"done\"}");
	pass(KEEP);
	runs_sweep(runs, now);
	say(&s1, "{\"task\":\"a\",\"moved\":1}"); /* even on the connection that ended it: no run of it is left */
	assert_null(strstr(table_newest(table, "a")->text.bytes, "old"));
	assert_int_equal(table_newest(table, "a")->run, 3);
}

static void
one_task_too_many_is_told_so(void **state)
{
	char line[64];

	(void)state;
	for (int i = 0; i < TABLE_TASKS_MAX; i++) {
		snprintf(line, sizeof line, "{\"task\":\"t%d\",\"state\":\"done\"}", i);
		say(&s1, line);
	}
	assert_refused(&s2, "{\"task\":\"x\"}", "the broker holds 20000 tasks, its limit; \"x\" is one too many");
	say(&s2, "{\"task\":\"t7\",\"moved\":1}"); /* a new run of a name that is there */
	pass(KEEP);
	runs_sweep(runs, now);
	say(&s2, "{\"task\":\"x\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(updates_merge_into_one_run, setup, teardown),
		cmocka_unit_test_setup_teardown(a_named_run_tells_its_times, setup, teardown),
		cmocka_unit_test_setup_teardown(a_rate_is_reckoned_by_the_clock_that_does_not_jump, setup, teardown),
		cmocka_unit_test_setup_teardown(an_update_after_an_end_begins_a_new_run_beside_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_late_line_on_the_connection_that_ended_it_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_late_line_of_the_unnamed_task_says_so_in_words, setup, teardown),
		cmocka_unit_test_setup_teardown(only_the_last_end_is_remembered_against_its_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(an_end_is_kept_for_its_time_and_then_removed, setup, teardown),
		cmocka_unit_test_setup_teardown(an_older_end_is_forgotten_without_a_word, setup, teardown),
		cmocka_unit_test_setup_teardown(a_revived_run_is_not_removed_for_its_old_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_removed_task_begins_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(one_task_too_many_is_told_so, setup, teardown),
	};

	return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
