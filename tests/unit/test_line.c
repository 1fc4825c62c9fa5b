/* test_line.c -- updates made by a program: set, merged, and written as the
 * line that reads back as the same update.  The other half of update.c. */
#include "unit.h"

#include <math.h>

#include "task/json.h"
#include "task/name.h"
#include "task/number.h"
#include "task/update.h"

static char err[UPDATE_ERR];

static int
setup(void **state)
{
	*state = update_new();
	return 0;
}

static int
teardown(void **state)
{
	update_free(*state);
	return 0;
}

static void
assert_same(const struct update *a, const struct update *b)
{
	assert_string_equal(update_name(a), update_name(b));
	assert_int_equal(update_state(a), update_state(b));
	assert_int_equal(update_hold(a), update_hold(b));
	assert_int_equal(update_ack(a), update_ack(b));
	assert_int_equal(update_lap(a), update_lap(b));
	for (enum field f = FIELD_MOVED; f < FIELDS; f++) {
		struct json_object *x = update_value(a, f), *y = update_value(b, f);

		assert_int_equal(update_names(a, f), update_names(b, f));
		assert_int_equal(x == NULL, y == NULL);
		if (f == FIELD_MOVED || f == FIELD_TOTAL)
			assert_true(json_object_get_double(x) == json_object_get_double(y));
		else
			assert_true(json_object_equal(x, y));
	}
}

static void
assert_line(const struct update *u, const char *wanted)
{
	size_t len;
	char *line = update_line(u, &len);

	assert_string_equal(line, wanted);
	assert_int_equal(len, strlen(wanted));
	free(line);
}

static void
assert_reads_back(const struct update *u)
{
	struct update *again = update_new();
	size_t len;
	char *line = update_line(u, &len);

	assert_null(memchr(line, '\n', len));
	if (!update_read(again, line, len, err))
		fail_msg("%s: %s", line, err);
	assert_same(u, again);
	update_free(again);
	free(line);
}

static void
a_line_holds_what_was_said_in_a_fixed_order(void **state)
{
	struct update *u = *state;

	assert_line(u, "{}");
	update_set_ack(u, true);
	update_set_hold(u, true);
	update_set_state(u, STATE_DONE);
	assert_true(update_set_text(u, FIELD_MESSAGE, "a/b \"c\"\n\xc3\xa4", err));
	assert_true(update_set_number(u, FIELD_TOTAL, 0.29, err));
	assert_true(update_set_number(u, FIELD_MOVED, 45, err));
	assert_true(update_set_name(u, "backup/db", err));
	assert_line(u, "{\"task\":\"backup/db\",\"moved\":45,\"total\":0.29,\"message\":\"a/b \\\"c\\\"\\n\xc3\xa4\","
	    "\"state\":\"done\",\"hold\":true,\"ack\":true}");
	assert_reads_back(u);
}

static void
every_line_reads_back_as_the_same_update(void **state)
{
	static const char *const lines[] = { "{}", "{\"moved\":0}", "{\"moved\":null,\"total\":null,\"title\":null}",
		"{\"moved\":9007199254740992,\"total\":1e-300}", "{\"moved\":0.1,\"total\":0.30000000000000004}",
		"{\"hold\":false}", "{\"hold\":true,\"ack\":true,\"lap\":true}", "{\"lap\":false,\"ack\":false}",
		"{\"title\":\"\\u0000\\u0001\\u001f\\u007f\\\\\\/\\\"\"}", "{\"message\":\"\\ud83d\\ude00 \xf0\x9f\x98\x80 \\u2028\"}",
		"{\"message\":\"\\ud800 alone\"}", "{\"exit\":0,\"signal\":\"TERM\",\"unit\":\"\"}", "{\"task\":\"...\"}",
		"{\"moved\":-0,\"total\":-0.0}", "{\"moved\":5e-324}", "{\"moved\":1e3}" };

	for (size_t i = 0; i < COUNT(lines); i++) {
		if (!update_read(*state, lines[i], strlen(lines[i]), err))
			fail_msg("%s: %s", lines[i], err);
		assert_reads_back(*state);
	}
}

static void
random_numbers_read_back(void **state)
{
	uint64_t seed = seed_of(__func__, 5);

	for (int i = 0; i < 20000;) {
		uint64_t bits = next_random(&seed) >> below(&seed, 6);
		double n;

		memcpy(&n, &bits, sizeof n);
		if (!number_ok(n))
			continue;
		assert_true(update_set_number(*state, FIELD_MOVED, n, err));
		assert_reads_back(*state);
		i++;
	}
}

static void
a_program_is_held_to_the_same_limits(void **state)
{
	char text[UPDATE_TITLE_MAX + 2];

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	assert_false(update_set_text(*state, FIELD_TITLE, text, err));
	assert_string_equal(err, "\"title\" is longer than 256 bytes");
	assert_false(update_set_text(*state, FIELD_TITLE, "\xff", err));
	assert_string_equal(err, "\"title\" is not UTF-8");
	assert_false(update_set_text(*state, FIELD_SIGNAL, "SIGKILL", err));
	assert_false(update_set_name(*state, "a/../b", err));
	assert_false(update_set_name(*state, "", err));
	assert_false(update_set_number(*state, FIELD_MOVED, -1, err));
	assert_false(update_set_number(*state, FIELD_MOVED, 1e300, err));
	assert_false(update_set_number(*state, FIELD_MOVED, (double)NAN, err));
	assert_false(update_set_number(*state, FIELD_MOVED, (double)INFINITY, err));
	assert_false(update_set_number(*state, FIELD_EXIT, 256, err));
	assert_false(update_set_number(*state, FIELD_EXIT, 1.5, err));
	assert_line(*state, "{}");
}

static void
what_is_said_later_is_said_on_top(void **state)
{
	static const char first[] = "{\"task\":\"a\",\"moved\":1,\"total\":9,\"title\":\"t\",\"lap\":true,\"hold\":true}";
	static const char second[] = "{\"task\":\"a\",\"moved\":2,\"title\":null,\"state\":\"done\",\"ack\":true}";
	struct update *later = update_new();

	assert_true(update_read(*state, first, strlen(first), err));
	assert_true(update_read(later, second, strlen(second), err));
	update_merge(*state, later);
	update_free(later); /* values are shared by count: what was merged stays */
	assert_line(*state, "{\"task\":\"a\",\"moved\":2,\"total\":9,\"title\":null,\"state\":\"done\",\"lap\":true,"
	    "\"hold\":true,\"ack\":true}");
}

static void
merging_a_later_word_replaces_an_earlier_one(void **state)
{
	static const char no_hold[] = "{\"hold\":false,\"state\":\"running\"}";
	struct update *later = update_new();

	update_set_hold(*state, true);
	update_set_state(*state, STATE_FAILED);
	assert_true(update_read(later, no_hold, strlen(no_hold), err));
	update_merge(*state, later);
	assert_int_equal(update_hold(*state), HOLD_NO);
	assert_int_equal(update_state(*state), STATE_RUNNING);
	update_clear(later);
	update_merge(*state, later);
	assert_int_equal(update_hold(*state), HOLD_NO);
	update_free(later);
}

static void
clearing_forgets_everything(void **state)
{
	assert_true(update_set_name(*state, "a", err));
	assert_true(update_set_number(*state, FIELD_MOVED, 1, err));
	update_set_state(*state, STATE_DONE);
	update_clear(*state);
	assert_line(*state, "{}");
	assert_string_equal(update_name(*state), NAME_UNNAMED);
	update_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_holds_what_was_said_in_a_fixed_order, setup, teardown),
		cmocka_unit_test_setup_teardown(every_line_reads_back_as_the_same_update, setup, teardown),
		cmocka_unit_test_setup_teardown(random_numbers_read_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_program_is_held_to_the_same_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_said_later_is_said_on_top, setup, teardown),
		cmocka_unit_test_setup_teardown(merging_a_later_word_replaces_an_earlier_one, setup, teardown),
		cmocka_unit_test_setup_teardown(clearing_forgets_everything, setup, teardown),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
