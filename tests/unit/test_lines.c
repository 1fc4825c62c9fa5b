/* test_lines.c -- lines out of a buffer: lines.c on a real evbuffer, with the
 * bytes in as many pieces as a socket may bring them. */
#include "unit.h"

#include <event2/buffer.h>

#include "base/lines.h"

#define MAX 16

static struct evbuffer *in;
static const char *line;
static size_t len;

static int
setup(void **state)
{
	(void)state;
	in = evbuffer_new();
	return in == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	evbuffer_free(in);
	return 0;
}

/* Each call makes a piece of memory of its own, as reads from a socket may. */
static void
add(const char *bytes, size_t n)
{
	struct evbuffer *piece = evbuffer_new();

	evbuffer_add(piece, bytes, n);
	evbuffer_add_buffer(in, piece);
	evbuffer_free(piece);
}

static void
assert_line(const char *wanted)
{
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_ONE);
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(line, wanted, len);
	lines_drop(in, len);
}

static void
lines_come_out_one_by_one(void **state)
{
	(void)state;
	add("one\ntwo\n\nfour\nfi", 16);
	assert_line("one");
	assert_line("two");
	assert_line("");
	assert_line("four");
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_NONE);
	add("ve\n", 3);
	assert_line("five");
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_NONE);
	assert_int_equal(evbuffer_get_length(in), 0);
}

static void
peeking_takes_nothing(void **state)
{
	(void)state;
	add("one\n", 4);
	for (int i = 0; i < 3; i++)
		assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_ONE);
	assert_line("one");
}

static void
carriage_returns_and_nuls_are_bytes_like_others(void **state)
{
	(void)state;
	add("a\r\nb\0c\n", 7);
	assert_line("a\r");
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_ONE);
	assert_int_equal(len, 3);
	assert_memory_equal(line, "b\0c", 3);
}

static void
a_line_may_be_as_long_as_the_limit(void **state)
{
	(void)state;
	add("0123456789abcdef", 16);
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_NONE);
	add("\n", 1);
	assert_line("0123456789abcdef");
}

static void
a_longer_line_is_too_long_whole_or_not(void **state)
{
	(void)state;
	add("0123456789abcdefg", 17);
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_TOO_LONG);
	add("\n", 1);
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_TOO_LONG);
	assert_int_equal(lines_peek(in, MAX + 1, &line, &len), LINES_ONE);
}

static void
short_lines_before_a_long_one_are_not_lost(void **state)
{
	(void)state;
	add("ok\n0123456789abcdefghijklmnop", 29);
	assert_line("ok");
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_TOO_LONG);
}

static void
an_empty_buffer_has_no_line(void **state)
{
	(void)state;
	assert_int_equal(lines_peek(in, MAX, &line, &len), LINES_NONE);
	assert_int_equal(lines_peek(in, 0, &line, &len), LINES_NONE);
	add("\n", 1);
	assert_int_equal(lines_peek(in, 0, &line, &len), LINES_ONE);
	assert_int_equal(len, 0);
}

/* The expected lines are cut out of the same bytes by memchr(3). */
static void
lines_are_the_same_in_whatever_pieces_they_come(void **state)
{
	uint64_t seed = seed_of(__func__, 10);

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char text[256];
		const char *expected = text;
		size_t n = below(&seed, sizeof text), sent = 0;

		for (size_t i = 0; i < n; i++)
			text[i] = "ab\n\r\0"[below(&seed, 5)];
		while (sent < n || lines_peek(in, sizeof text, &line, &len) == LINES_ONE) {
			size_t piece = below(&seed, (unsigned)(n - sent + 1));

			add(text + sent, piece);
			sent += piece;
			if (lines_peek(in, sizeof text, &line, &len) != LINES_ONE)
				continue;
			assert_int_equal(len, (const char *)memchr(expected, '\n', n) - expected);
			assert_memory_equal(line, expected, len);
			expected += len + 1;
			lines_drop(in, len);
		}
		assert_null(memchr(expected, '\n', (size_t)(text + n - expected)));
		assert_int_equal(evbuffer_get_length(in), text + n - expected);
		evbuffer_drain(in, evbuffer_get_length(in));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_come_out_one_by_one, setup, teardown),
		cmocka_unit_test_setup_teardown(peeking_takes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(carriage_returns_and_nuls_are_bytes_like_others, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_may_be_as_long_as_the_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(a_longer_line_is_too_long_whole_or_not, setup, teardown),
		cmocka_unit_test_setup_teardown(short_lines_before_a_long_one_are_not_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(an_empty_buffer_has_no_line, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_are_the_same_in_whatever_pieces_they_come, setup, teardown),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
