/* test_streams.c -- when heartbeats are due and streams are over: streams.c,
 * with streams that only note what they are told, and a clock turned by hand. */
#include "unit.h"

#include <event2/event.h>

#include "responder/streams.h"

#define MANY 2000

static struct event_base *base;
static struct streams *all;
static struct stream stream[MANY];
static unsigned beats[MANY], ended_at[MANY], now;

void stream_synced(struct stream *s) { (void)s; }
void stream_down(struct stream *s) { (void)s; }

void
stream_heartbeat(struct stream *s)
{
	beats[s - stream]++;
}

/* As the real one, it is told again until it is gone; this one is gone at once. */
void
stream_expire(struct stream *s)
{
	assert_int_equal(ended_at[s - stream], 0);
	ended_at[s - stream] = now;
	streams_remove(all, s);
}

static void
nobody_left(void *arg)
{
	(void)arg;
}

static void
begin(unsigned heartbeat, unsigned limit)
{
	base = event_base_new();
	all = streams_new(base, NULL, heartbeat, limit);
	all->emptied = all->quiet = nobody_left;
	for (unsigned i = 0; i < MANY; i++)
		stream[i] = (struct stream){ .all = all };
	memset(beats, 0, sizeof beats);
	memset(ended_at, 0, sizeof ended_at);
	now = 0;
}

static void
finish(void)
{
	streams_free(all);
	event_base_free(base);
}

static void
turn(unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		now++;
		event_active(all->tick, EV_TIMEOUT, 0);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
}

static void
open_many(void)
{
	for (unsigned i = 0; i < MANY; i++)
		streams_add(all, &stream[i]);
}

static void
close_all(void)
{
	for (unsigned i = 0; i < MANY; i++)
		streams_remove(all, &stream[i]);
}

static void
a_heartbeat_comes_once_in_each_turn_of_the_wheel(void **state)
{
	(void)state;
	begin(7, 0);
	turn(3);
	open_many();
	turn(6);
	assert_int_equal(beats[0], 0);
	turn(1);
	assert_int_equal(beats[0], 1);
	turn(14);
	assert_int_equal(beats[0], 3);
	close_all();
	finish();
}

static void
without_a_limit_no_stream_is_ended(void **state)
{
	(void)state;
	begin(30, 0);
	open_many();
	turn(1000);
	assert_int_equal(all->count, MANY);
	close_all();
	finish();
}

static void
streams_that_open_at_once_end_in_the_last_tenth_of_their_time_and_not_at_once(void **state)
{
	unsigned per_second[101] = { 0 }, most = 0;

	(void)state;
	begin(15, 100);
	open_many();
	turn(89);
	assert_int_equal(all->count, MANY);
	turn(11);
	assert_int_equal(all->count, 0);
	for (unsigned i = 0; i < MANY; i++) {
		assert_in_range(ended_at[i], 90, 100);
		if (++per_second[ended_at[i]] > most)
			most = per_second[ended_at[i]];
	}
	assert_in_range(most, MANY / 11, MANY / 4);
	finish();
}

static void
a_limit_too_short_for_a_tenth_is_kept_to_the_second(void **state)
{
	(void)state;
	begin(15, 1);
	open_many();
	turn(1);
	assert_int_equal(all->count, 0);
	finish();
	begin(15, 9);
	open_many();
	turn(8);
	assert_int_equal(all->count, MANY);
	turn(1);
	assert_int_equal(all->count, 0);
	finish();
}

static void
each_stream_counts_from_its_own_beginning(void **state)
{
	(void)state;
	begin(15, 9);
	streams_add(all, &stream[0]);
	turn(5);
	streams_add(all, &stream[1]);
	turn(9);
	assert_int_equal(ended_at[0], 9);
	assert_int_equal(ended_at[1], 14);
	finish();
}

static void
the_count_of_seconds_may_wrap(void **state)
{
	(void)state;
	begin(15, 9);
	all->seconds = UINT32_MAX - 3;
	open_many();
	turn(8);
	assert_int_equal(all->count, MANY);
	turn(1);
	assert_int_equal(all->count, 0);
	finish();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_heartbeat_comes_once_in_each_turn_of_the_wheel),
		cmocka_unit_test(without_a_limit_no_stream_is_ended),
		cmocka_unit_test(streams_that_open_at_once_end_in_the_last_tenth_of_their_time_and_not_at_once),
		cmocka_unit_test(a_limit_too_short_for_a_tenth_is_kept_to_the_second),
		cmocka_unit_test(each_stream_counts_from_its_own_beginning),
		cmocka_unit_test(the_count_of_seconds_may_wrap),
	};

	return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
