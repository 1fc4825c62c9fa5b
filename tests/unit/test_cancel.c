/* test_cancel.c -- who may wish that a run be cancelled, who is told, and what
 * readers see of it. */
#include "runs_fixture.h"

#define ASK "{\"task\":\"a\",\"cancel\":\"asked\"}"

static bool
shows(const char *cancel)
{
	const char *text = table_newest(table, "a")->text.bytes;
	char wanted[48];

	if (cancel == NULL)
		return strstr(text, "\"cancel\"") == NULL;
	snprintf(wanted, sizeof wanted, "\"cancel\":\"%s\",\"started\"", cancel);
	return strstr(text, wanted) != NULL;
}

static void
hold_and_allow(void)
{
	say(&s1, "{\"task\":\"a\",\"hold\":true,\"cancel\":\"allowed\"}");
}

static void
a_wish_is_told_to_the_connection_that_holds_and_shown(void **state)
{
	(void)state;
	hold_and_allow();
	assert_true(shows("allowed"));
	say(&s2, ASK);
	assert_string_equal(s1.cancelled, "a");
	assert_true(shows("asked"));
	say(&s1, "{\"task\":\"a\",\"cancel\":\"stopping\"}");
	assert_true(shows("stopping"));
	say(&s1, "{\"task\":\"a\",\"state\":\"cancelled\",\"signal\":\"TERM\"}");
	assert_true(is_state("a", "cancelled"));
	assert_true(shows(NULL));
}

static void
a_wish_may_be_repeated_until_the_job_is_stopping(void **state)
{
	(void)state;
	hold_and_allow();
	say(&s2, ASK);
	s1.cancelled[0] = '\0';
	say(&s2, ASK);
	assert_string_equal(s1.cancelled, "a");
	say(&s1, "{\"task\":\"a\",\"cancel\":\"allowed\"}"); /* said before it has read */
	assert_true(shows("asked"));
	say(&s1, "{\"task\":\"a\",\"cancel\":\"stopping\"}");
	s1.cancelled[0] = '\0';
	say(&s2, ASK);
	assert_string_equal(s1.cancelled, "");
	assert_true(shows("stopping"));
}

static void
only_what_runs_can_be_cancelled(void **state)
{
	(void)state;
	assert_refused(&s2, ASK, "\"a\" is not running");
	assert_null(table_newest(table, "a"));
	hold_and_allow();
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_refused(&s2, ASK, "\"a\" is not running");
	assert_refused(&s1, ASK, "\"a\" is not running");
	say(&s1, "{\"task\":\"a\",\"state\":\"running\",\"hold\":true,\"cancel\":\"allowed\"}");
	gone(&s1);
	assert_refused(&s2, ASK, "\"a\" is not running"); /* a wish revives nobody */
	assert_true(is_state("a", "lost"));
}

static void
only_who_takes_wishes_is_told(void **state)
{
	static const char why[] = "\"a\" is not cancellable: its job takes no such wishes";

	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1}");
	assert_refused(&s2, ASK, why);
	say(&s1, "{\"task\":\"a\",\"pid\":1}");
	assert_refused(&s2, ASK, why);
	say(&s1, "{\"task\":\"a\",\"hold\":false}");
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	assert_refused(&s2, ASK, why);
	say(&s1, "{\"task\":\"a\",\"cancel\":\"allowed\"}");
	say(&s2, ASK);
	say(&s1, "{\"task\":\"a\",\"hold\":false}");
	assert_true(shows(NULL));
	assert_refused(&s2, ASK, why);
	say(&s1, "{\"task\":\"a\",\"hold\":true}"); /* it says so anew */
	assert_true(shows(NULL));
	assert_refused(&s2, "{\"cancel\":\"asked\"}", "the unnamed task is not running");
}

static void
only_the_user_who_began_it_and_root_may_wish(void **state)
{
	(void)state;
	hold_and_allow();
	s2.source.uid = 1001;
	assert_refused(&s2, ASK, "\"a\" belongs to another user");
	assert_string_equal(s1.cancelled, "");
	assert_true(shows("allowed"));
	s2.source.uid = 0;
	say(&s2, ASK);
	assert_string_equal(s1.cancelled, "a");
}

static void
it_is_the_user_who_began_it_who_counts(void **state)
{
	(void)state;
	say(&s2, "{\"task\":\"a\",\"moved\":1}");
	s1.source.uid = 1001;
	hold_and_allow();
	say(&s2, ASK);
	assert_refused(&s1, ASK, "\"a\" belongs to another user");
}

static void
only_the_connection_that_holds_says_how_far_it_has_come(void **state)
{
	static const char why[] = "\"a\" is not held by this connection, whose word its \"cancel\" is";

	(void)state;
	assert_refused(&s1, "{\"task\":\"a\",\"cancel\":\"allowed\"}", why);
	hold_and_allow();
	assert_refused(&s2, "{\"task\":\"a\",\"cancel\":\"stopping\"}", why);
	assert_refused(&s2, "{\"task\":\"a\",\"cancel\":\"allowed\",\"pid\":1}",
	    "\"a.2\" is not held by this connection, whose word its \"cancel\" is");
	assert_refused(&s1, "{\"task\":\"a\",\"cancel\":\"stopping\",\"hold\":false}", why);
	assert_refused(&s1, "{\"cancel\":\"allowed\"}",
	    "the unnamed task is not held by this connection, whose word its \"cancel\" is");
	assert_refused(&s1, "{\"task\":\"a\",\"hold\":true,\"cancel\":\"asked\"}",
	    "\"a\" cannot be held by the line that asks to cancel it");
	gone(&s1);
	assert_refused(&s2, "{\"task\":\"a\",\"cancel\":\"stopping\"}", why);
}

static void
a_job_that_does_not_read_is_an_error_to_who_asks(void **state)
{
	(void)state;
	hold_and_allow();
	s1.deaf = true;
	assert_refused(&s2, ASK, "\"a\" cannot be told: its job does not read what it is told");
	assert_true(shows("allowed"));
}

static void
a_second_holder_is_told_the_name_that_he_was_given(void **state)
{
	(void)state;
	say(&s2, "{\"task\":\"a\",\"hold\":true}");
	hold_and_allow();
	say(&s2, "{\"task\":\"a.2\",\"cancel\":\"asked\"}");
	assert_string_equal(s1.cancelled, "a.2");
	say(&s1, "{\"task\":\"a\",\"cancel\":\"stopping\"}");
	assert_non_null(strstr(table_newest(table, "a.2")->text.bytes, "\"cancel\":\"stopping\""));
}

static void
a_job_that_comes_to_a_new_broker_is_as_far_as_it_was(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true,\"cancel\":\"stopping\",\"started\":17}");
	assert_true(shows("stopping"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_wish_is_told_to_the_connection_that_holds_and_shown, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wish_may_be_repeated_until_the_job_is_stopping, setup, teardown),
		cmocka_unit_test_setup_teardown(only_what_runs_can_be_cancelled, setup, teardown),
		cmocka_unit_test_setup_teardown(only_who_takes_wishes_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(only_the_user_who_began_it_and_root_may_wish, setup, teardown),
		cmocka_unit_test_setup_teardown(it_is_the_user_who_began_it_who_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(only_the_connection_that_holds_says_how_far_it_has_come, setup, teardown),
		cmocka_unit_test_setup_teardown(a_job_that_does_not_read_is_an_error_to_who_asks, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_holder_is_told_the_name_that_he_was_given, setup, teardown),
		cmocka_unit_test_setup_teardown(a_job_that_comes_to_a_new_broker_is_as_far_as_it_was, setup, teardown),
	};

	return cmocka_run_group_tests_name("cancel", tests, NULL, NULL);
}
