/* test_publish.c -- what a publisher is told of his lines: publish.c and
 * answer.c, with the buffer of answers read as he would read it. */
#include "unit.h"

#include <event2/buffer.h>
#include <event2/event.h>

#include "base/lines.h"
#include "broker/holders.h"
#include "broker/publish.h"
#include "task/answer.h"
#include "task/name.h"

static struct table *table;
static struct runs *runs;
static struct event_base *base;
static struct holders *holders;
static struct publish *publish;
static struct publisher peer;
static const struct caller unknown = { .uid = (uid_t)-1 };
static struct evbuffer *answers;

static int
setup(void **state)
{
	(void)state;
	table = table_new(77, run_forget);
	runs = runs_new(table, 100, 0);
	base = event_base_new();
	holders = holders_new(base, runs, &kernel_here);
	publish = publish_new(runs, holders);
	answers = evbuffer_new();
	publisher_init(publish, &peer, &unknown, -1, answers);
	return base == NULL || answers == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	publisher_gone(&peer);
	evbuffer_free(answers);
	publish_free(publish);
	table_free(table);
	holders_free(holders);
	runs_free(runs);
	event_base_free(base);
	return 0;
}

static bool
say(const char *text)
{
	return publish_line(publish, &peer, text, strlen(text));
}

static void
assert_told(const char *wanted)
{
	const char *line;
	size_t len;

	assert_int_equal(lines_peek(answers, PUBLISH_ANSWERS_MAX, &line, &len), LINES_ONE);
	if (strlen(wanted) != len || memcmp(line, wanted, len) != 0)
		fail_msg("told %.*s", (int)len, line);
	lines_drop(answers, len);
}

static void
assert_told_nothing(void)
{
	assert_int_equal(evbuffer_get_length(answers), 0);
}

static void
a_good_line_is_not_answered(void **state)
{
	(void)state;
	assert_true(say("{\"moved\":45,\"total\":100}"));
	assert_told_nothing();
	assert_int_equal(table_head(table), 1);
}

static void
an_end_is_confirmed_with_its_id(void **state)
{
	(void)state;
	say("{\"task\":\"a/b\",\"moved\":1}");
	say("{\"task\":\"a/b\",\"state\":\"done\"}");
	assert_told("{\"ok\":\"77-2\",\"task\":\"a/b\"}");
	say("{\"state\":\"failed\"}");
	assert_told("{\"ok\":\"77-3\"}");
	assert_told_nothing();
}

static void
a_line_that_asks_for_it_is_confirmed(void **state)
{
	(void)state;
	say("{\"task\":\"a\",\"ack\":true}");
	assert_told("{\"ok\":\"77-1\",\"task\":\"a\"}");
	say("{\"task\":\"a\",\"ack\":false}");
	assert_told_nothing();
}

static void
a_bad_line_is_named_by_its_number_and_the_next_one_is_read(void **state)
{
	(void)state;
	say("{\"moved\":1}");
	say("");
	assert_true(say("{\"totl\":1}"));
	assert_told("{\"error\":\"unknown key \\\"totl\\\"\",\"line\":3}");
	assert_true(say("{\"title\":\"\xc0\xaf\"}"));
	assert_told("{\"error\":\"not UTF-8\",\"line\":4}");
	assert_int_equal(table_head(table), 1);
	say("{\"moved\":2}");
	assert_int_equal(table_head(table), 2);
	assert_told_nothing();
}

static void
what_runs_refuse_is_told_too(void **state)
{
	(void)state;
	say("{\"task\":\"a\",\"state\":\"done\"}");
	assert_told("{\"ok\":\"77-1\",\"task\":\"a\"}");
	say("{\"task\":\"a\",\"moved\":1}");
	assert_told("{\"error\":\"\\\"a\\\" has ended; on this connection only \\\"state\\\":\\\"running\\\" begins a new run\","
	    "\"line\":2}");
}

static void
empty_lines_say_nothing(void **state)
{
	(void)state;
	assert_true(say(""));
	assert_true(say("\r"));
	assert_told_nothing();
	assert_int_equal(peer.lines, 2);
}

static void
a_carriage_return_at_the_end_does_no_harm(void **state)
{
	(void)state;
	assert_true(say("{\"moved\":1}\r"));
	assert_told_nothing();
	assert_int_equal(table_head(table), 1);
}

static void
binary_is_answered_and_cannot_be_followed(void **state)
{
	(void)state;
	assert_false(say("\x80\x81{\"moved\":1}"));
	assert_told("{\"error\":\"not UTF-8\",\"line\":1}");
	assert_int_equal(table_head(table), 0);
}

static void
answers_that_nobody_reads_are_dropped_and_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 10000; i++)
		say("nonsense");
	assert_true(peer.dropped > 0);
	assert_true(evbuffer_get_length(answers) <= PUBLISH_ANSWERS_MAX);
	assert_true(evbuffer_get_length(answers) > PUBLISH_ANSWERS_MAX - 100);
	assert_told("{\"error\":\"not JSON: unexpected nonsense\",\"line\":1}");
	assert_int_equal(peer.lines, 10000);
}

static void
a_fault_of_the_connection_names_no_line(void **state)
{
	(void)state;
	publish_turn_away(&peer, "the house is full");
	assert_told("{\"error\":\"the house is full\"}");
}

static void
a_line_that_cannot_be_taken_in_has_a_number_too(void **state)
{
	(void)state;
	say("{\"task\":\"a\"}");
	publish_refuse(&peer, "the line is too long");
	assert_told("{\"error\":\"the line is too long\",\"line\":2}");
}

static void
what_a_publisher_held_is_lost_with_him(void **state)
{
	(void)state;
	say("{\"task\":\"a\",\"hold\":true}");
	publisher_gone(&peer);
	assert_int_equal(table_newest(table, "a")->kind, KIND_END);
	assert_non_null(strstr(table_newest(table, "a")->text.bytes, "\"state\":\"lost\""));
}

static void
no_two_publishers_have_the_same_serial(void **state)
{
	struct publisher other;

	(void)state;
	publisher_init(publish, &other, &unknown, -1, answers);
	assert_true(other.source.serial != peer.source.serial && other.source.serial != 0);
	say("{\"task\":\"a\",\"state\":\"done\"}");
	publish_line(publish, &other, "{\"task\":\"a\"}", 12);
	assert_int_equal(table_head(table), 2);
}

static void
a_removal_names_its_task(void **state)
{
	size_t len;
	char *json = removed_json("a/b", &len);

	(void)state;
	assert_string_equal(json, "{\"task\":\"a/b\"}");
	free(json);
	json = removed_json(NAME_UNNAMED, &len);
	assert_string_equal(json, "{}");
	assert_int_equal(len, 2);
	free(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_good_line_is_not_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(an_end_is_confirmed_with_its_id, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_that_asks_for_it_is_confirmed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bad_line_is_named_by_its_number_and_the_next_one_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(what_runs_refuse_is_told_too, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_lines_say_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_carriage_return_at_the_end_does_no_harm, setup, teardown),
		cmocka_unit_test_setup_teardown(binary_is_answered_and_cannot_be_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(answers_that_nobody_reads_are_dropped_and_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_that_cannot_be_taken_in_has_a_number_too, setup, teardown),
		cmocka_unit_test_setup_teardown(a_fault_of_the_connection_names_no_line, setup, teardown),
		cmocka_unit_test_setup_teardown(what_a_publisher_held_is_lost_with_him, setup, teardown),
		cmocka_unit_test_setup_teardown(no_two_publishers_have_the_same_serial, setup, teardown),
		cmocka_unit_test_setup_teardown(a_removal_names_its_task, setup, teardown),
	};

	return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
