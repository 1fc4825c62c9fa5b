/* test_clock_set.c -- a wall clock that somebody sets: on a device that boots in
 * 1970 and hears of the time later, and after a machine's sleep, which is none. */
#include "runs_fixture.h"

#define YEARS_56 1767225600.0 /* seconds from 1970 to 2026 */

static void
assert_json_is(const char *name, const char *wanted)
{
	const struct entry *e = table_newest(table, name);

	assert_non_null(e);
	assert_string_equal(e->text.bytes + e->text.json_at, wanted);
}

/* Five seconds after its boot. */
static int
boot(void **state)
{
	setup(state);
	now = (struct now){ 5, 5000000, 5000000 };
	return 0;
}

static void
the_beginning_of_a_run_moves_along_with_the_clock(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":0,\"total\":20}");
	say(&s1, "{\"task\":\"a\",\"moved\":2}");
	assert_json_is("a", "{\"moved\":2,\"total\":20,\"percent\":\"10.00\",\"task\":\"a\",\"started\":6.000,"
	    "\"updated\":7.000}\n");
	now.wall += YEARS_56;
	say(&s1, "{\"task\":\"a\",\"moved\":4}");
	say(&s1, "{\"task\":\"a\",\"moved\":6}");
	/* 3 s ago, 2 a second, 7 s to go: as if the clock had been right */
	assert_json_is("a", "{\"moved\":6,\"total\":20,\"percent\":\"30.00\",\"task\":\"a\",\"rate\":2,\"eta\":7,"
	    "\"started\":1767225606.000,\"updated\":1767225609.000}\n");
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_json_is("a", "{\"moved\":6,\"total\":20,\"percent\":\"100.00\",\"task\":\"a\",\"state\":\"done\","
	    "\"rate\":1.5,\"started\":1767225606.000,\"updated\":1767225610.000,\"ended\":1767225610.000}\n");
}

static void
a_clock_that_is_set_between_the_last_word_and_the_loss_tells_how_long_it_was(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	now.wall += YEARS_56;
	pass(4);
	gone(&s1);
	assert_json_is("a", "{\"task\":\"a\",\"state\":\"lost\",\"started\":1767225606.000,"
	    "\"updated\":1767225610.000,\"ended\":1767225610.000}\n");
}

static void
a_clock_that_is_set_back_leaves_nothing_in_the_future(void **state)
{
	(void)state;
	now.wall = YEARS_56;
	say(&s1, "{\"task\":\"a\"}");
	now.wall -= 3600;
	say(&s1, "{\"task\":\"a\",\"state\":\"failed\"}");
	assert_json_is("a", "{\"task\":\"a\",\"state\":\"failed\",\"started\":1767222001.000,"
	    "\"updated\":1767222002.000,\"ended\":1767222002.000}\n");
}

/* CLOCK_MONOTONIC stands still meanwhile, and the wall clock was right all along. */
static void
a_sleep_of_the_machine_sets_no_clock(void **state)
{
	(void)state;
	now.wall = YEARS_56;
	say(&s1, "{\"task\":\"a\"}");
	now.wall += 28800;
	now.boot += UINT64_C(28800000000);
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_json_is("a", "{\"percent\":\"100.00\",\"task\":\"a\",\"state\":\"done\",\"started\":1767225601.000,"
	    "\"updated\":1767254402.000,\"ended\":1767254402.000}\n");
}

static void
a_clock_that_is_a_little_off_moves_nothing(void **state)
{
	(void)state;
	now.wall = YEARS_56;
	say(&s1, "{\"task\":\"a\"}");
	for (int i = 0; i < 10; i++) {
		now.wall += 0.2; /* slewed by adjtime(3) */
		say(&s1, "{\"task\":\"a\"}");
	}
	assert_json_is("a", "{\"task\":\"a\",\"started\":1767225601.000,\"updated\":1767225613.000}\n");
}

static void
ids_ascend_whatever_the_clock_does(void **state)
{
	uint64_t before, between;

	(void)state;
	before = say(&s1, "{\"task\":\"a\"}")->seq;
	now.wall += YEARS_56;
	between = say(&s1, "{\"task\":\"a\"}")->seq;
	now.wall -= 2 * YEARS_56;
	assert_true(before < between);
	assert_true(between < say(&s1, "{\"task\":\"a\"}")->seq);
}

static void
how_long_an_end_is_kept_and_silence_borne_is_no_matter_of_the_clock(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"silent\"}");
	say(&s1, "{\"task\":\"ended\",\"state\":\"done\"}");
	now.wall += YEARS_56;
	runs_sweep(runs, now);
	assert_non_null(table_newest(table, "ended"));
	pass(KEEP);
	runs_sweep(runs, now);
	assert_null(table_newest(table, "ended"));
	now.wall -= YEARS_56;
	pass(SILENCE - KEEP - 2);
	runs_sweep(runs, now);
	assert_true(is_state("silent", NULL));
	pass(1);
	runs_sweep(runs, now);
	assert_true(is_state("silent", "lost"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_beginning_of_a_run_moves_along_with_the_clock, boot, teardown),
		cmocka_unit_test_setup_teardown(
		    a_clock_that_is_set_between_the_last_word_and_the_loss_tells_how_long_it_was, boot, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_is_set_back_leaves_nothing_in_the_future, boot, teardown),
		cmocka_unit_test_setup_teardown(a_sleep_of_the_machine_sets_no_clock, boot, teardown),
		cmocka_unit_test_setup_teardown(a_clock_that_is_a_little_off_moves_nothing, boot, teardown),
		cmocka_unit_test_setup_teardown(ids_ascend_whatever_the_clock_does, boot, teardown),
		cmocka_unit_test_setup_teardown(
		    how_long_an_end_is_kept_and_silence_borne_is_no_matter_of_the_clock, boot, teardown),
	};

	return cmocka_run_group_tests_name("a clock that is set", tests, NULL, NULL);
}
