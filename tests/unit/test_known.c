/* What headway publish remembers of the tasks whose lines it passes on. */
#include "unit.h"

#include "client/known.h"
#include "task/update.h"

static void
say(struct known *k, const char *line, bool unsent, bool expected)
{
	struct update *u = update_new();
	char err[UPDATE_ERR];

	assert_true(update_read(u, line, strlen(line), err));
	assert_int_equal(known_say(k, u, unsent), expected);
	update_free(u);
}

/* The next line to be told, without when the run began. */
static void
told(struct known *k, const char *expected)
{
	char *line, *started;
	size_t len;

	line = known_next(k, &len);
	if (expected == NULL) {
		assert_null(line);
		assert_false(known_untold(k));
		return;
	}
	assert_non_null(line);
	assert_int_equal(len, strlen(line));
	if ((started = strstr(line, ",\"started\":")) != NULL)
		memmove(started, started + 11 + strspn(started + 11, "0123456789."),
		    strlen(started + 11 + strspn(started + 11, "0123456789.")) + 1);
	assert_string_equal(line, expected);
	free(line);
}

static void
a_new_broker_is_told_the_whole_of_each_run(void **state)
{
	struct known *k = known_new();

	(void)state;
	say(k, "{\"task\":\"a\",\"total\":4,\"hold\":true,\"ack\":true}", false, true);
	say(k, "{\"task\":\"a\",\"moved\":1,\"lap\":true}", false, true);
	say(k, "{\"moved\":7}", false, true);
	told(k, NULL);
	known_forget_told(k);
	told(k, "{\"task\":\"a\",\"moved\":1,\"total\":4,\"state\":\"running\",\"hold\":true}");
	told(k, "{\"moved\":7,\"state\":\"running\"}");
	told(k, NULL);
	known_free(k);
}

static void
what_could_not_be_sent_is_to_be_told(void **state)
{
	struct known *k = known_new();

	(void)state;
	say(k, "{\"task\":\"a\",\"moved\":1}", true, true);
	say(k, "{\"task\":\"a\",\"moved\":2}", true, true);
	assert_true(known_untold(k));
	told(k, "{\"task\":\"a\",\"moved\":2,\"state\":\"running\"}");
	told(k, NULL);
	known_free(k);
}

static void
what_was_sent_is_not_said_again_to_the_same_broker(void **state)
{
	struct known *k = known_new();

	(void)state;
	say(k, "{\"task\":\"a\",\"moved\":1,\"log\":[\"one\"],\"lap\":true}", false, true);
	say(k, "{\"task\":\"a\",\"moved\":2,\"ack\":true}", true, true);
	say(k, "{\"task\":\"a\",\"log\":[\"two\"]}", true, true);
	told(k, "{\"task\":\"a\",\"moved\":2,\"log\":[\"two\"]}");
	say(k, "{\"task\":\"a\",\"lap\":true}", true, true);
	told(k, "{\"task\":\"a\",\"lap\":true}");
	told(k, NULL);
	say(k, "{\"task\":\"a\",\"moved\":3}", true, true);
	known_forget_told(k);
	told(k, "{\"task\":\"a\",\"moved\":3,\"state\":\"running\",\"log\":[\"one\",\"two\"]}");
	say(k, "{\"task\":\"a\",\"state\":\"done\"}", true, true);
	say(k, "{\"task\":\"a\",\"state\":\"running\",\"moved\":1}", true, true);
	say(k, "{\"task\":\"a\",\"moved\":2}", true, true);
	told(k, "{\"task\":\"a\",\"moved\":2,\"state\":\"running\"}");
	told(k, NULL);
	known_free(k);
}

static void
an_end_is_known_until_it_is_confirmed(void **state)
{
	struct known *k = known_new();

	(void)state;
	say(k, "{\"task\":\"a\",\"moved\":1}", false, true);
	known_confirmed(k, "a"); /* of an ack */
	assert_true(known_any(k));
	say(k, "{\"task\":\"a\",\"state\":\"done\",\"exit\":0}", false, true);
	say(k, "{\"task\":\"a\",\"moved\":9}", false, true); /* late: the broker refuses it */
	known_forget_told(k);
	known_confirmed(k, "a"); /* of another connection */
	told(k, "{\"task\":\"a\",\"moved\":1,\"exit\":0,\"state\":\"done\"}");
	known_confirmed(k, "b");
	assert_true(known_any(k));
	known_confirmed(k, "a");
	assert_false(known_any(k));
	known_free(k);
}

static void
a_new_run_says_nothing_of_the_last_one(void **state)
{
	struct known *k = known_new();

	(void)state;
	say(k, "{\"task\":\"a\",\"moved\":1,\"total\":4,\"title\":\"first\"}", false, true);
	say(k, "{\"task\":\"a\",\"state\":\"failed\"}", false, true);
	say(k, "{\"task\":\"a\",\"state\":\"running\",\"moved\":2}", false, true);
	known_confirmed(k, "a"); /* of the first run's end */
	known_forget_told(k);
	told(k, "{\"task\":\"a\",\"moved\":2,\"state\":\"running\"}");
	known_free(k);
}

static void
tasks_are_bounded_and_ended_ones_give_way(void **state)
{
	struct known *k = known_new();
	char line[64];

	(void)state;
	for (int i = 0; i < KNOWN_MAX; i++) {
		snprintf(line, sizeof line, "{\"task\":\"t%d\",\"moved\":1}", i);
		say(k, line, false, true);
	}
	say(k, "{\"task\":\"more\",\"moved\":1}", false, false);
	say(k, "{\"task\":\"t7\",\"state\":\"done\"}", false, true);
	say(k, "{\"task\":\"more\",\"moved\":1}", false, true);
	say(k, "{\"task\":\"still-more\"}", false, false);
	known_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_broker_is_told_the_whole_of_each_run),
		cmocka_unit_test(what_could_not_be_sent_is_to_be_told),
		cmocka_unit_test(what_was_sent_is_not_said_again_to_the_same_broker),
		cmocka_unit_test(an_end_is_known_until_it_is_confirmed),
		cmocka_unit_test(a_new_run_says_nothing_of_the_last_one),
		cmocka_unit_test(tasks_are_bounded_and_ended_ones_give_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
