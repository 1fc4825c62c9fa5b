/* test_update.c -- a publisher's line: update.c and json.c.  Each key with all
 * that it may and may not be, and what is said of it. */
#include "unit.h"

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

static bool
read_line(struct update *u, const char *line)
{
	err[0] = '\0';
	return update_read(u, line, strlen(line), err);
}

static void
assert_reads(struct update *u, const char *line)
{
	if (!read_line(u, line))
		fail_msg("%s: %s", line, err);
}

/* Refused, with `said` in the error, and nothing of it is left. */
static void
assert_refused(struct update *u, const char *line, const char *said)
{
	if (read_line(u, line))
		fail_msg("%s passed", line);
	if (strstr(err, said) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", line, err, said);
	assert_string_equal(update_name(u), NAME_UNNAMED);
	assert_int_equal(update_state(u), STATE_UNSAID);
	for (int f = 0; f < FIELDS; f++)
		assert_false(update_names(u, (enum field)f));
}

static double
number(const struct update *u, enum field f)
{
	return json_object_get_double(update_value(u, f));
}

static const char *
text(const struct update *u, enum field f)
{
	return json_object_get_string(update_value(u, f));
}

static void
a_line_of_all_keys_is_read(void **state)
{
	struct update *u = *state;

	assert_reads(u, "{\"task\":\"backup/db\",\"moved\":45,\"total\":100.5,\"unit\":\"B\",\"title\":\"T\",\"message\":\"m\","
	    "\"state\":\"failed\",\"exit\":255,\"signal\":\"KILL\",\"lap\":true,\"hold\":true,\"ack\":true}");
	assert_string_equal(update_name(u), "backup/db");
	assert_true(number(u, FIELD_MOVED) == 45 && number(u, FIELD_TOTAL) == 100.5);
	assert_string_equal(text(u, FIELD_UNIT), "B");
	assert_string_equal(text(u, FIELD_TITLE), "T");
	assert_string_equal(text(u, FIELD_MESSAGE), "m");
	assert_string_equal(text(u, FIELD_SIGNAL), "KILL");
	assert_true(number(u, FIELD_EXIT) == 255);
	assert_int_equal(update_state(u), STATE_FAILED);
	assert_int_equal(update_hold(u), HOLD_YES);
	assert_true(update_lap(u) && update_ack(u));
}

static void
what_is_not_named_is_not_said(void **state)
{
	struct update *u = *state;

	assert_reads(u, " { } \t\r");
	assert_string_equal(update_name(u), NAME_UNNAMED);
	assert_int_equal(update_state(u), STATE_UNSAID);
	assert_int_equal(update_hold(u), HOLD_UNSAID);
	assert_false(update_lap(u) || update_ack(u));
	for (int f = 0; f < FIELDS; f++)
		assert_false(update_names(u, (enum field)f));
	assert_reads(u, "{\"lap\":false,\"hold\":false,\"ack\":false}");
	assert_int_equal(update_hold(u), HOLD_NO);
	assert_false(update_lap(u) || update_ack(u));
}

static void
each_key_refuses_every_wrong_type(void **state)
{
	static const char *const keys[] = { "task", "moved", "total", "title", "message", "unit", "exit", "signal",
		"state", "lap", "hold", "ack" };
	/* which of the values below each key takes: n number, s string, b boolean, 0 null */
	static const char *const takes[] = { "s", "n0", "n0", "s0", "s0", "s0", "n0", "s0", "", "b", "b", "b" };
	static const struct {
		char type;
		const char *json;
	} values[] = { { 'n', "7" }, { 's', "\"KILL\"" }, { 'b', "true" }, { '0', "null" }, { 'x', "[1]" },
		{ 'x', "{\"a\":1}" }, { 'x', "[]" }, { 'x', "{}" } };

	for (size_t k = 0; k < COUNT(keys); k++)
		for (size_t v = 0; v < COUNT(values); v++) {
			char line[64], named[16];

			snprintf(line, sizeof line, "{\"%s\":%s}", keys[k], values[v].json);
			snprintf(named, sizeof named, "\"%s\" must be", keys[k]);
			if (strchr(takes[k], values[v].type) != NULL)
				assert_reads(*state, line);
			else
				assert_refused(*state, line, named);
		}
}

static void
null_removes_and_absence_does_not(void **state)
{
	struct update *u = *state;

	assert_reads(u, "{\"moved\":null,\"title\":null,\"exit\":null,\"signal\":null}");
	assert_true(update_names(u, FIELD_MOVED) && update_names(u, FIELD_TITLE));
	assert_true(update_names(u, FIELD_EXIT) && update_names(u, FIELD_SIGNAL));
	assert_null(update_value(u, FIELD_MOVED));
	assert_null(update_value(u, FIELD_SIGNAL));
	assert_false(update_names(u, FIELD_TOTAL));
}

static void
numbers_are_from_0_to_2_53(void **state)
{
	static const char *const bad[] = { "-1", "-0.001", "9007199254740994", "1e16", "1e999", "-1e999",
		"1e308", "123456789012345678901234567890", "-9223372036854775809", "18446744073709551616" };

	for (size_t i = 0; i < COUNT(bad); i++) {
		char line[80];

		snprintf(line, sizeof line, "{\"moved\":%s}", bad[i]);
		assert_refused(*state, line, "\"moved\" must be from 0 to 2^53");
	}
	assert_reads(*state, "{\"moved\":9007199254740992}");
	assert_true(number(*state, FIELD_MOVED) == NUMBER_MAX);
	assert_reads(*state, "{\"moved\":-0,\"total\":-0.0}");
	assert_reads(*state, "{\"moved\":1e-999}");
	assert_reads(*state, "{\"moved\":1.5e3}");
	assert_true(number(*state, FIELD_MOVED) == 1500);
}

/* Their nearest double is 2^53 itself; readers would see a number that nobody
 * published. */
static void
what_only_rounds_to_2_53_is_above_it(void **state)
{
	assert_refused(*state, "{\"moved\":9007199254740993}", "from 0 to 2^53");
}

static void
what_json_c_lets_through_is_refused(void **state)
{
	static const char *const bad[] = { "{\"moved\":NaN}", "{\"moved\":Infinity}", "{\"moved\":-Infinity}",
		"{\"moved\":nan}", "{'moved':1}", "{\"moved\":01}", "{\"moved\":1.}", "{\"moved\":.5}", "{\"moved\":+1}",
		"{\"moved\":0x10}", "{moved:1}", "{\"moved\":1,}", "{,\"moved\":1}", "{\"moved\" 1}", "{\"moved\":1", "\"a\"b",
		"{\"moved\":1}}", "{\"moved\":1}{\"total\":2}", "{\"moved\":1} x", "/**/{}", "{\"moved\":1}//", "nothing", "",
		"   ", "{\"moved\":True}", "{\"title\":\"a\tb\"}", "{\"title\":\"\\x\"}", "{\"title\":\"\\u12g4\"}",
		"{\"moved\":[[[[1]]]]}", "{\"moved\":1;\"total\":2}" };

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_refused(*state, bad[i], "not JSON");
	assert_refused(*state, "[{\"moved\":1}]", "object");
	assert_refused(*state, "1", "");
	assert_refused(*state, "null", "");
	assert_refused(*state, "true", "");
}

static void
a_nul_ends_no_line(void **state)
{
	static const char line[] = "{\"moved\":1}\0{\"moved\":2}", inner[] = "{\"title\":\"a\0b\"}";

	assert_false(update_read(*state, line, sizeof line - 1, err));
	assert_false(update_read(*state, line, 12, err));
	assert_false(update_read(*state, inner, sizeof inner - 1, err));
	assert_true(update_read(*state, line, 11, err));
}

static void
a_key_that_appears_twice_is_refused_however_it_is_spelt(void **state)
{
	assert_refused(*state, "{\"moved\":1,\"moved\":2}", "\"moved\" appears twice");
	assert_refused(*state, "{\"moved\":1,\"mov\\u0065d\":2}", "appears twice");
	assert_refused(*state, "{\"\\u006doved\":1,\"total\":1,\"moved\":2}", "appears twice");
	assert_reads(*state, "{\"mov\\u0065d\":2}");
	assert_true(number(*state, FIELD_MOVED) == 2);
}

static void
an_unknown_key_is_named(void **state)
{
	assert_refused(*state, "{\"moved\":1,\"totl\":2}", "unknown key \"totl\"");
	assert_refused(*state, "{\"Moved\":1}", "unknown key \"Moved\"");
	assert_refused(*state, "{\"\":1}", "unknown key \"\"");
	assert_refused(*state, "{\"a\\nb\":1}", "unknown key \"a?b\"");
	assert_refused(*state, "{\"percent\":\"45.00\"}", "computed by the broker");
	assert_refused(*state, "{\"pid\":0}", "process id from 1 to 4194304");
	assert_refused(*state, "{\"pid\":\"1\"}", "process id from 1 to 4194304");
	assert_refused(*state, "{\"cancel\":true}", "must be allowed, asked or stopping");
	assert_refused(*state, "{\"cancel\":\"done\"}", "must be allowed, asked or stopping");
	assert_refused(*state, "{\"log\":1}", "must be a string or an array of strings");
	assert_refused(*state, "{\"log\":[\"x\",[\"y\"]]}", "must be a string or an array of strings");
	assert_refused(*state, "{\"skipped\":-1}", "whole number from 0 to 2^53");
	assert_refused(*state, "{\"started\":null}", "seconds since 1970");
}

/* JSON's \u0000 must not make one word out of another. */
static void
an_escaped_nul_does_not_cut_a_word_short(void **state)
{
	assert_refused(*state, "{\"signal\":\"KILL\\u0000\"}", "\"signal\" must be");
	assert_refused(*state, "{\"task\":\"a\\u0000b\"}", "the task name");
}

static void
a_state_with_a_nul_in_it_is_no_state(void **state)
{
	assert_refused(*state, "{\"state\":\"done\\u0000x\"}", "\"state\" must be");
}

static void
a_key_with_a_nul_in_it_is_no_key(void **state)
{
	assert_refused(*state, "{\"moved\\u0000x\":1}", "unknown key");
}

static void
text_that_is_not_utf8_is_refused(void **state)
{
	assert_refused(*state, "{\"title\":\"gr\xfc\xdf\"}", "not UTF-8");
	assert_refused(*state, "{\"title\":\"\xc0\xaf\"}", "not UTF-8");
	assert_refused(*state, "{\"title\":\"\xe0\x80\x8a\"}", "not UTF-8");
	assert_refused(*state, "{\"title\":\"\xed\xa0\x80\"}", "not UTF-8");
	assert_refused(*state, "\xef\xbb\xbf{\"moved\":1}", "not JSON");
	assert_reads(*state, "{\"title\":\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"}");
}

static void
texts_are_limited_in_escaped_bytes(void **state)
{
	static const struct {
		const char *key;
		size_t max;
	} limits[] = { { "title", UPDATE_TITLE_MAX }, { "message", UPDATE_MESSAGE_MAX }, { "unit", UPDATE_UNIT_MAX } };
	/* how a byte or character is published, and how long it is where it is read */
	static const struct {
		const char *json;
		size_t len;
	} units[] = { { "a", 1 }, { "\\\"", 2 }, { "\\n", 2 }, { "\\u0001", 6 }, { "\\u0061", 1 }, { "\xc3\xa4", 2 },
		{ "/", 1 }, { "\\/", 1 }, { "\\u00e4", 2 }, { "\\ud83d\\ude00", 4 }, { "\\u0000", 6 } };

	for (size_t k = 0; k < COUNT(limits); k++)
		for (size_t i = 0; i < COUNT(units); i++) {
			size_t fit = limits[k].max / units[i].len, n = strlen(units[i].json);
			char *line = calloc(fit + 2, 2 * n + 32), said[64];
			char *end = line + sprintf(line, "{\"%s\":\"", limits[k].key);

			for (size_t j = 0; j < fit; j++, end += n)
				memcpy(end, units[i].json, n);
			strcpy(end, "\"}");
			assert_reads(*state, line);
			sprintf(end, "%s\"}", units[i].json);
			snprintf(said, sizeof said, "\"%s\" is longer than %zu bytes", limits[k].key, limits[k].max);
			assert_refused(*state, line, said);
			free(line);
		}
}

static void
names_that_climb_or_are_none_are_refused(void **state)
{
	assert_refused(*state, "{\"task\":\"a/../b\"}", "the task name \"a/../b\" has a segment . or ..");
	assert_refused(*state, "{\"task\":\".\"}", "has a segment . or ..");
	assert_refused(*state, "{\"task\":\"*\"}", "has a character");
	assert_refused(*state, "{\"task\":\"\"}", "is empty");
	assert_refused(*state, "{\"task\":\"a b\"}", "the task name \"a b\"");
	assert_refused(*state, "{\"task\":\"a\\r\\nx\"}", "the task name \"a??x\"");
	assert_refused(*state, "{\"task\":\"gr\\u00fcn\"}", "the task name \"gr??n\"");
}

static void
states_exits_and_signals_are_what_they_can_be(void **state)
{
	assert_reads(*state, "{\"state\":\"running\"}");
	assert_int_equal(update_state(*state), STATE_RUNNING);
	assert_reads(*state, "{\"state\":\"cancelled\"}");
	assert_int_equal(update_state(*state), STATE_CANCELLED);
	assert_refused(*state, "{\"state\":\"lost\"}", "cannot be published");
	assert_refused(*state, "{\"state\":\"Done\"}", "\"state\" must be running, done, failed or cancelled");
	assert_refused(*state, "{\"state\":\"\"}", "\"state\" must be");
	assert_reads(*state, "{\"exit\":0}");
	assert_refused(*state, "{\"exit\":256}", "from 0 to 255");
	assert_refused(*state, "{\"exit\":-1}", "from 0 to 255");
	assert_refused(*state, "{\"exit\":1.5}", "from 0 to 255");
	assert_reads(*state, "{\"signal\":\"RTMIN+1\"}");
	assert_refused(*state, "{\"signal\":\"SIGKILL\"}", "such as KILL");
	assert_refused(*state, "{\"signal\":\"kill\"}", "such as KILL");
	assert_refused(*state, "{\"signal\":\"\"}", "such as KILL");
	assert_refused(*state, "{\"signal\":\"ABCDEFGHIJKLMNOPQ\"}", "such as KILL");
}

/* An error never leaves what an earlier key, or an earlier line, has said. */
static void
a_bad_line_leaves_nothing_behind(void **state)
{
	assert_reads(*state, "{\"task\":\"a\",\"moved\":1,\"hold\":true,\"ack\":true}");
	assert_refused(*state, "{\"task\":\"b\",\"moved\":2,\"lap\":true,\"total\":\"x\"}", "\"total\" must be a number");
	assert_int_equal(update_hold(*state), HOLD_UNSAID);
	assert_false(update_ack(*state) || update_lap(*state));
	assert_reads(*state, "{\"total\":1}");
	assert_false(update_names(*state, FIELD_MOVED));
}

static void
no_error_is_cut_in_the_middle_of_what_it_names(void **state)
{
	char line[2100], *end = line;

	end += sprintf(end, "{\"");
	memset(end, 'k', 2000);
	strcpy(end + 2000, "\":1}");
	assert_refused(*state, line, "unknown key \"kkk");
	assert_int_equal(err[strlen(err) - 1], '"');
	assert_true(strlen(err) < 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_of_all_keys_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_named_is_not_said, setup, teardown),
		cmocka_unit_test_setup_teardown(each_key_refuses_every_wrong_type, setup, teardown),
		cmocka_unit_test_setup_teardown(null_removes_and_absence_does_not, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_are_from_0_to_2_53, setup, teardown),
		cmocka_unit_test_setup_teardown(what_only_rounds_to_2_53_is_above_it, setup, teardown),
		cmocka_unit_test_setup_teardown(what_json_c_lets_through_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_nul_ends_no_line, setup, teardown),
		cmocka_unit_test_setup_teardown(a_key_that_appears_twice_is_refused_however_it_is_spelt, setup, teardown),
		cmocka_unit_test_setup_teardown(an_unknown_key_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(an_escaped_nul_does_not_cut_a_word_short, setup, teardown),
		cmocka_unit_test_setup_teardown(a_state_with_a_nul_in_it_is_no_state, setup, teardown),
		cmocka_unit_test_setup_teardown(a_key_with_a_nul_in_it_is_no_key, setup, teardown),
		cmocka_unit_test_setup_teardown(text_that_is_not_utf8_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(texts_are_limited_in_escaped_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(names_that_climb_or_are_none_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(states_exits_and_signals_are_what_they_can_be, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bad_line_leaves_nothing_behind, setup, teardown),
		cmocka_unit_test_setup_teardown(no_error_is_cut_in_the_middle_of_what_it_names, setup, teardown),
	};

	return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}
