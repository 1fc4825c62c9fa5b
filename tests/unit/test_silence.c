/* test_silence.c -- runs that nothing holds, and of which nothing is heard. */
#include "runs_fixture.h"

static void
who_is_silent_for_too_long_is_lost(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"first\",\"moved\":1}");
	say(&s1, "{\"task\":\"second\",\"moved\":1}");
	say(&s1, "{\"task\":\"held\",\"hold\":true}");
	say(&s1, "{\"task\":\"process\",\"pid\":1}");
	say(&s1, "{\"task\":\"ended\",\"state\":\"done\"}");
	say(&s1, "{\"moved\":1}"); /* the unnamed one too */
	pass(SILENCE - 6);
	runs_sweep(runs, now);
	assert_true(is_state("first", NULL));
	say(&s2, "{\"task\":\"first\",\"moved\":2}"); /* a second later, and it is heard of */
	runs_sweep(runs, now);
	assert_true(is_state("first", NULL));
	assert_true(is_state("second", NULL));
	pass(1);
	runs_sweep(runs, now);
	assert_true(is_state("second", "lost"));
	pass(SILENCE - 2);
	runs_sweep(runs, now);
	assert_true(is_state("first", NULL));
	assert_true(is_state(NAME_UNNAMED, "lost"));
	pass(1);
	runs_sweep(runs, now);
	assert_true(is_state("first", "lost"));
	assert_true(is_state("held", NULL));
	assert_true(is_state("process", NULL));
	assert_null(table_newest(table, "ended"));
	say(&s2, "{\"task\":\"first\",\"moved\":3}"); /* it was not dead after all */
	assert_true(is_state("first", NULL));
}

static void
silence_begins_when_a_holder_lets_go(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	pass(SILENCE);
	say(&s1, "{\"task\":\"a\",\"hold\":false}");
	pass(SILENCE - 1);
	runs_sweep(runs, now);
	assert_true(is_state("a", NULL));
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	pass(SILENCE);
	runs_sweep(runs, now);
	assert_true(is_state("a", NULL));
	say(&s1, "{\"task\":\"a\",\"hold\":false}");
	pass(SILENCE);
	runs_sweep(runs, now);
	assert_true(is_state("a", "lost"));
}

static void
silence_of_zero_loses_nobody(void **state)
{
	struct runs *usual = runs;

	(void)state;
	runs = runs_new(table, KEEP, 0);
	say(&s1, "{\"task\":\"a\",\"moved\":1}");
	pass(SILENCE * 1000u);
	runs_sweep(runs, now);
	assert_true(is_state("a", NULL));
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	pass(KEEP);
	runs_sweep(runs, now);
	runs_free(runs);
	runs = usual;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_is_silent_for_too_long_is_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(silence_begins_when_a_holder_lets_go, setup, teardown),
		cmocka_unit_test_setup_teardown(silence_of_zero_loses_nobody, setup, teardown),
	};

	return cmocka_run_group_tests_name("silence", tests, NULL, NULL);
}
