/* test_tail.c -- the last lines of a job in a fixed room: tail.c, against a
 * model that keeps them all. */
#include "unit.h"

#include "lib/tail.h"

static struct tail tail;

static void
add(const char *text)
{
	tail_add(&tail, text, strlen(text));
}

static void
next_is(const char *expected)
{
	const char *line;
	size_t len;

	if (expected == NULL) {
		assert_false(tail_next(&tail, &line, &len));
		return;
	}
	assert_true(tail_next(&tail, &line, &len));
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(line, expected, len);
	tail_sent(&tail);
}

static int
fresh(void **state)
{
	(void)state;
	memset(&tail, 0, sizeof tail);
	return 0;
}

static void
lines_come_out_as_they_went_in(void **state)
{
	(void)state;
	next_is(NULL);
	add("one");
	add("two\nthree\n");
	add("");
	add("four\r\n\r\nfive");
	add("\n");
	next_is("one");
	next_is("two");
	next_is("three");
	next_is("");
	next_is("four");
	next_is("");
	next_is("five");
	next_is("");
	next_is(NULL);
}

static void
what_was_sent_comes_again_after_a_rewind(void **state)
{
	(void)state;
	add("one\ntwo");
	next_is("one");
	tail_rewind(&tail);
	next_is("one");
	next_is("two");
	next_is(NULL);
	assert_int_equal(tail.skipped, 0);
}

static void
a_line_is_cut_to_what_the_protocol_takes(void **state)
{
	static char line[3 * TAIL_ROOM];
	const char *out;
	size_t len;

	(void)state;
	memset(line, 'x', sizeof line - 1);
	for (int i = 0; i < 10; i++)
		add(line);
	while (tail_next(&tail, &out, &len)) {
		assert_int_equal(len, TAIL_LINE_MAX);
		tail_sent(&tail);
	}
}

/* Whatever is added and sent: what comes out is the sequence that went in, and
 * each gap in it is owned up to, before the line that follows. */
static void
no_line_is_lost_unsaid(void **state)
{
	uint64_t random = seed_of("no_line_is_lost_unsaid", 3);
	unsigned added = 0, expected = 0, sent = 0;
	char text[4000];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		const char *line;
		size_t len;

		for (unsigned n = below(&random, 5); n > 0; n--) {
			int digits = snprintf(text, sizeof text, "%u ", added++);
			size_t more = below(&random, 50) == 0 ? below(&random, 3000) : below(&random, 100);

			memset(text + digits, 'x', more);
			tail_add(&tail, text, (size_t)digits + more);
			assert_true(tail.used <= TAIL_ROOM);
		}
		for (unsigned n = below(&random, 5); n > 0 && tail_next(&tail, &line, &len); n--) {
			expected += (unsigned)tail.skipped;
			assert_int_equal(strtoul(line, NULL, 10), expected);
			tail_sent(&tail);
			expected++;
			sent++;
		}
		if (below(&random, 500) == 0) {
			tail_rewind(&tail);
			expected = 0;
		}
	}
	assert_true(sent > 10000 && tail.dropped > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lines_come_out_as_they_went_in, fresh),
		cmocka_unit_test_setup(what_was_sent_comes_again_after_a_rewind, fresh),
		cmocka_unit_test_setup(a_line_is_cut_to_what_the_protocol_takes, fresh),
		cmocka_unit_test_setup(no_line_is_lost_unsaid, fresh),
	};

	return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
