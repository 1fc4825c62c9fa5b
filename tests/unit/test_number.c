/* test_number.c -- numbers and their percent: number.c, compared with integer
 * arithmetic on the decimals as a person writes them. */
#include "unit.h"

#include <math.h>

#include "task/number.h"

#define PLACES_MAX 9

/* Whole numbers below 10^36 as two halves of 18 digits: 32-bit machines have
 * no __int128. */
struct wide {
	uint64_t high, low;
};
#define HALF UINT64_C(1000000000000000000)

static bool
wide_less(struct wide a, struct wide b)
{
	return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static struct wide
wide_minus(struct wide a, struct wide b)
{
	bool borrow = a.low < b.low;

	return (struct wide){ a.high - b.high - borrow, a.low - b.low + (borrow ? HALF : 0) };
}

static struct wide
wide_tenfold(struct wide a)
{
	return (struct wide){ a.high * 10 + a.low / (HALF / 10), a.low % (HALF / 10) * 10 };
}

/* floor(10000 m / t), at most 10000, of the decimals m / 10^mp and t / 10^tp:
 * all of it in integers, as with a pencil, and nothing of it as number.c does it. */
static int
percent_of_decimals(uint64_t m, int mp, uint64_t t, int tp)
{
	struct wide rest = { 0, m }, lower = { 0, t };
	int percent = 0;

	for (; mp < tp; mp++)
		rest = wide_tenfold(rest);
	for (; tp < mp; tp++)
		lower = wide_tenfold(lower);
	if (!wide_less(rest, lower))
		return 10000;
	for (int digit = 0; digit < 4; digit++) {
		rest = wide_tenfold(rest);
		percent *= 10;
		for (; !wide_less(rest, lower); percent++)
			rest = wide_minus(rest, lower);
	}
	return percent;
}

/* The double that strtod(3) makes of digits / 10^places, as of a JSON text. */
static double
as_written(uint64_t digits, int places)
{
	char text[64];

	snprintf(text, sizeof text, "%llue-%d", (unsigned long long)digits, places);
	return strtod(text, NULL);
}

static void
every_step_of_100_is_its_own_percent(void **state)
{
	(void)state;
	for (int k = 0; k <= 100; k++)
		assert_int_equal(number_percent(k, 100), k * 100);
}

static void
every_step_of_1000_is_exact(void **state)
{
	(void)state;
	for (int k = 0; k <= 1000; k++)
		assert_int_equal(number_percent(k, 1000), k * 10);
}

static void
every_hundredth_of_one_is_exact(void **state)
{
	(void)state;
	for (unsigned k = 0; k <= 100; k++) {
		assert_int_equal(number_percent(as_written(k, 2), 1), k * 100);
		assert_int_equal(number_percent(k, as_written(100, 0)), k * 100);
	}
	assert_int_equal(number_percent(0.29, 1), 2900);
	assert_int_equal(number_percent(0.57, 1), 5700);
	assert_int_equal(number_percent(0.1, 0.3), 3333);
	assert_int_equal(number_percent(4.35, 100), 435);
}

static void
percent_is_floored_and_never_rounded_up_to_100(void **state)
{
	(void)state;
	assert_int_equal(number_percent(1, 3), 3333);
	assert_int_equal(number_percent(2, 3), 6666);
	assert_int_equal(number_percent(99999, 100000), 9999);
	assert_int_equal(number_percent(NUMBER_MAX - 1, NUMBER_MAX), 9999);
	assert_int_equal(number_percent(0.99999999, 1), 9999);
}

static void
more_than_the_total_is_100(void **state)
{
	(void)state;
	assert_int_equal(number_percent(150, 100), 10000);
	assert_int_equal(number_percent(NUMBER_MAX, 1e-300), 10000);
	assert_int_equal(number_percent(1e-9, 1e-9), 10000);
}

static void
the_ends_of_the_range_do_no_harm(void **state)
{
	(void)state;
	assert_int_equal(number_percent(NUMBER_MAX / 2, NUMBER_MAX), 5000);
	assert_int_equal(number_percent(1, NUMBER_MAX), 0);
	assert_int_equal(number_percent(5e-324, NUMBER_MAX), 0);
	assert_int_equal(number_percent(5e-324, 1e-300), 0);
	assert_int_equal(number_percent(1e-300, 4e-300), 2500);
	assert_int_equal(number_percent(0, 5e-324), 0);
	assert_int_equal(number_percent(1e-7, 9007199254740991.0), 0);
}

static void
random_whole_numbers_agree_with_integers(void **state)
{
	uint64_t seed = seed_of(__func__, 1);

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t t = next_random(&seed) >> (11 + below(&seed, 50)), m;

		if (t == 0)
			continue;
		m = next_random(&seed) % (t + t / 8 + 1);
		if (m > (uint64_t)NUMBER_MAX)
			m = (uint64_t)NUMBER_MAX;
		assert_int_equal(number_percent((double)m, (double)t), percent_of_decimals(m, 0, t, 0));
	}
}

/* Up to 15 digits are what a double keeps of any decimal. */
static void
random_decimals_agree_with_integers(void **state)
{
	static const uint64_t limits[] = { 10, 1000, 1000000, 1000000000, 1000000000000, 1000000000000000 };
	uint64_t seed = seed_of(__func__, 2);

	(void)state;
	for (int i = 0; i < 300000; i++) {
		uint64_t t = 1 + next_random(&seed) % (limits[below(&seed, COUNT(limits))] - 1);
		uint64_t m = next_random(&seed) % limits[below(&seed, COUNT(limits))];
		int tp = (int)below(&seed, PLACES_MAX + 1), mp = (int)below(&seed, PLACES_MAX + 1);
		int wanted = percent_of_decimals(m, mp, t, tp);
		int got = number_percent(as_written(m, mp), as_written(t, tp));

		if (got != wanted)
			fail_msg("%llue-%d of %llue-%d is %d, not %d", (unsigned long long)m, mp,
			    (unsigned long long)t, tp, wanted, got);
	}
}

static void
a_number_is_finite_and_from_0_to_2_53(void **state)
{
	(void)state;
	assert_true(number_ok(0));
	assert_true(number_ok(-0.0));
	assert_true(number_ok(5e-324));
	assert_true(number_ok(NUMBER_MAX));
	assert_false(number_ok(nextafter(NUMBER_MAX, INFINITY)));
	assert_false(number_ok(-5e-324));
	assert_false(number_ok(-1));
	assert_false(number_ok((double)NAN));
	assert_false(number_ok((double)INFINITY));
	assert_false(number_ok((double)-INFINITY));
}

static void
text_is_the_shortest_that_reads_back(void **state)
{
	static const struct {
		double n;
		const char *text;
	} forms[] = {
		{ 0, "0" }, { 45, "45" }, { 0.1, "0.1" }, { 0.29, "0.29" }, { 1.5, "1.5" }, { 1e15, "1000000000000000" },
		{ NUMBER_MAX, "9007199254740992" }, { NUMBER_MAX - 1, "9007199254740991" },
		{ 0.1 + 0.2, "0.30000000000000004" }, { 1e-7, "1e-07" }, { 123456789.25, "123456789.25" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		char text[NUMBER_TEXT_MAX];

		number_text(text, forms[i].n);
		assert_string_equal(text, forms[i].text);
	}
}

static void
every_text_reads_back_as_its_number(void **state)
{
	uint64_t seed = seed_of(__func__, 3);

	(void)state;
	for (int i = 0; i < 200000;) {
		uint64_t bits = next_random(&seed) >> below(&seed, 12);
		char text[NUMBER_TEXT_MAX];
		double n;

		memcpy(&n, &bits, sizeof n);
		if (!number_ok(n))
			continue;
		number_text(text, n);
		assert_true(strtod(text, NULL) == n);
		i++;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_of_100_is_its_own_percent),
		cmocka_unit_test(every_step_of_1000_is_exact),
		cmocka_unit_test(every_hundredth_of_one_is_exact),
		cmocka_unit_test(percent_is_floored_and_never_rounded_up_to_100),
		cmocka_unit_test(more_than_the_total_is_100),
		cmocka_unit_test(the_ends_of_the_range_do_no_harm),
		cmocka_unit_test(random_whole_numbers_agree_with_integers),
		cmocka_unit_test(random_decimals_agree_with_integers),
		cmocka_unit_test(a_number_is_finite_and_from_0_to_2_53),
		cmocka_unit_test(text_is_the_shortest_that_reads_back),
		cmocka_unit_test(every_text_reads_back_as_its_number),
	};

	return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
