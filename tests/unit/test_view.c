/* test_view.c -- a record as a reader sees it: view.c. */
#include "unit.h"

#include "task/json.h"
#include "task/record.h"
#include "task/view.h"

static struct view v;

static bool
read_json(const char *json)
{
	return view_read(&v, json, strlen(json));
}

static void
every_key_of_a_record_is_read(void **state)
{
	(void)state;
	assert_true(read_json("{\"moved\":45,\"total\":100.5,\"percent\":\"44.77\",\"task\":\"backup/db\",\"state\":\"failed\","
	    "\"title\":\"The \\\"db\\\"\",\"message\":\"a\\nb\",\"unit\":\"B\",\"exit\":3,\"signal\":\"KILL\",\"cancel\":\"stopping\","
	    "\"lap\":2,\"rate\":12.5,\"eta\":182,\"started\":1000.125,\"updated\":1060.500,\"ended\":1060.750}"));
	assert_true(v.moved == 45 && v.total == 100.5 && v.rate == 12.5 && v.eta == 182);
	assert_true(v.started == 1000.125 && v.updated == 1060.5 && v.ended == 1060.75);
	assert_int_equal(v.percent, 4477);
	assert_int_equal(v.state, STATE_FAILED);
	assert_int_equal(v.cancel, CANCEL_STOPPING);
	assert_int_equal(v.lap, 2);
	assert_int_equal(v.exit, 3);
	assert_string_equal(v.task, "backup/db");
	assert_string_equal(v.title, "The \"db\"");
	assert_string_equal(v.message, "a\nb");
	assert_string_equal(v.unit, "B");
	assert_string_equal(v.signal, "KILL");
	view_free(&v);
}

static void
what_a_record_does_not_say_is_unknown(void **state)
{
	(void)state;
	assert_true(read_json("{}"));
	assert_true(v.moved < 0 && v.total < 0 && v.rate < 0 && v.eta < 0 && v.started < 0 && v.updated < 0 && v.ended < 0);
	assert_true(v.percent < 0 && v.exit < 0 && v.lap == 1);
	assert_int_equal(v.state, STATE_RUNNING);
	assert_int_equal(v.cancel, CANCEL_UNSAID);
	assert_true(v.task == NULL && v.title == NULL && v.message == NULL && v.unit == NULL && v.signal == NULL);
	view_free(&v);
}

static void
keys_and_words_of_a_newer_broker_are_passed_over(void **state)
{
	(void)state;
	assert_true(read_json("{\"moved\":1,\"host\":{\"a\":[1]},\"state\":\"paused\",\"cancel\":\"maybe\"}"));
	assert_true(v.moved == 1);
	assert_int_equal(v.state, STATE_UNSAID);
	assert_int_equal(v.cancel, CANCEL_UNSAID);
	view_free(&v);
}

static void
values_of_another_type_are_as_if_they_were_not_there(void **state)
{
	(void)state;
	assert_true(read_json("{\"moved\":\"1\",\"total\":-1,\"percent\":45,\"title\":7,\"exit\":256,\"lap\":1.5,\"rate\":null,"
	    "\"eta\":1e300,\"message\":null,\"state\":null,\"unit\":[],\"started\":true}"));
	assert_true(v.moved < 0 && v.total < 0 && v.rate < 0 && v.eta < 0 && v.started < 0 && v.percent < 0);
	assert_true(v.exit < 0 && v.lap == 1 && v.title == NULL && v.message == NULL && v.unit == NULL);
	assert_int_equal(v.state, STATE_RUNNING);
	view_free(&v);
}

static void
what_is_no_object_is_an_empty_view(void **state)
{
	static const char *const bad[] = { "", "[]", "{", "\"a\"", "{\"moved\":NaN}", "{\"moved\":1,\"moved\":2}", "{} {}" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (read_json(bad[i]))
			fail_msg("\"%s\" passed", bad[i]);
		assert_true(v.moved < 0 && v.task == NULL);
		view_free(&v);
	}
}

static void
every_percent_is_read_exactly(void **state)
{
	char json[64];

	(void)state;
	for (int p = 0; p <= 10000; p++) {
		snprintf(json, sizeof json, "{\"percent\":\"%d.%02d\"}", p / 100, p % 100);
		assert_true(read_json(json));
		assert_int_equal(v.percent, p);
		view_free(&v);
	}
	assert_true(read_json("{\"percent\":\"100.01\"}"));
	assert_true(v.percent < 0);
	view_free(&v);
}

static void
a_nul_hides_nothing_behind_it(void **state)
{
	(void)state;
	assert_true(read_json("{\"title\":\"a\\u0000b\"}"));
	assert_string_equal(v.title, "a b");
	view_free(&v);
}

/* What the broker renders is what a reader reads, at the limits of every key. */
static void
the_largest_record_is_read_whole(void **state)
{
	static char line[UPDATE_MESSAGE_MAX + UPDATE_TITLE_MAX + 256], err[UPDATE_ERR];
	char title[UPDATE_TITLE_MAX + 1] = "", message[UPDATE_MESSAGE_MAX + 1] = "";
	struct update *u = update_new();
	struct record *r = record_new("a/b", (struct now){ 1000, 0, 0 });
	size_t len;
	char *json;

	(void)state;
	memset(title, 't', UPDATE_TITLE_MAX);
	memset(message, 'm', UPDATE_MESSAGE_MAX);
	snprintf(line, sizeof line, "{\"task\":\"a/b\",\"moved\":9007199254740992,\"total\":9007199254740992,"
	    "\"title\":\"%s\",\"message\":\"%s\",\"signal\":\"RTMIN+1\",\"unit\":\"files\",\"state\":\"failed\",\"exit\":255}", title, message);
	if (!update_read(u, line, strlen(line), err))
		fail_msg("%s", err);
	record_apply(r, u, (struct now){ 1001, 1000000, 1000000 });
	json = record_json(r, &len);
	assert_true(view_read(&v, json, len));
	assert_true(v.moved == 9007199254740992.0 && v.percent == 10000 && v.exit == 255 && v.ended == 1001);
	assert_string_equal(v.title, title);
	assert_string_equal(v.message, message);
	assert_string_equal(v.signal, "RTMIN+1");
	view_free(&v);
	free(json);
	record_free(r);
	update_free(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_of_a_record_is_read),
		cmocka_unit_test(what_a_record_does_not_say_is_unknown),
		cmocka_unit_test(keys_and_words_of_a_newer_broker_are_passed_over),
		cmocka_unit_test(values_of_another_type_are_as_if_they_were_not_there),
		cmocka_unit_test(what_is_no_object_is_an_empty_view),
		cmocka_unit_test(every_percent_is_read_exactly),
		cmocka_unit_test(a_nul_hides_nothing_behind_it),
		cmocka_unit_test(the_largest_record_is_read_whole),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
