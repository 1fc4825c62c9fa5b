/* test_change.c -- the broker's lines as a responder reads them: change.c. */
#include "unit.h"

#include "task/change.h"

static struct change c;

static bool
read_line(const char *line)
{
	return change_read(&c, line, strlen(line));
}

static void
a_change_is_five_words_and_json_is_the_rest(void **state)
{
	static const char line[] = "1042 17 backup/db run {\"moved\":45, \"message\":\"a b  c\"}";

	(void)state;
	assert_true(read_line(line));
	assert_int_equal(c.seq, 1042);
	assert_int_equal(c.run, 17);
	assert_string_equal(c.name, "backup/db");
	assert_int_equal(c.event, CHANGE_RUN);
	assert_ptr_equal(c.json, strchr(line, '{'));
	assert_int_equal(c.json_len, strlen(strchr(line, '{')));
}

static void
events_are_known_by_their_words(void **state)
{
	static const struct {
		const char *word;
		enum change_event event;
	} events[] = { { "run", CHANGE_RUN }, { "end", CHANGE_END }, { "removed", CHANGE_REMOVED },
		{ "synced", CHANGE_SYNCED }, { "log", CHANGE_LOG }, { "logs", CHANGE_OTHER }, { "Run", CHANGE_OTHER }, { "runs", CHANGE_OTHER },
		{ "ru", CHANGE_OTHER }, { "", CHANGE_OTHER } };

	(void)state;
	for (size_t i = 0; i < COUNT(events); i++) {
		char line[64];

		snprintf(line, sizeof line, "1 1 . %s {}", events[i].word);
		assert_true(read_line(line));
		assert_int_equal(c.event, events[i].event);
		assert_string_equal(c.name, ".");
	}
}

static void
what_is_no_change_is_refused(void **state)
{
	static const char *const bad[] = { "", " ", "1", "1 2", "1 2 a", "1 2 a run", "1 2 a run ", "01 2 a run {}",
		"1 -2 a run {}", "x 2 a run {}", " 1 2 a run {}", "1  2 a run {}", "1 2 a/../b run {}", "1 2 .. run {}",
		"1 2 * run {}", "1 2  run {}", "9223372036854775808 2 a run {}", "1 9223372036854775808 a run {}",
		"error no such thing", "headway 1 2 3", "1 2 a run {}\r", "1 2 a run {\r}" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (read_line(bad[i]))
			fail_msg("\"%s\" passed", bad[i]);
	assert_true(read_line("9223372036854775807 9223372036854775807 a run {}"));
}

static void
json_that_could_not_stand_in_a_frame_is_refused(void **state)
{
	static const char nul[] = "1 1 a run {\"a\":\"\0\"}";
	char *line = malloc(16 + CHANGE_JSON_MAX + 1);
	size_t head = (size_t)sprintf(line, "1 1 a run ");

	(void)state;
	assert_false(change_read(&c, nul, sizeof nul - 1));
	memset(line + head, 'j', CHANGE_JSON_MAX + 1);
	assert_true(change_read(&c, line, head + CHANGE_JSON_MAX));
	assert_int_equal(c.json_len, CHANGE_JSON_MAX);
	assert_false(change_read(&c, line, head + CHANGE_JSON_MAX + 1));
	free(line);
}

static void
the_longest_name_fits_and_a_longer_one_is_refused(void **state)
{
	char line[NAME_BYTES_MAX + 32] = "1 1 ";

	(void)state;
	memset(line + 4, 'n', NAME_BYTES_MAX + 1);
	line[4 + 50] = line[4 + 100] = line[4 + 150] = '/';
	strcpy(line + 4 + NAME_BYTES_MAX, " run {}");
	assert_true(read_line(line));
	assert_int_equal(strlen(c.name), NAME_BYTES_MAX);
	strcpy(line + 4 + NAME_BYTES_MAX, "n run {}");
	assert_false(read_line(line));
}

static void
a_greeting_tells_life_and_horizon(void **state)
{
	uint64_t life = 0, horizon = 0;

	(void)state;
	assert_int_equal(greeting_read("headway 1 4863501732 17", 23, &life, &horizon), 1);
	assert_true(life == 4863501732 && horizon == 17);
	assert_int_equal(greeting_read("headway 1 1 0 and more", 22, &life, &horizon), 1);
	assert_int_equal(greeting_read("headway 2 1 0", 13, &life, &horizon), 0);
	assert_int_equal(greeting_read("headway 1 1", 11, &life, &horizon), 0);
	assert_int_equal(greeting_read("headway 1 x 0", 13, &life, &horizon), 0);
	assert_int_equal(greeting_read("headway", 7, &life, &horizon), 0);
	assert_int_equal(greeting_read("headways 1 1 0", 14, &life, &horizon), -1);
	assert_int_equal(greeting_read("1 0 . synced {}", 15, &life, &horizon), -1);
	assert_int_equal(greeting_read("", 0, &life, &horizon), -1);
}

static void
no_byte_behind_the_line_is_read(void **state)
{
	static const char *const lines[] = { "12 34 a/b run {}", "headway 1 22 33" };
	uint64_t life, horizon;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		for (size_t n = 0; n <= strlen(lines[i]); n++) {
			char *exact = malloc(n > 0 ? n : 1); /* so that a sanitizer sees it */

			memcpy(exact, lines[i], n);
			change_read(&c, exact, n);
			greeting_read(exact, n, &life, &horizon);
			free(exact);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_five_words_and_json_is_the_rest),
		cmocka_unit_test(events_are_known_by_their_words),
		cmocka_unit_test(what_is_no_change_is_refused),
		cmocka_unit_test(json_that_could_not_stand_in_a_frame_is_refused),
		cmocka_unit_test(the_longest_name_fits_and_a_longer_one_is_refused),
		cmocka_unit_test(a_greeting_tells_life_and_horizon),
		cmocka_unit_test(no_byte_behind_the_line_is_read),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
