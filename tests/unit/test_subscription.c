/* test_subscription.c -- a subscriber's one line of words: subscription.c. */
#include "unit.h"

#include "broker/subscription.h"

static struct subscription s;
static char err[SUBSCRIPTION_ERR];

static bool
read_line(const char *line)
{
	err[0] = '\0';
	return subscription_read(&s, line, strlen(line), err);
}

static void
assert_refused(const char *line, const char *why)
{
	if (read_line(line))
		fail_msg("%s passed", line);
	assert_string_equal(err, why);
}

static void
prefixes_and_a_cursor_are_read(void **state)
{
	(void)state;
	assert_true(read_line("subscribe *"));
	assert_int_equal(s.prefixes, 1);
	assert_string_equal(s.prefix[0], "*");
	assert_false(s.has_since);
	assert_true(read_line("subscribe backup/db . since=12-34 x"));
	assert_int_equal(s.prefixes, 3);
	assert_string_equal(s.prefix[0], "backup/db");
	assert_string_equal(s.prefix[1], ".");
	assert_string_equal(s.prefix[2], "x");
	assert_true(s.has_since && s.since.life == 12 && s.since.seq == 34);
}

static void
blanks_and_a_carriage_return_are_no_words(void **state)
{
	(void)state;
	assert_true(read_line("  subscribe   a   b \r"));
	assert_int_equal(s.prefixes, 2);
	assert_string_equal(s.prefix[1], "b");
	assert_refused("subscribe\ta", "subscribe PREFIX... [since=ID] [log] is expected");
	assert_refused("subscribe a\tb", "\"a?b\" has a character other than A-Z a-z 0-9 . _ - and /");
}

static void
another_verb_is_refused(void **state)
{
	static const char *const bad[] = { "", " ", "\r", "*", "Subscribe a", "subscribe_ a", "subscrib a", "subscribea",
		"{\"task\":\"a\"}", "GET / HTTP/1.1\r" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_refused(bad[i], "subscribe PREFIX... [since=ID] [log] is expected");
}

static void
somebody_who_wants_nothing_is_told_so(void **state)
{
	(void)state;
	assert_refused("subscribe", "a name, or * for every task, is expected");
	assert_refused("subscribe since=1-2", "a name, or * for every task, is expected");
}

static void
what_is_no_name_is_refused_by_name(void **state)
{
	(void)state;
	assert_refused("subscribe a/../b", "\"a/../b\" has a segment . or ..");
	assert_refused("subscribe ..", "\"..\" has a segment . or ..");
	assert_refused("subscribe **", "\"**\" has a character other than A-Z a-z 0-9 . _ - and /");
	assert_refused("subscribe a/", "\"a/\" has an empty segment");
	assert_refused("subscribe a \x1b[2J", "\"?[2J\" has a character other than A-Z a-z 0-9 . _ - and /");
}

static void
the_longest_name_fits(void **state)
{
	char line[16 + NAME_BYTES_MAX + 2] = "subscribe ";

	(void)state;
	memset(line + 10, 'n', NAME_BYTES_MAX + 1);
	line[10 + 50] = line[10 + 100] = line[10 + 150] = '/';
	line[10 + NAME_BYTES_MAX] = '\0';
	assert_true(read_line(line));
	assert_string_equal(s.prefix[0], line + 10);
	line[10 + NAME_BYTES_MAX] = 'n';
	assert_false(read_line(line));
	assert_true(strlen(err) < SUBSCRIPTION_ERR - 1);
}

static void
eight_prefixes_are_the_most(void **state)
{
	(void)state;
	assert_true(read_line("subscribe 1 2 3 4 5 6 7 8"));
	assert_int_equal(s.prefixes, SUBSCRIPTION_PREFIXES_MAX);
	assert_string_equal(s.prefix[7], "8");
	assert_refused("subscribe 1 2 3 4 5 6 7 8 9", "\"9\" is one name too many (8 at most, or *)");
}

static void
a_cursor_is_one_id(void **state)
{
	(void)state;
	assert_refused("subscribe a since=1-2 since=1-3", "\"since=1-3\" is a second since=");
	assert_refused("subscribe a since=", "\"since=\" is not since=LIFE-SEQ");
	assert_refused("subscribe a since=1", "\"since=1\" is not since=LIFE-SEQ");
	assert_refused("subscribe a since=01-2", "\"since=01-2\" is not since=LIFE-SEQ");
	assert_refused("subscribe a since=1-9223372036854775808",
	    "\"since=1-9223372036854775808\" is not since=LIFE-SEQ");
}

static void
nothing_is_left_of_the_line_before(void **state)
{
	(void)state;
	assert_true(read_line("subscribe a b c since=1-2"));
	assert_true(read_line("subscribe longer/than/before"));
	assert_int_equal(s.prefixes, 1);
	assert_false(s.has_since);
	assert_true(read_line("subscribe x"));
	assert_string_equal(s.prefix[0], "x");
}

static void
no_byte_behind_the_line_is_read(void **state)
{
	static const char line[] = "subscribe a since=12-34 b";

	(void)state;
	for (size_t n = 0; n < sizeof line; n++) {
		char *exact = malloc(n > 0 ? n : 1); /* so that a sanitizer sees it */

		memcpy(exact, line, n);
		subscription_read(&s, exact, n, err);
		free(exact);
	}
	assert_false(subscription_read(&s, "subscribe a\0b", 13, err));
}

static void
logs_are_asked_for_by_a_word_behind_a_name(void **state)
{
	(void)state;
	assert_true(read_line("subscribe a log"));
	assert_true(s.logs && s.prefixes == 1);
	assert_true(read_line("subscribe * log since=1-2"));
	assert_true(s.logs && s.has_since);
	assert_true(read_line("subscribe a log b"));
	assert_true(s.logs && s.prefixes == 2);
	assert_true(read_line("subscribe a"));
	assert_false(s.logs);
	assert_refused("subscribe a log log", "\"log\" appears twice");
}

/* A task may be called log; whoever follows it must be able to say so. */
static void
a_task_called_log_can_be_followed(void **state)
{
	(void)state;
	assert_true(read_line("subscribe log/x"));
	assert_true(read_line("subscribe log"));
	assert_string_equal(s.prefix[0], "log");
	assert_false(s.logs);
	assert_true(read_line("subscribe log log"));
	assert_true(s.logs && s.prefixes == 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_and_a_cursor_are_read),
		cmocka_unit_test(blanks_and_a_carriage_return_are_no_words),
		cmocka_unit_test(another_verb_is_refused),
		cmocka_unit_test(somebody_who_wants_nothing_is_told_so),
		cmocka_unit_test(what_is_no_name_is_refused_by_name),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(eight_prefixes_are_the_most),
		cmocka_unit_test(a_cursor_is_one_id),
		cmocka_unit_test(nothing_is_left_of_the_line_before),
		cmocka_unit_test(no_byte_behind_the_line_is_read),
		cmocka_unit_test(logs_are_asked_for_by_a_word_behind_a_name),
		cmocka_unit_test(a_task_called_log_can_be_followed),
	};

	return cmocka_run_group_tests_name("subscription", tests, NULL, NULL);
}
