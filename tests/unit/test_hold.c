/* test_hold.c -- what a run hangs on, and what becomes of it when that is gone:
 * the holders of runs.c.  Who comes second is test_second.c's, and
 * what has no holder is test_silence.c's. */
#include "runs_fixture.h"

#include <signal.h>

static struct how
exited(int status)
{
	return (struct how){ true, status << 8 };
}

static struct how
killed(int sig)
{
	return (struct how){ true, sig };
}

static bool
has(const char *name, const char *text)
{
	return strstr(table_newest(table, name)->text.bytes, text) != NULL;
}

static void
a_run_is_lost_when_its_holder_is_gone(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	say(&s1, "{\"task\":\"b\",\"moved\":1,\"hold\":true}");
	say(&s1, "{\"task\":\"c\",\"moved\":1}");
	say(&s1, "{\"task\":\"d\",\"hold\":true}");
	say(&s1, "{\"task\":\"d\",\"state\":\"done\"}");
	gone(&s1);
	assert_true(is_state("a", "lost"));
	assert_true(is_state("b", "lost"));
	assert_true(is_state("c", NULL));
	assert_true(is_state("d", "done"));
	assert_true(LIST_EMPTY(&s1.holder.runs));
	gone(&s1);
}

static void
a_job_whose_run_somebody_else_ended_begins_no_other_by_a_late_line(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s2, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_refused(&s1, "{\"task\":\"a\",\"state\":\"failed\",\"exit\":3}",
	    "\"a\" has ended; on this connection only \"state\":\"running\" begins a new run");
	assert_true(is_state("a", "done"));
	say(&s1, "{\"task\":\"a\",\"state\":\"running\"}");
	assert_true(is_state("a", NULL));
}

static void
nobody_loses_what_he_does_not_hold(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s2, "{\"task\":\"a\",\"moved\":1}");
	gone(&s2);
	assert_true(is_state("a", NULL));
	say(&s2, "{\"task\":\"a\",\"hold\":false}"); /* it is not his to let go */
	say(&s1, "{\"task\":\"b\",\"hold\":true}");
	say(&s1, "{\"task\":\"b\",\"hold\":false}");
	gone(&s1);
	assert_true(is_state("a", "lost"));
	assert_true(is_state("b", NULL));
}

static void
what_a_process_holds_outlives_the_connections_and_is_lost_with_it(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"pid\":1}");
	gone(&s1);
	say(&s2, "{\"task\":\"a\",\"pid\":1,\"moved\":2}");
	gone(&s2);
	assert_true(is_state("a", NULL));
	died(&pids[1], exited(0));
	assert_true(is_state("a", NULL));
	died(&pids[0], exited(0));
	assert_true(is_state("a", "lost"));
}

static void
what_a_process_holds_anybody_can_let_go(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"pid\":1}");
	say(&s2, "{\"task\":\"a\",\"hold\":false}");
	died(&pids[0], exited(0));
	assert_true(is_state("a", NULL));
}

static void
the_last_to_hold_holds(void **state)
{
	struct conn same;

	(void)state;
	connect_as(&same, 3, 101, 7); /* the process of "pid":1 */
	say(&same, "{\"task\":\"a\",\"pid\":1}");
	say(&same, "{\"task\":\"a\",\"hold\":true}");
	died(&pids[0], exited(0));
	assert_true(is_state("a", NULL));
	say(&same, "{\"task\":\"a\",\"pid\":1}");
	gone(&same);
	assert_true(is_state("a", NULL));
	died(&pids[0], exited(0));
	assert_true(is_state("a", "lost"));
}

static void
how_its_process_ended_is_told_with_the_loss(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s1, "{\"task\":\"b\",\"pid\":1,\"exit\":3}"); /* the kernel knows better */
	say(&s1, "{\"task\":\"c\",\"pid\":2}");
	died(&s1.holder, exited(7));
	died(&pids[0], killed(SIGKILL));
	died(&pids[1], killed(SIGRTMIN + 2));
	assert_true(has("a", "\"state\":\"lost\",\"exit\":7,\"started\""));
	assert_true(has("b", "\"state\":\"lost\",\"signal\":\"KILL\",\"started\""));
	assert_true(has("c", "\"state\":\"lost\",\"signal\":\"RTMIN+2\",\"started\""));
	assert_int_equal(table_head(table), 6); /* in one change each */
}

static void
how_it_ended_may_be_known_later(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	runs_lose(runs, &s1.holder, not_known, now);
	assert_true(is_state("a", "lost"));
	assert_false(has("a", "exit"));
	runs_explain(runs, &s1.holder, exited(1));
	assert_true(has("a", "\"state\":\"lost\",\"exit\":1,"));
	assert_int_equal(table_newest(table, "a")->run, 1);
	assert_true(LIST_EMPTY(&s1.holder.lost));
	pass(KEEP);
	runs_sweep(runs, now);
	assert_null(table_newest(table, "a"));
}

static void
what_went_on_meanwhile_is_not_explained(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"revived\",\"hold\":true}");
	say(&s1, "{\"task\":\"anew\",\"hold\":true}");
	say(&s1, "{\"task\":\"removed\",\"hold\":true}");
	runs_lose(runs, &s1.holder, not_known, now);
	pass(KEEP - 2);
	say(&s2, "{\"task\":\"revived\",\"moved\":1}");
	say(&s2, "{\"task\":\"anew\",\"hold\":true}");
	runs_sweep(runs, now);
	assert_null(table_newest(table, "removed"));
	runs_explain(runs, &s1.holder, killed(SIGSEGV));
	assert_true(is_state("revived", NULL));
	assert_true(is_state("anew", NULL));
	assert_false(has("revived", "SEGV"));
	assert_true(LIST_EMPTY(&s1.holder.lost));
}

static void
a_revived_run_forgets_how_its_process_ended(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"pid\":1,\"moved\":4}");
	died(&pids[0], killed(SIGKILL));
	say(&s1, "{\"task\":\"a\",\"moved\":5}");
	assert_lines("3 1 a run {\"moved\":5,\"task\":\"a\",\"started\":1001.000,\"updated\":1002.000}\n");
}

static void
somebody_else_may_end_a_held_run(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s2, "{\"task\":\"a\",\"state\":\"cancelled\"}");
	assert_true(LIST_EMPTY(&s1.holder.runs));
	gone(&s1);
	assert_true(is_state("a", "cancelled"));
	say(&s1, "{\"task\":\"a\",\"hold\":true}"); /* it was not he who ended it */
	assert_int_equal(table_newest(table, "a")->run, 3);
}

static void
the_unnamed_task_cannot_be_held(void **state)
{
	(void)state;
	assert_refused(&s1, "{\"moved\":1,\"hold\":true}", "the unnamed task cannot be held");
	assert_refused(&s1, "{\"moved\":1,\"pid\":1}", "the unnamed task cannot be held");
	say(&s1, "{\"moved\":1,\"hold\":false}");
}

static void
a_lost_run_is_revived_by_an_update_without_a_holder(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	gone(&s1);
	say(&s2, "{\"task\":\"a\",\"total\":4}");
	assert_lines("3 1 a run {\"moved\":1,\"total\":4,\"percent\":\"25.00\",\"task\":\"a\",\"started\":1001.000,"
	    "\"updated\":1002.000}\n");
	gone(&s2);
	assert_true(is_state("a", NULL));
}

static void
a_lost_run_can_be_ended_by_who_says_how(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	gone(&s1);
	say(&s2, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_true(is_state("a", "done"));
	assert_int_equal(table_newest(table, "a")->run, 1);
	assert_null(publish(&s2, "{\"task\":\"a\",\"moved\":2}"));
}

static void
the_process_that_held_it_revives_a_lost_run(void **state)
{
	struct conn before, after;

	(void)state;
	connect_as(&before, 3, 101, 7);
	connect_as(&after, 4, 101, 7);
	say(&before, "{\"task\":\"a\",\"moved\":1,\"hold\":true}");
	gone(&before);
	say(&after, "{\"task\":\"a\",\"moved\":2,\"hold\":true}");
	assert_int_equal(table_newest(table, "a")->run, 1);
	assert_true(is_state("a", NULL));
	gone(&after);
	assert_true(is_state("a", "lost"));
	say(&s1, "{\"task\":\"a\",\"moved\":2,\"pid\":1}"); /* the same one again */
	assert_int_equal(table_newest(table, "a")->run, 1);
}

static void
any_other_holder_begins_a_new_run(void **state)
{
	static const struct { pid_t pid; uint64_t start; } others[] = { { 102, 7 }, { 101, 8 }, { 0, 0 }, { 101, 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct conn before, other;
		uint64_t run;

		connect_as(&before, 10 + i, 101, 7);
		connect_as(&other, 20 + i, others[i].pid, others[i].start);
		say(&before, "{\"task\":\"a\",\"state\":\"running\",\"hold\":true}");
		gone(&before);
		run = table_newest(table, "a")->run;
		say(&other, "{\"task\":\"a\",\"moved\":2,\"hold\":true}");
		assert_true(table_newest(table, "a")->run > run);
		say(&other, "{\"task\":\"a\",\"state\":\"done\"}");
	}
}

static void
two_who_are_not_known_are_not_the_same_process(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	gone(&s1);
	say(&s2, "{\"task\":\"a\",\"hold\":true}");
	assert_int_equal(table_newest(table, "a")->run, 3);
	gone(&s2);
}

static void
who_comes_while_a_holder_is_leaving_need_not_wait(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s1, "{\"task\":\"b\",\"hold\":true}");
	s1.holder.leaving = true;
	say(&s2, "{\"task\":\"a\",\"hold\":true}");
	assert_int_equal(table_newest(table, "a")->run, 5); /* both were lost first */
	assert_true(is_state("a", NULL));
	assert_true(is_state("b", "lost"));
	runs_explain(runs, &s1.holder, killed(SIGTERM));
	assert_true(has("b", "\"signal\":\"TERM\""));
	gone(&s2);
}

static void
nothing_hangs_on_a_process_whose_runs_have_ended(void **state)
{
	(void)state;
	assert_true(LIST_EMPTY(&pids[0].runs));
	say(&s1, "{\"task\":\"a\",\"pid\":1}");
	say(&s1, "{\"task\":\"b\",\"pid\":1}");
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_false(LIST_EMPTY(&pids[0].runs));
	say(&s1, "{\"task\":\"b\",\"state\":\"done\"}");
	assert_true(LIST_EMPTY(&pids[0].runs));
	assert_true(LIST_EMPTY(&pids[0].lost));
}

static void
a_run_says_when_it_began_but_not_that_it_will(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"started\":17.5}");
	assert_true(has("a", "\"started\":17.500,\"updated\":1001.000"));
	say(&s1, "{\"task\":\"a\",\"started\":18}"); /* it has begun */
	assert_true(has("a", "\"started\":17.500,"));
	say(&s1, "{\"task\":\"b\",\"started\":99999}");
	assert_true(has("b", "\"started\":1003.000,"));
	say(&s1, "{\"moved\":1,\"started\":17}");
	assert_true(has(NAME_UNNAMED, "{\"moved\":1}\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_run_is_lost_when_its_holder_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(a_job_whose_run_somebody_else_ended_begins_no_other_by_a_late_line, setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_loses_what_he_does_not_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_process_holds_outlives_the_connections_and_is_lost_with_it, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_process_holds_anybody_can_let_go, setup, teardown),
		cmocka_unit_test_setup_teardown(the_last_to_hold_holds, setup, teardown),
		cmocka_unit_test_setup_teardown(how_its_process_ended_is_told_with_the_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(how_it_ended_may_be_known_later, setup, teardown),
		cmocka_unit_test_setup_teardown(what_went_on_meanwhile_is_not_explained, setup, teardown),
		cmocka_unit_test_setup_teardown(a_revived_run_forgets_how_its_process_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(somebody_else_may_end_a_held_run, setup, teardown),
		cmocka_unit_test_setup_teardown(the_unnamed_task_cannot_be_held, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_run_is_revived_by_an_update_without_a_holder, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_run_can_be_ended_by_who_says_how, setup, teardown),
		cmocka_unit_test_setup_teardown(the_process_that_held_it_revives_a_lost_run, setup, teardown),
		cmocka_unit_test_setup_teardown(any_other_holder_begins_a_new_run, setup, teardown),
		cmocka_unit_test_setup_teardown(two_who_are_not_known_are_not_the_same_process, setup, teardown),
		cmocka_unit_test_setup_teardown(who_comes_while_a_holder_is_leaving_need_not_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_hangs_on_a_process_whose_runs_have_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(a_run_says_when_it_began_but_not_that_it_will, setup, teardown),
	};

	return cmocka_run_group_tests_name("hold", tests, NULL, NULL);
}
