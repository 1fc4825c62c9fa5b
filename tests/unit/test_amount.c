/* test_amount.c -- moved and total, set without a lock: amount.c. */
#include "unit.h"

#include <math.h>
#include <pthread.h>

#include "lib/amount.h"
#include "task/number.h"

static struct amount amount;
static uint64_t now; /* as amount.c sees it */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int
fresh(void **state)
{
	(void)state;
	amount_init(&amount);
	return 0;
}

static void
set(double moved, double total)
{
	if (amount_set(&amount, moved, total))
		return;
	pthread_mutex_lock(&lock);
	amount_replace(&amount, moved, total, ++now);
	pthread_mutex_unlock(&lock);
}

static void
is(double moved, double total)
{
	double m, t;

	assert_true(amount_read(&amount, &m, &t));
	assert_true(m == moved && t == total);
}

static void
nothing_is_known_until_something_is_said(void **state)
{
	double m, t;

	(void)state;
	assert_false(amount_read(&amount, &m, &t));
	amount_add(&amount, 0, 0);
	assert_false(amount_read(&amount, &m, &t));
	set(0, 0);
	is(0, 0);
}

static void
the_newest_pair_is_read(void **state)
{
	(void)state;
	set(1, 0);
	is(1, 0);
	set(0.1, 0.3);
	is(0.1, 0.3);
	set(0.2, 0.3);
	is(0.2, 0.3);
	for (int i = 0; i < 1000; i++) {
		set(i, i + 1);
		is(i, i + 1);
	}
	set(5, 0);
	is(5, 0);
}

static void
what_is_added_stays_beside_what_is_set(void **state)
{
	(void)state;
	amount_add(&amount, 0, 10);
	is(0, 10);
	amount_add(&amount, 3, 0);
	is(3, 10);
	set(50, 100);
	is(50, 100);
	amount_add(&amount, 1, 2);
	is(51, 102);
	set(52, 102);
	is(52, 102);
	amount_add(&amount, -2, -2);
	is(50, 100);
}

static void
what_is_no_number_of_the_protocol_is_cut(void **state)
{
	double m, t;

	(void)state;
	set(-1, -1);
	is(0, 0);
	set(1e300, HUGE_VAL);
	is(NUMBER_MAX, NUMBER_MAX);
	set(-0.0, 1);
	is(0, 1);
	assert_false(signbit(amount_read(&amount, &m, &t) ? m : -1));
	set(NAN, 7);
	assert_false(amount_read(&amount, &m, &t)); /* not known */
	set(3, NAN);
	is(3, 0);
	set(4, 7);
	is(4, 7);
}

/* A thread that was interrupted has looked at pair i and will write to it. */
static void
late_stores_do_no_harm_however_fast_totals_change(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3; round++, now += 2 * AMOUNT_REST) {
		unsigned fast = 0;

		for (int i = 1; i < 1000; i++) {
			unsigned current;

			set(i, 10 * i);
			current = amount.current;
			fast += current > 0;
			set(i + 0.5, 10 * i);
			is(i + 0.5, 10 * i);
			for (unsigned late = 1; late < AMOUNT_PAIRS; late++)
				if (late != current)
					atomic_store(&amount.pairs[late].moved, 99);
			is(i + 0.5, 10 * i);
		}
		assert_true(fast >= AMOUNT_PAIRS - 2 && fast < AMOUNT_PAIRS);
	}
}

static void
once_totals_stay_setting_needs_no_lock_again(void **state)
{
	(void)state;
	for (int i = 1; i < 1000; i++)
		set(i, i);
	assert_int_equal(amount.current, 0);
	now += AMOUNT_REST;
	set(5, 999);
	assert_int_not_equal(amount.current, 0);
	assert_true(amount_set(&amount, 6, 999));
	is(6, 999);
}

enum { THREADS = 4, TURNS = 300000, TOTALS = 10 };

/* As if threads were never interrupted for long: the clock stands still, and so
 * pairs rest.  moved is total + 1 .. total + 9, so each is its total's and no other's. */
static void *
set_often(void *arg)
{
	for (unsigned i = (unsigned)(uintptr_t)arg; i < TURNS; i++) {
		double total = 10 * (1 + i / 100 % TOTALS);

		set(total + 1 + i % 9, total);
	}
	return NULL;
}

static void
moved_and_total_of_several_threads_belong_together(void **state)
{
	pthread_t threads[THREADS];
	unsigned mixed = 0;

	(void)state;
	set(11, 10);
	for (uintptr_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, set_often, (void *)i), 0);
	for (int i = 0; i < 100000; i++) {
		double m, t;

		pthread_mutex_lock(&lock);
		mixed += !amount_read(&amount, &m, &t) || !(m > t && m < t + 10);
		pthread_mutex_unlock(&lock);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(mixed, 0);
}

static void *
add_often(void *arg)
{
	(void)arg;
	for (int i = 0; i < TURNS; i++)
		amount_add(&amount, 1, 2);
	return NULL;
}

static void
nothing_that_several_threads_add_is_lost(void **state)
{
	pthread_t threads[THREADS];
	unsigned early = 0;

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_often, NULL), 0);
	for (int i = 0; i < 10000; i++) {
		double m = 0, t = 0;

		amount_read(&amount, &m, &t);
		early += m > t;
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	is(THREADS * TURNS, 2.0 * THREADS * TURNS);
	assert_int_equal(early, 0); /* the work is never seen before that it was to be done */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_known_until_something_is_said, fresh),
		cmocka_unit_test_setup(the_newest_pair_is_read, fresh),
		cmocka_unit_test_setup(what_is_added_stays_beside_what_is_set, fresh),
		cmocka_unit_test_setup(what_is_no_number_of_the_protocol_is_cut, fresh),
		cmocka_unit_test_setup(late_stores_do_no_harm_however_fast_totals_change, fresh),
		cmocka_unit_test_setup(once_totals_stay_setting_needs_no_lock_again, fresh),
		cmocka_unit_test_setup(moved_and_total_of_several_threads_belong_together, fresh),
		cmocka_unit_test_setup(nothing_that_several_threads_add_is_lost, fresh),
	};

	return cmocka_run_group_tests_name("amount", tests, NULL, NULL);
}
