/* test_id.c -- ids and the decimals they are made of: id.c and decimal.c. */
#include "unit.h"

#include "base/decimal.h"
#include "task/id.h"

static bool
decimal(const char *text, uint64_t max, uint64_t *value)
{
	return decimal_parse(text, strlen(text), max, value);
}

static void
decimals_are_digits_and_nothing_else(void **state)
{
	static const char *const bad[] = { "", " ", "+1", "-1", " 1", "1 ", "01", "00", "1.0", "1e3", "0x1", "a", "1a",
		"\xd9\xa1", "1\n" };
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(decimal(bad[i], UINT64_MAX, &v));
	assert_true(decimal("0", UINT64_MAX, &v));
	assert_int_equal(v, 0);
	assert_true(decimal("1048", UINT64_MAX, &v));
	assert_int_equal(v, 1048);
	assert_false(decimal_parse("1\0", 2, UINT64_MAX, &v));
	assert_true(decimal_parse("123", 2, UINT64_MAX, &v));
	assert_int_equal(v, 12);
}

static void
decimals_stop_at_their_maximum(void **state)
{
	uint64_t v;

	(void)state;
	assert_true(decimal("18446744073709551615", UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_false(decimal("18446744073709551616", UINT64_MAX, &v));
	assert_false(decimal("99999999999999999999", UINT64_MAX, &v));
	assert_false(decimal("184467440737095516150", UINT64_MAX, &v));
	assert_true(decimal("9223372036854775807", INT64_MAX, &v));
	assert_false(decimal("9223372036854775808", INT64_MAX, &v));
}

/* Every value against every small maximum, one digit or two. */
static void
small_maxima_hold_too(void **state)
{
	(void)state;
	for (unsigned max = 0; max <= 120; max++)
		for (unsigned n = 0; n <= 130; n++) {
			char text[8];
			uint64_t v = 0;

			snprintf(text, sizeof text, "%u", n);
			if (decimal(text, max, &v) != (n <= max))
				fail_msg("%u with maximum %u", n, max);
		}
}

static void
ids_are_two_decimals_below_2_63(void **state)
{
	static const char *const bad[] = { "", "-", "1", "1-", "-1", "1--2", "1-2-3", "01-2", "1-02", " 1-2", "1-2 ",
		"9223372036854775808-1", "1-9223372036854775808", "a-b", "+1-2", "1\x01-2", "1_2" };
	struct id id;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(id_parse(bad[i], strlen(bad[i]), &id));
	assert_true(id_parse("4863501732-1042", 15, &id));
	assert_true(id.life == 4863501732 && id.seq == 1042);
	assert_true(id_parse("0-0", 3, &id));
	assert_true(id_parse("9223372036854775807-9223372036854775807", 39, &id));
	assert_true(id.life == ID_PART_MAX && id.seq == ID_PART_MAX);
	assert_false(id_parse("12-34", 2, &id));
	assert_true(id_parse("12-34", 4, &id));
	assert_int_equal(id.seq, 3);
}

static void
the_longest_id_fits_its_text(void **state)
{
	char text[ID_TEXT_MAX];

	(void)state;
	assert_int_equal(id_format(text, (struct id){ ID_PART_MAX, ID_PART_MAX }), ID_TEXT_MAX - 1);
	assert_string_equal(text, "9223372036854775807-9223372036854775807");
}

static void
every_id_reads_back(void **state)
{
	uint64_t seed = seed_of(__func__, 4);

	(void)state;
	for (int i = 0; i < 10000; i++) {
		struct id in = { next_random(&seed) >> (1 + below(&seed, 63)), next_random(&seed) >> (1 + below(&seed, 63)) };
		struct id out;
		char text[ID_TEXT_MAX];
		size_t len = id_format(text, in);

		assert_int_equal(len, strlen(text));
		assert_true(id_parse(text, len, &out));
		assert_true(in.life == out.life && in.seq == out.seq);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_are_digits_and_nothing_else),
		cmocka_unit_test(decimals_stop_at_their_maximum),
		cmocka_unit_test(small_maxima_hold_too),
		cmocka_unit_test(ids_are_two_decimals_below_2_63),
		cmocka_unit_test(the_longest_id_fits_its_text),
		cmocka_unit_test(every_id_reads_back),
	};

	return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
