/* test_pace.c -- at most one round in each period, the first at once: pace.c
 * on a real event loop.  Rounds are counted, not timed: a slow machine has
 * fewer of them, never more. */
#include "unit.h"

#include <event2/event.h>

#include "base/clock.h"
#include "base/pace.h"

#define PERIOD 20000    /* microseconds */
#define NEVER 600000000 /* ten minutes: no test waits for that */

static struct event_base *base;
static struct pace *pace;
static unsigned rounds;
static bool again; /* the round itself brings about a change */

static void
on_round(void *arg)
{
	assert_ptr_equal(arg, &rounds);
	rounds++;
	if (again)
		pace_touch(pace);
}

static void
start(uint64_t period)
{
	base = event_base_new();
	assert_non_null(base);
	rounds = 0;
	again = false;
	pace = pace_new(base, period, on_round, &rounds);
}

static void
stop(void)
{
	pace_free(pace);
	event_base_free(base);
}

static void
run_for(uint64_t us)
{
	struct timeval tv = { (time_t)(us / 1000000), (suseconds_t)(us % 1000000) };

	event_base_loopexit(base, &tv);
	event_base_dispatch(base);
}

static void
the_first_change_starts_a_round_before_touch_returns(void **state)
{
	(void)state;
	start(NEVER);
	assert_int_equal(rounds, 0);
	pace_touch(pace);
	assert_int_equal(rounds, 1);
	stop();
}

static void
changes_within_a_period_share_the_next_round(void **state)
{
	(void)state;
	start(PERIOD);
	pace_touch(pace);
	for (int i = 0; i < 1000; i++)
		pace_touch(pace);
	assert_true(rounds <= 2); /* 2: the machine stood still for a period */
	run_for(3 * PERIOD);
	assert_true(rounds >= 2 && rounds <= 3);
	stop();
}

static void
without_a_change_there_is_no_round(void **state)
{
	unsigned before;

	(void)state;
	start(PERIOD);
	run_for(2 * PERIOD);
	assert_int_equal(rounds, 0);
	pace_touch(pace);
	run_for(4 * PERIOD);
	before = rounds;
	run_for(4 * PERIOD);
	assert_int_equal(rounds, before);
	assert_int_equal(rounds, 1);
	stop();
}

static void
after_a_pause_the_next_change_starts_at_once_again(void **state)
{
	(void)state;
	start(PERIOD);
	for (unsigned i = 1; i <= 3; i++) {
		pace_touch(pace);
		assert_int_equal(rounds, i);
		run_for(2 * PERIOD);
		assert_int_equal(rounds, i);
	}
	stop();
}

static void
an_owed_round_comes_though_nobody_touches_again(void **state)
{
	(void)state;
	start(NEVER);
	pace_touch(pace);
	pace_touch(pace);
	pace_touch(pace);
	assert_int_equal(rounds, 1);
	assert_int_equal(event_base_get_num_events(base, EVENT_BASE_COUNT_ADDED), 1);
	stop();
}

static void
touch_as_often_as_you_like(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	for (int i = 0; i < 10; i++)
		pace_touch(pace);
}

static void
under_constant_change_there_is_one_round_a_period(void **state)
{
	struct timeval often = { 0, 1000 };
	struct event *ticker;
	uint64_t began;

	(void)state;
	start(PERIOD);
	ticker = event_new(base, -1, EV_PERSIST, touch_as_often_as_you_like, NULL);
	event_add(ticker, &often);
	began = clock_mono();
	run_for(20 * PERIOD);
	assert_true(rounds >= 3);
	/* libevent reckons from when its loop woke up, so a round may be a little
	 * early; a pace that does not hold back would make hundreds */
	assert_true(rounds <= (clock_mono() - began) / (PERIOD / 2) + 2);
	event_free(ticker);
	stop();
}

static void
a_round_that_changes_something_begets_the_next(void **state)
{
	(void)state;
	start(PERIOD);
	again = true;
	pace_touch(pace);
	assert_int_equal(rounds, 1); /* not at once, or it would never end */
	run_for(5 * PERIOD);
	assert_true(rounds >= 2 && rounds <= 7);
	stop();
}

static void
freeing_nothing_is_fine(void **state)
{
	(void)state;
	pace_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_change_starts_a_round_before_touch_returns),
		cmocka_unit_test(changes_within_a_period_share_the_next_round),
		cmocka_unit_test(without_a_change_there_is_no_round),
		cmocka_unit_test(after_a_pause_the_next_change_starts_at_once_again),
		cmocka_unit_test(an_owed_round_comes_though_nobody_touches_again),
		cmocka_unit_test(under_constant_change_there_is_one_round_a_period),
		cmocka_unit_test(a_round_that_changes_something_begets_the_next),
		cmocka_unit_test(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
