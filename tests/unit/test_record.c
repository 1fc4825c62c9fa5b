/* test_record.c -- what readers get of a run, byte for byte: record.c. */
#include "unit.h"

#include "base/utf8.h"
#include "task/json.h"
#include "task/name.h"
#include "task/record.h"

static struct update *update;
static char err[UPDATE_ERR];

static int
setup(void **state)
{
	(void)state;
	update = update_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	update_free(update);
	return 0;
}

/* The two clocks go side by side here. */
static struct now
at(double wall)
{
	return (struct now){ wall, (uint64_t)(wall * 1e6), (uint64_t)(wall * 1e6) };
}

static void
apply(struct record *r, const char *line, double now)
{
	if (!update_read(update, line, strlen(line), err))
		fail_msg("%s: %s", line, err);
	record_apply(r, update, at(now));
}

static void
assert_json(const struct record *r, const char *wanted)
{
	size_t len;
	char *json = record_json(r, &len);

	assert_string_equal(json, wanted);
	assert_int_equal(len, strlen(wanted));
	free(json);
}

static void
the_unnamed_task_carries_just_what_was_said(void **state)
{
	struct record *r = record_new(NAME_UNNAMED, at(1000));

	(void)state;
	assert_json(r, "{}");
	apply(r, "{\"total\":100,\"moved\":45}", 1001);
	assert_json(r, "{\"moved\":45,\"total\":100,\"percent\":\"45.00\"}");
	apply(r, "{\"moved\":3,\"lap\":true}", 1002);
	assert_json(r, "{\"moved\":3,\"total\":100,\"percent\":\"3.00\"}");
	apply(r, "{\"state\":\"done\"}", 1003);
	assert_json(r, "{\"moved\":3,\"total\":100,\"percent\":\"100.00\",\"state\":\"done\"}");
	record_free(r);
}

static void
each_of_the_101_steps_is_byte_for_byte_right(void **state)
{
	struct record *r = record_new(NAME_UNNAMED, at(1000));

	(void)state;
	for (int i = 0; i <= 100; i++) {
		char line[64], wanted[64];

		snprintf(line, sizeof line, "{\"moved\":%d,\"total\":100}", i);
		snprintf(wanted, sizeof wanted, "{\"moved\":%d,\"total\":100,\"percent\":\"%d.00\"}", i, i);
		apply(r, line, 1000 + i);
		assert_json(r, wanted);
	}
	record_free(r);
}

static void
a_named_task_has_its_keys_in_their_order(void **state)
{
	struct record *r = record_new("backup/db", at(1714000000.5));

	(void)state;
	apply(r, "{\"signal\":\"KILL\",\"exit\":137,\"unit\":\"B\",\"message\":\"m\",\"title\":\"T/t\",\"total\":3,\"moved\":1}",
	    1714000001.25);
	assert_json(r, "{\"moved\":1,\"total\":3,\"percent\":\"33.33\",\"task\":\"backup/db\",\"title\":\"T/t\",\"message\":\"m\","
	    "\"unit\":\"B\",\"exit\":137,\"signal\":\"KILL\",\"started\":1714000000.500,\"updated\":1714000001.250}");
	apply(r, "{\"lap\":true,\"state\":\"failed\"}", 1714000002);
	assert_json(r, "{\"moved\":1,\"total\":3,\"percent\":\"33.33\",\"task\":\"backup/db\",\"state\":\"failed\",\"title\":\"T/t\","
	    "\"message\":\"m\",\"unit\":\"B\",\"exit\":137,\"signal\":\"KILL\",\"lap\":2,\"started\":1714000000.500,"
	    "\"updated\":1714000002.000,\"ended\":1714000002.000}");
	record_free(r);
}

static void
percent_needs_a_total_until_the_run_is_done(void **state)
{
	struct record *r = record_new(NAME_UNNAMED, at(0));

	(void)state;
	apply(r, "{\"moved\":5}", 1);
	assert_json(r, "{\"moved\":5}");
	apply(r, "{\"total\":0}", 2);
	assert_json(r, "{\"moved\":5,\"total\":0}");
	apply(r, "{\"moved\":null,\"total\":10}", 3);
	assert_json(r, "{\"total\":10}");
	apply(r, "{\"moved\":20}", 4);
	assert_json(r, "{\"moved\":20,\"total\":10,\"percent\":\"100.00\"}");
	apply(r, "{\"total\":null,\"moved\":1}", 5);
	assert_json(r, "{\"moved\":1}");
	apply(r, "{\"state\":\"done\"}", 6);
	assert_json(r, "{\"moved\":1,\"percent\":\"100.00\",\"state\":\"done\"}");
	record_free(r);
}

static void
other_ends_keep_the_percent_they_had(void **state)
{
	static const char *const ends[] = { "failed", "cancelled" };

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct record *r = record_new(NAME_UNNAMED, at(0));
		char line[64], wanted[96];

		apply(r, "{\"moved\":45,\"total\":100}", 1);
		snprintf(line, sizeof line, "{\"state\":\"%s\"}", ends[i]);
		snprintf(wanted, sizeof wanted, "{\"moved\":45,\"total\":100,\"percent\":\"45.00\",\"state\":\"%s\"}", ends[i]);
		apply(r, line, 2);
		assert_json(r, wanted);
		record_free(r);
	}
}

static void
null_removes_a_key_from_the_record(void **state)
{
	struct record *r = record_new(NAME_UNNAMED, at(0));

	(void)state;
	apply(r, "{\"moved\":1,\"title\":\"t\",\"message\":\"m\",\"exit\":3}", 1);
	apply(r, "{\"title\":null,\"exit\":null}", 2);
	assert_json(r, "{\"moved\":1,\"message\":\"m\"}");
	record_free(r);
}

static void
numbers_are_printed_as_they_were_published(void **state)
{
	struct record *r = record_new(NAME_UNNAMED, at(0));

	(void)state;
	apply(r, "{\"moved\":0.29,\"total\":1}", 1);
	assert_json(r, "{\"moved\":0.29,\"total\":1,\"percent\":\"29.00\"}");
	apply(r, "{\"moved\":1e3,\"total\":2.0e3}", 2);
	assert_json(r, "{\"moved\":1000,\"total\":2000,\"percent\":\"50.00\"}");
	apply(r, "{\"moved\":9007199254740992,\"total\":-0}", 3);
	assert_json(r, "{\"moved\":9007199254740992,\"total\":0}");
	record_free(r);
}

static unsigned
lap_of(const struct record *r)
{
	size_t len;
	char *json = record_json(r, &len), *lap = strstr(json, "\"lap\":");
	unsigned n = lap != NULL ? (unsigned)atoi(lap + 6) : 1;

	free(json);
	return n;
}

static void
a_smaller_moved_after_100_percent_is_a_new_lap(void **state)
{
	struct record *r = record_new("a", at(0));

	(void)state;
	apply(r, "{\"moved\":100,\"total\":100}", 1);
	apply(r, "{\"moved\":100}", 2);
	assert_int_equal(lap_of(r), 1);
	apply(r, "{\"moved\":120}", 3);
	assert_int_equal(lap_of(r), 1);
	apply(r, "{\"moved\":110}", 4);
	assert_int_equal(lap_of(r), 2);
	apply(r, "{\"moved\":0}", 5);
	assert_int_equal(lap_of(r), 3);
	record_free(r);
}

static void
a_smaller_moved_before_100_percent_is_no_lap(void **state)
{
	struct record *r = record_new("a", at(0));

	(void)state;
	apply(r, "{\"moved\":99.99,\"total\":100}", 1);
	apply(r, "{\"moved\":1}", 2);
	apply(r, "{\"moved\":null}", 3);
	apply(r, "{\"moved\":100}", 4);
	apply(r, "{\"moved\":null}", 5);
	apply(r, "{\"total\":null,\"moved\":100}", 6);
	apply(r, "{\"moved\":1}", 7);
	assert_int_equal(lap_of(r), 1);
	record_free(r);
}

static void
a_lap_can_be_said_but_the_first_update_begins_no_second(void **state)
{
	struct record *r = record_new("a", at(0));

	(void)state;
	apply(r, "{\"lap\":true,\"moved\":1}", 1);
	assert_int_equal(lap_of(r), 1);
	apply(r, "{\"lap\":true}", 2);
	assert_int_equal(lap_of(r), 2);
	apply(r, "{\"moved\":0,\"total\":1}", 3);
	assert_int_equal(lap_of(r), 2);
	record_free(r);
}

static void
a_lost_run_revives_without_its_end(void **state)
{
	struct record *r = record_new("a", at(10));

	(void)state;
	apply(r, "{\"moved\":1}", 11);
	record_end(r, STATE_LOST, at(12));
	assert_int_equal(record_state(r), STATE_LOST);
	assert_json(r, "{\"moved\":1,\"task\":\"a\",\"state\":\"lost\",\"started\":10.000,\"updated\":12.000,\"ended\":12.000}");
	record_revive(r);
	apply(r, "{\"moved\":2}", 13);
	assert_int_equal(record_state(r), STATE_RUNNING);
	assert_json(r, "{\"moved\":2,\"task\":\"a\",\"started\":10.000,\"updated\":13.000}");
	record_free(r);
	record_free(NULL);
}

/* Moved rises by `step` a second, from 0 at `from`. */
static void
work(struct record *r, double from, int seconds, double step)
{
	char line[64];

	for (int i = 0; i <= seconds; i++) {
		snprintf(line, sizeof line, "{\"moved\":%.17g,\"total\":1000}", i * step);
		apply(r, line, from + i);
	}
}

static void
a_named_run_tells_its_rate_and_what_remains(void **state)
{
	struct record *r = record_new("a", at(0));

	(void)state;
	work(r, 0, 2, 3);
	assert_json(r, "{\"moved\":6,\"total\":1000,\"percent\":\"0.60\",\"task\":\"a\",\"started\":0.000,\"updated\":2.000}");
	apply(r, "{\"moved\":9,\"title\":\"t\"}", 3);
	assert_json(r, "{\"moved\":9,\"total\":1000,\"percent\":\"0.90\",\"task\":\"a\",\"title\":\"t\",\"rate\":3,"
	    "\"started\":0.000,\"updated\":3.000}"); /* too little to tell the end by */
	work(r, 3, 300, 3);
	apply(r, "{\"moved\":909}", 306);
	assert_json(r, "{\"moved\":909,\"total\":1000,\"percent\":\"90.90\",\"task\":\"a\",\"title\":\"t\",\"rate\":3,"
	    "\"eta\":30.3,\"started\":0.000,\"updated\":306.000}");
	record_free(r);
}

static void
rates_have_six_digits_and_long_times_no_decimals(void **state)
{
	struct record *r = record_new("a", at(0));

	(void)state;
	work(r, 0, 9, 10 / 3.0);
	assert_json(r, "{\"moved\":30,\"total\":1000,\"percent\":\"3.00\",\"task\":\"a\",\"rate\":3.33333,\"eta\":291,"
	    "\"started\":0.000,\"updated\":9.000}");
	apply(r, "{\"lap\":true,\"moved\":0,\"total\":null}", 10);
	for (int i = 1; i <= 9; i++) {
		char line[64];

		snprintf(line, sizeof line, "{\"moved\":%d}", 123456789 * i);
		apply(r, line, 10 + i);
	}
	assert_json(r, "{\"moved\":1111111101,\"task\":\"a\",\"lap\":2,\"rate\":123457000,\"started\":0.000,"
	    "\"updated\":19.000}");
	record_free(r);
}

static void
a_new_lap_has_a_rate_of_its_own(void **state)
{
	struct record *r = record_new("a", at(0));

	(void)state;
	work(r, 0, 10, 100);
	work(r, 11, 10, 5); /* falls from 1000 to 0 */
	assert_json(r, "{\"moved\":50,\"total\":1000,\"percent\":\"5.00\",\"task\":\"a\",\"lap\":2,\"rate\":5,\"eta\":190,"
	    "\"started\":0.000,\"updated\":21.000}");
	apply(r, "{\"lap\":true}", 22); /* and no word of moved yet */
	assert_json(r, "{\"moved\":50,\"total\":1000,\"percent\":\"5.00\",\"task\":\"a\",\"lap\":3,\"started\":0.000,"
	    "\"updated\":22.000}");
	work(r, 30, 10, 8);
	assert_json(r, "{\"moved\":80,\"total\":1000,\"percent\":\"8.00\",\"task\":\"a\",\"lap\":3,\"rate\":8,\"eta\":115,"
	    "\"started\":0.000,\"updated\":40.000}");
	record_free(r);
}

static void
what_has_ended_has_the_mean_rate_and_nothing_that_remains(void **state)
{
	struct record *r = record_new("a", at(0));

	(void)state;
	work(r, 0, 100, 2);
	apply(r, "{\"moved\":500}", 101);
	apply(r, "{\"state\":\"failed\"}", 125);
	assert_json(r, "{\"moved\":500,\"total\":1000,\"percent\":\"50.00\",\"task\":\"a\",\"state\":\"failed\",\"rate\":4,"
	    "\"started\":0.000,\"updated\":125.000,\"ended\":125.000}");
	record_free(r);
	r = record_new("a", at(0));
	work(r, 0, 100, 2);
	record_end(r, STATE_LOST, at(10000)); /* how long it had been dead is no work */
	assert_json(r, "{\"moved\":200,\"total\":1000,\"percent\":\"20.00\",\"task\":\"a\",\"state\":\"lost\",\"rate\":2,"
	    "\"started\":0.000,\"updated\":10000.000,\"ended\":10000.000}");
	record_free(r);
}

static void
the_unnamed_task_has_no_rate(void **state)
{
	struct record *r = record_new(NAME_UNNAMED, at(0));

	(void)state;
	work(r, 0, 10, 5);
	assert_json(r, "{\"moved\":50,\"total\":1000,\"percent\":\"5.00\"}");
	apply(r, "{\"state\":\"done\"}", 11);
	assert_json(r, "{\"moved\":50,\"total\":1000,\"percent\":\"100.00\",\"state\":\"done\"}");
	record_free(r);
}

static void
nothing_published_becomes_a_raw_control_character(void **state)
{
	struct record *r = record_new("a", at(0));
	size_t len;
	char *json;

	(void)state;
	apply(r, "{\"message\":\"\\r\\n\\n\\ndata: x\\n\\nid: 1-1\\u2028\\u2029\\u0000\\u0007\\u001b[2J\\ud83d\\ude00\xf0\x9f\x98\x80\"}", 1);
	json = record_json(r, &len);
	for (size_t i = 0; i < len; i++)
		assert_true((unsigned char)json[i] >= ' ');
	assert_int_equal(len, strlen(json));
	assert_int_equal(utf8_check(json, len), UTF8_OK);
	assert_non_null(strstr(json, "\"\\r\\n\\n\\ndata: x\\n\\nid: 1-1\xe2\x80\xa8\xe2\x80\xa9\\u0000\\u0007\\u001b[2J"
	    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\""));
	free(json);
	record_free(r);
}

/* Fills `key` to its limit with characters of six escaped bytes, then of one. */
static void
fill(struct record *r, const char *key, size_t max)
{
	char *line = calloc(1, max + 64), *p = line + sprintf(line, "{\"%s\":\"", key);

	for (size_t n = 0; n < max;) {
		size_t step = max - n >= 6 ? 6 : 1;

		p = stpcpy(p, step == 6 ? "\\u001f" : "x");
		n += step;
	}
	strcpy(p, "\"}");
	apply(r, line, 99999999900.999);
	free(line);
}

/* Of a record with all texts full, and with `key`. */
static size_t
json_length(const struct record *r, const char *key)
{
	size_t len;
	char *json = record_json(r, &len);

	assert_non_null(strstr(json, key));
	assert_true(len > UPDATE_MESSAGE_MAX + UPDATE_TITLE_MAX + NAME_BYTES_MAX);
	free(json);
	return len;
}

static void
the_biggest_possible_record_keeps_its_limit(void **state)
{
	char name[NAME_BYTES_MAX + 1], line[64];
	struct record *r;

	(void)state;
	memset(name, 'n', NAME_BYTES_MAX);
	name[NAME_BYTES_MAX] = '\0';
	name[60] = name[120] = name[180] = '/';
	r = record_new(name, at(99999999999.999));
	apply(r, "{\"exit\":255,\"signal\":\"ABCDEFGHIJKLMNOP\"}", 1);
	apply(r, "{\"lap\":true,\"moved\":1.2345678901234567e-300,\"total\":1.2345678901234567e-298}", 99999999900.999);
	fill(r, "title", UPDATE_TITLE_MAX);
	fill(r, "message", UPDATE_MESSAGE_MAX);
	fill(r, "unit", UPDATE_UNIT_MAX);
	for (int i = 1; i <= 9; i++) {
		snprintf(line, sizeof line, "{\"moved\":%d.2345678901234567e-300}", i);
		apply(r, line, 99999999900.999 + i / 3.0);
	}
	assert_true(json_length(r, "\"eta\":") <= RECORD_JSON_MAX);
	apply(r, "{\"state\":\"cancelled\"}", 99999999999.999);
	assert_true(json_length(r, "\"rate\":") <= RECORD_JSON_MAX);
	record_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_unnamed_task_carries_just_what_was_said),
		cmocka_unit_test(each_of_the_101_steps_is_byte_for_byte_right),
		cmocka_unit_test(a_named_task_has_its_keys_in_their_order),
		cmocka_unit_test(percent_needs_a_total_until_the_run_is_done),
		cmocka_unit_test(other_ends_keep_the_percent_they_had),
		cmocka_unit_test(null_removes_a_key_from_the_record),
		cmocka_unit_test(numbers_are_printed_as_they_were_published),
		cmocka_unit_test(a_smaller_moved_after_100_percent_is_a_new_lap),
		cmocka_unit_test(a_smaller_moved_before_100_percent_is_no_lap),
		cmocka_unit_test(a_lap_can_be_said_but_the_first_update_begins_no_second),
		cmocka_unit_test(a_lost_run_revives_without_its_end),
		cmocka_unit_test(a_named_run_tells_its_rate_and_what_remains),
		cmocka_unit_test(rates_have_six_digits_and_long_times_no_decimals),
		cmocka_unit_test(a_new_lap_has_a_rate_of_its_own),
		cmocka_unit_test(what_has_ended_has_the_mean_rate_and_nothing_that_remains),
		cmocka_unit_test(the_unnamed_task_has_no_rate),
		cmocka_unit_test(nothing_published_becomes_a_raw_control_character),
		cmocka_unit_test(the_biggest_possible_record_keeps_its_limit),
	};

	return cmocka_run_group_tests_name("record", tests, setup, teardown);
}
