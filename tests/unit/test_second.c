/* test_second.c -- who comes second to a task that is held, and what he means
 * from then on: second.c, and the rules that use it. */
#include "runs_fixture.h"

/* ---- the rules ---- */

static const char *
told(struct conn *c, const char *line)
{
	struct entry *e = say(c, line);

	return e->name;
}

static void
a_second_holder_gets_the_next_name_and_the_first_is_not_touched(void **state)
{
	struct conn s3;

	(void)state;
	connect_as(&s3, 3, 0, 0);
	assert_string_equal(told(&s1, "{\"task\":\"a\",\"moved\":1,\"hold\":true}"), "a");
	assert_false(s1.holder.renamed);
	assert_string_equal(told(&s2, "{\"task\":\"a\",\"moved\":2,\"hold\":true}"), "a.2");
	assert_true(s2.holder.renamed);
	assert_string_equal(told(&s3, "{\"task\":\"a\",\"moved\":3,\"hold\":true}"), "a.3");
	assert_non_null(strstr(table_newest(table, "a")->text.bytes, "\"moved\":1,"));
	assert_string_equal(told(&s2, "{\"task\":\"a\",\"moved\":4,\"hold\":true}"), "a.2");
	assert_false(s2.holder.renamed); /* it has been told */
	gone(&s2);
	assert_true(is_state("a", NULL));
	assert_true(is_state("a.2", "lost"));
	gone(&s3);
	seconds_clear(&s3.source.seconds);
}

static void
a_second_holder_means_his_own_by_the_name_that_he_says(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"n\",\"hold\":true}");
	say(&s2, "{\"task\":\"n\",\"hold\":true}");
	assert_string_equal(told(&s2, "{\"task\":\"n/x/y\",\"moved\":1}"), "n.2/x/y");
	assert_string_equal(told(&s2, "{\"task\":\"nn\",\"moved\":1}"), "nn");
	assert_string_equal(told(&s2, "{\"task\":\"n.2/z\",\"moved\":1}"), "n.2/z"); /* as he was told */
	assert_string_equal(told(&s1, "{\"task\":\"n/x\",\"moved\":1}"), "n/x");
	assert_string_equal(told(&s2, "{\"task\":\"n\",\"state\":\"done\"}"), "n.2");
	assert_true(is_state("n", NULL));
	/* late lines, too */
	assert_refused(&s2, "{\"task\":\"n\",\"moved\":9}",
	    "\"n.2\" has ended; on this connection only \"state\":\"running\" begins a new run");
	assert_string_equal(told(&s2, "{\"task\":\"n\",\"state\":\"running\",\"hold\":true}"), "n.2");
}

static void
second_names_lie_below_second_names(void **state)
{
	struct conn s3;

	(void)state;
	connect_as(&s3, 3, 0, 0);
	say(&s1, "{\"task\":\"n\",\"hold\":true}");
	say(&s2, "{\"task\":\"n\",\"hold\":true}");
	say(&s3, "{\"task\":\"n.2/db\",\"hold\":true}");
	assert_string_equal(told(&s2, "{\"task\":\"n/db\",\"hold\":true}"), "n.2/db.2");
	assert_string_equal(told(&s2, "{\"task\":\"n/db/t\"}"), "n.2/db.2/t");
	assert_string_equal(told(&s2, "{\"task\":\"n/x\"}"), "n.2/x");
	gone(&s3);
}

static void
the_next_name_is_one_without_a_running_run(void **state)
{
	struct conn s3, s4;

	(void)state;
	connect_as(&s3, 3, 0, 0);
	connect_as(&s4, 4, 0, 0);
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s1, "{\"task\":\"a.2\",\"moved\":1}"); /* runs, and nobody holds it */
	say(&s1, "{\"task\":\"a.3\",\"state\":\"done\"}");
	assert_string_equal(told(&s3, "{\"task\":\"a\",\"hold\":true}"), "a.3");
	gone(&s3);
	assert_string_equal(told(&s4, "{\"task\":\"a\",\"hold\":true}"), "a.3"); /* lost, so a new run */
	assert_int_equal(table_newest(table, "a.3")->run, 6);
	gone(&s4);
	seconds_clear(&s3.source.seconds);
	seconds_clear(&s4.source.seconds);
}

static void
a_second_name_that_somebody_took_is_replaced_by_the_first_that_is_free(void **state)
{
	struct conn s3;

	(void)state;
	connect_as(&s3, 3, 0, 0);
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&s2, "{\"task\":\"a\",\"hold\":true}");
	say(&s2, "{\"task\":\"a\",\"state\":\"done\"}");
	say(&s3, "{\"task\":\"a\",\"hold\":true}"); /* a.2, which is free again */
	assert_string_equal(told(&s2, "{\"task\":\"a\",\"state\":\"running\",\"hold\":true}"), "a.3");
	say(&s2, "{\"task\":\"a\",\"state\":\"done\"}");
	say(&s1, "{\"task\":\"a.3\",\"hold\":true,\"state\":\"running\"}");
	say(&s1, "{\"task\":\"a\",\"state\":\"done\"}");
	assert_string_equal(told(&s2, "{\"task\":\"a\",\"state\":\"running\",\"hold\":true}"), "a");
	assert_string_equal(told(&s2, "{\"task\":\"a/x\"}"), "a/x");
	gone(&s3);
	seconds_clear(&s3.source.seconds);
}

static void
a_process_keeps_its_second_name_over_its_connections(void **state)
{
	struct conn s3;

	(void)state;
	connect_as(&s3, 3, 0, 0);
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	assert_string_equal(told(&s2, "{\"task\":\"a\",\"pid\":1}"), "a.2");
	assert_true(pids[0].renamed);
	assert_string_equal(told(&s2, "{\"task\":\"a\",\"moved\":1}"), "a.2"); /* it need not repeat its pid */
	gone(&s2);
	assert_string_equal(told(&s3, "{\"task\":\"a\",\"pid\":1,\"moved\":2}"), "a.2");
	assert_false(pids[0].renamed);
	assert_string_equal(told(&s3, "{\"task\":\"a/x\",\"moved\":2}"), "a.2/x");
	assert_string_equal(told(&s1, "{\"task\":\"a\",\"moved\":2}"), "a");
	assert_string_equal(told(&s1, "{\"task\":\"b\",\"pid\":2}"), "b");
	seconds_clear(&s3.source.seconds);
}

static void
the_process_that_holds_already_is_no_second_holder(void **state)
{
	struct conn before, after;

	(void)state;
	connect_as(&before, 3, 101, 7);
	connect_as(&after, 4, 101, 7);
	say(&before, "{\"task\":\"a\",\"hold\":true}");
	assert_string_equal(told(&after, "{\"task\":\"a\",\"hold\":true}"), "a");
	gone(&before);
	assert_true(is_state("a", NULL));
	assert_string_equal(told(&s1, "{\"task\":\"a\",\"pid\":1}"), "a");
	gone(&after);
	assert_true(is_state("a", NULL));
	died(&pids[0], not_known);
	assert_true(is_state("a", "lost"));
}

static void
it_finds_its_own_second_name_again(void **state)
{
	struct conn before, after;

	(void)state;
	connect_as(&before, 3, 101, 7);
	connect_as(&after, 4, 101, 7);
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	say(&before, "{\"task\":\"a\",\"hold\":true}");
	assert_string_equal(told(&after, "{\"task\":\"a\",\"hold\":true}"), "a.2"); /* while it still holds it */
	gone(&before);
	assert_true(is_state("a.2", NULL));
	gone(&after);
	seconds_clear(&after.source.seconds);
	assert_string_equal(told(&after, "{\"task\":\"a\",\"hold\":true}"), "a.2"); /* and when it was lost */
	assert_int_equal(table_newest(table, "a.2")->run, 2);
	gone(&after);
	seconds_clear(&after.source.seconds);
	seconds_clear(&before.source.seconds);
}

static void
who_holds_nothing_has_no_second_name(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"moved\":1}");
	assert_string_equal(told(&s2, "{\"task\":\"a\",\"hold\":true}"), "a"); /* nobody held it */
	assert_string_equal(told(&s1, "{\"task\":\"a\",\"moved\":2}"), "a");
}

static void
a_second_name_that_would_be_too_long_is_an_error(void **state)
{
	char line[600], why[400], segment[65];

	(void)state;
	memset(segment, 's', 64);
	segment[64] = '\0';
	snprintf(line, sizeof line, "{\"task\":\"%s\",\"hold\":true}", segment);
	say(&s1, line);
	snprintf(why, sizeof why, "\"%s\" is held by another; the second name \"%s.2\" has a segment longer than 64 bytes",
	    segment, segment);
	assert_refused(&s2, line, why);
	say(&s1, "{\"task\":\"n\",\"hold\":true}");
	say(&s2, "{\"task\":\"n\",\"hold\":true}");
	segment[49] = '\0'; /* three of them, three slashes and n: 151, so 199 with 48 more */
	snprintf(line, sizeof line, "{\"task\":\"n/%s/%s/%s/%.48s\"}", segment, segment, segment, segment);
	assert_null(publish(&s2, line));
	assert_non_null(strstr(err, "\" means \"n.2/"));
	assert_non_null(strstr(err, "...\" here, which is longer than 200 bytes"));
	say(&s1, line);
}

static void
the_numbers_end_and_so_does_the_memory(void **state)
{
	char line[64];

	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true}");
	for (int n = 2; n <= SECOND_LAST; n++) {
		snprintf(line, sizeof line, "{\"task\":\"a.%d\"}", n);
		say(&s1, line);
	}
	assert_refused(&s2, "{\"task\":\"a\",\"hold\":true}",
	    "\"a\" is held by another; the second name \"a.99\" and all before it are too");
	for (int n = 0; n <= SECONDS_MAX; n++) {
		snprintf(line, sizeof line, "{\"task\":\"b%d\",\"hold\":true}", n);
		say(&s1, line);
		if (n < SECONDS_MAX)
			say(&s2, line);
	}
	assert_refused(&s2, "{\"task\":\"b64\",\"hold\":true}",
	    "\"b64\" is held by another, and no more than 64 second names are given");
	say(&s2, "{\"task\":\"b63/x\"}");
}

/* ---- the memory ---- */

static const char *
mean(const struct seconds *s, const char *said, enum second_scope scope)
{
	static char name[NAME_BYTES_MAX + 1];

	assert_null(seconds_mean(s, said, scope, name));
	return name;
}

static void
the_longest_name_that_covers_it_counts(void **state)
{
	struct seconds s = { 0 };

	(void)state;
	seconds_add(&s, "a/b", "a.2/b.3");
	seconds_add(&s, "a", "a.2");
	assert_string_equal(mean(&s, "a", SECOND_WHOLE), "a.2");
	assert_string_equal(mean(&s, "a", SECOND_ABOVE), "a");
	assert_string_equal(mean(&s, "a/b", SECOND_WHOLE), "a.2/b.3");
	assert_string_equal(mean(&s, "a/b", SECOND_ABOVE), "a.2/b");
	assert_string_equal(mean(&s, "a/b/c", SECOND_ABOVE), "a.2/b.3/c");
	assert_string_equal(mean(&s, "ab", SECOND_WHOLE), "ab");
	assert_string_equal(mean(&s, NAME_UNNAMED, SECOND_WHOLE), NAME_UNNAMED);
	seconds_add(&s, "a", "a.7");
	assert_int_equal(s.count, 2);
	assert_string_equal(mean(&s, "a/x", SECOND_WHOLE), "a.7/x");
	seconds_clear(&s);
	assert_string_equal(mean(&s, "a", SECOND_WHOLE), "a");
}

static void
what_another_learnt_is_learnt_as_far_as_there_is_room(void **state)
{
	struct seconds s = { 0 }, from = { 0 };
	char name[16];

	(void)state;
	for (int i = 0; i < SECONDS_MAX; i++) {
		snprintf(name, sizeof name, "a%d", i);
		seconds_add(&from, name, "x");
	}
	seconds_add(&s, "mine", "m.2");
	seconds_learn(&s, &from);
	assert_int_equal(s.count, SECONDS_MAX);
	assert_true(seconds_full(&s, "new"));
	assert_false(seconds_full(&s, "mine"));
	assert_string_equal(mean(&s, "mine", SECOND_WHOLE), "m.2");
	seconds_add(&s, "new", "n.2");
	assert_string_equal(mean(&s, "new", SECOND_WHOLE), "new");
	seconds_clear(&s);
	seconds_clear(&from);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_second_holder_gets_the_next_name_and_the_first_is_not_touched, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_holder_means_his_own_by_the_name_that_he_says, setup, teardown),
		cmocka_unit_test_setup_teardown(second_names_lie_below_second_names, setup, teardown),
		cmocka_unit_test_setup_teardown(the_next_name_is_one_without_a_running_run, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_name_that_somebody_took_is_replaced_by_the_first_that_is_free, setup, teardown),
		cmocka_unit_test_setup_teardown(a_process_keeps_its_second_name_over_its_connections, setup, teardown),
		cmocka_unit_test_setup_teardown(the_process_that_holds_already_is_no_second_holder, setup, teardown),
		cmocka_unit_test_setup_teardown(it_finds_its_own_second_name_again, setup, teardown),
		cmocka_unit_test_setup_teardown(who_holds_nothing_has_no_second_name, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_name_that_would_be_too_long_is_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(the_numbers_end_and_so_does_the_memory, setup, teardown),
		cmocka_unit_test(the_longest_name_that_covers_it_counts),
		cmocka_unit_test(what_another_learnt_is_learnt_as_far_as_there_is_room),
	};

	return cmocka_run_group_tests_name("second", tests, NULL, NULL);
}
