/* test_estimate.c -- rate and remaining time: estimate.c, on made-up courses of
 * which the truth is known, on random numbers, and on recorded series. */
#include "unit.h"

#include <math.h>

#include "../bench/series.h"
#include "task/number.h"

#define SECOND 1000000u
#define HOUR (3600u * SECOND)

static struct estimate e;
static uint64_t now;

static int
setup(void **state)
{
	(void)state;
	estimate_begin(&e);
	now = 77 * HOUR; /* since boot, say */
	return 0;
}

static void
say(double moved, double total)
{
	estimate_update(&e, now, true, moved, true, total);
}

/* `steps` updates, `every` microseconds apart, each with `step` more. */
static double
go(double moved, double total, unsigned steps, uint64_t every, double step)
{
	for (unsigned i = 0; i < steps; i++) {
		now += every;
		say(moved += step, total);
	}
	return moved;
}

static double
rate(void)
{
	double r = -1;

	assert_true(estimate_rate(&e, &r));
	return r;
}

static double
eta(void)
{
	double s = -1;

	assert_true(estimate_eta(&e, &s));
	return s;
}

static bool
has_eta(void)
{
	double s;

	return estimate_eta(&e, &s);
}

static bool
has_rate(void)
{
	double r;

	return estimate_rate(&e, &r);
}

#define assert_near(value, wanted, part) \
	do { \
		double v_ = (value), w_ = (wanted); \
		if (!(fabs(v_ - w_) <= (part) * w_)) \
			fail_msg("%s: %.9g, not %.9g", #value, v_, w_); \
	} while (0)

static void
steady_work_is_foretold_however_often_it_is_told(void **state)
{
	static const struct {
		uint64_t every;
		unsigned steps;
	} paces[] = { { 10, 1000000 }, { 1000, 10000 }, { 333333, 30 }, { SECOND, 30 }, { HOUR, 30 }, { 1000 * HOUR, 5 } };

	for (size_t i = 0; i < COUNT(paces); i++) {
		double per_second = 1e6 / (double)paces[i].every;

		setup(state);
		say(0, 4.0 * paces[i].steps);
		go(0, 4.0 * paces[i].steps, paces[i].steps, paces[i].every, 1);
		assert_near(rate(), per_second, 1e-6);
		assert_near(eta(), 3.0 * paces[i].steps / per_second, 1e-6);
	}
}

/* Square root of time: each step looks at all steps before it. */
static void
slow_down(uint64_t every, uint64_t until)
{
	uint64_t begun = now;

	say(0, 1000);
	while ((now += every) <= begun + until)
		say(100 * sqrt((double)(now - begun) / SECOND), 1000);
	now -= every;
}

static void
slowing_work_is_seen_to_slow_down(void **state)
{
	slow_down(SECOND / 10, 49 * SECOND); /* of 100 */
	assert_near(eta(), 51, 0.05);
	setup(state);
	slow_down(SECOND / 10, 81 * SECOND);
	assert_near(eta(), 19, 0.05);
	setup(state);
	slow_down(SECOND * 3600, 81 * 3600ull * SECOND); /* the same in hours, total 600 times as much */
	assert_true(!has_eta());
	setup(state);
	slow_down(1000, 81 * SECOND);
	assert_near(eta(), 19, 0.05);
}

static void
a_slow_stretch_never_puts_the_end_off_threefold(void **state)
{
	double moved;

	(void)state;
	say(0, 1000);
	moved = go(0, 1000, 100, SECOND / 10, 4);    /* 400 in 10 s */
	go(moved, 1000, 100, SECOND / 10, 0.1);      /* 10 in 10 s */
	assert_true(eta() > 590 / (410 / 20.0));     /* the mean's */
	assert_true(eta() < 3 * 590 / (410 / 20.0));
}

static void
work_that_got_faster_is_not_taken_to_go_on_getting_faster(void **state)
{
	double moved;

	(void)state;
	say(0, 1000);
	moved = go(0, 1000, 100, SECOND / 10, 1);
	go(moved, 1000, 100, SECOND / 10, 4);
	assert_near(eta(), 500 / 32.5, 1e-3); /* 1/4 of the weights at 10, 3/4 at 40 a second */
	assert_true(rate() > 20);
}

static void
there_is_no_answer_before_it_means_something(void **state)
{
	(void)state;
	assert_false(has_rate() || has_eta());
	say(0, 100);
	assert_false(has_rate() || has_eta());
	go(0, 100, 2, SECOND, 1);
	assert_false(has_rate() || has_eta()); /* two steps say little */
	go(2, 100, 1, SECOND, 1);
	assert_true(has_rate() && has_eta());

	setup(state);
	say(0, 100);
	go(0, 100, 19, SECOND / 10, 1);
	assert_false(has_rate() || has_eta()); /* neither do two seconds */
	go(19, 100, 1, SECOND / 10, 1);
	assert_true(has_rate() && has_eta());

	setup(state);
	say(0, 1e6);
	go(0, 1e6, 10, SECOND, 1);
	assert_true(has_rate());
	assert_false(has_eta()); /* 11 days, from what 10 seconds say */
}

static void
work_told_in_two_updates_of_one_microsecond_is_not_lost(void **state)
{
	(void)state;
	say(0, 1000);
	for (int i = 0; i < 100; i++) {
		now += SECOND;
		say(6 * i + 1, 1000);
		say(6 * i + 6, 1000);
	}
	assert_near(rate(), 6, 0.01); /* five units go with the second after */
	assert_near(eta(), 400 / 6.0, 0.03);
}

static void
all_in_one_microsecond_has_no_rate(void **state)
{
	(void)state;
	say(0, 1000);
	go(0, 1000, 999, 0, 1);
	assert_false(has_rate() || has_eta());
}

static void
what_was_done_before_the_run_is_no_work(void **state)
{
	(void)state;
	say(600, 1000); /* resumed */
	go(600, 1000, 100, SECOND, 1);
	assert_near(rate(), 1, 1e-6);
	assert_near(eta(), 300, 1e-6);
}

static void
the_rate_of_a_stall_sinks_to_0_and_its_eta_goes(void **state)
{
	double moved;

	(void)state;
	say(0, 10000);
	moved = go(0, 10000, 6000, SECOND / 10, 1); /* ten minutes */
	assert_near(rate(), 10, 1e-6);
	now += 10 * SECOND;
	say(moved, 10000);
	assert_near(rate(), 10 / M_E, 0.01);
	assert_true(has_eta());
	now += 25 * SECOND;
	say(moved, 10000);
	assert_true(rate() < 0.5);
	assert_false(has_eta());
	now += 100 * SECOND;
	say(moved, 10000);
	assert_true(rate() == 0);
	moved = go(moved, 10000, 100, SECOND / 10, 1);
	assert_true(rate() > 5);
	assert_true(has_eta());
}

static void
a_pause_and_its_burst_are_averaged(void **state)
{
	(void)state;
	say(0, 1000);
	go(0, 1000, 100, SECOND, 1);
	now += 100 * SECOND; /* nobody said anything */
	say(200, 1000);
	assert_near(rate(), 1, 1e-6);
	assert_near(eta(), 800, 1e-6);
}

static void
a_rate_of_few_steps_is_not_forgotten_between_them(void **state)
{
	(void)state;
	say(0, 10);
	go(0, 10, 4, HOUR, 1);
	now += HOUR / 2;
	say(4, 10); /* a message, half way */
	assert_near(rate(), 1 / 3600.0, 0.2);
	assert_true(has_eta());
}

static void
a_value_that_falls_was_counted_too_high(void **state)
{
	(void)state;
	say(0, 100);
	go(0, 100, 50, SECOND, 1);
	say(25, 100);
	now += 1;
	say(25, 100);
	assert_near(rate(), 0.5, 1e-3);
	assert_near(eta(), 150, 1e-3);
	go(25, 100, 10, SECOND, 0.5);
	assert_near(rate(), 0.5, 1e-3);
	assert_near(eta(), 140, 1e-3);
}

static void
a_value_that_falls_to_its_beginning_begins_again(void **state)
{
	(void)state;
	say(10, 100);
	go(10, 100, 50, SECOND, 1);
	now += SECOND;
	say(5, 100);
	assert_false(has_rate() || has_eta());
	go(5, 100, 10, SECOND, 2);
	assert_near(rate(), 2, 1e-6);
	assert_near(eta(), 75 / 2.0, 1e-6);
}

static void
a_lap_knows_nothing_of_the_one_before(void **state)
{
	(void)state;
	say(0, 100);
	go(0, 100, 100, SECOND, 1);
	estimate_begin(&e);
	assert_false(has_rate() || has_eta());
	say(0, 100);
	go(0, 100, 10, SECOND, 5);
	assert_near(rate(), 5, 1e-6);
	assert_near(eta(), 10, 1e-6);
}

static void
without_moved_nothing_is_known(void **state)
{
	(void)state;
	say(0, 100);
	go(0, 100, 10, SECOND, 1);
	now += SECOND;
	estimate_update(&e, now, false, 0, true, 100);
	assert_false(has_rate() || has_eta());
	go(11, 100, 4, SECOND, 2);
	assert_near(rate(), 2, 1e-6); /* the first of these is where it begins */
}

static void
a_total_may_come_late(void **state)
{
	(void)state;
	for (int i = 0; i <= 40; i++) {
		estimate_update(&e, now, true, i, i >= 20, 100);
		if (i == 19)
			assert_true(has_rate() && !has_eta());
		if (i == 20)
			assert_near(eta(), 80, 1e-6);
		now += SECOND;
	}
	assert_near(eta(), 60, 1e-6);
}

static void
without_anything_left_to_move_there_is_no_eta(void **state)
{
	(void)state;
	say(0, 100);
	go(0, 100, 99, SECOND, 1);
	assert_near(eta(), 1, 1e-6);
	say(100, 100);
	assert_false(has_eta());
	say(120, 100);
	assert_false(has_eta());
	now += SECOND;
	say(120, 0);
	assert_false(has_eta());
	assert_true(has_rate());
}

static void
a_total_that_grows_puts_the_end_off(void **state)
{
	double moved = 0, total = 1000;

	(void)state;
	say(0, 1000);
	for (int i = 0; i < 100; i++) {
		now += SECOND;
		say(moved += 10, total += 2);
	}
	assert_near(eta(), (total - moved) / (10 - 2), 1e-3);
}

static void
a_total_that_grows_as_fast_as_work_has_no_eta_until_it_stops(void **state)
{
	double moved = 0, total = 100;

	(void)state;
	say(0, 100);
	for (int i = 0; i < 100; i++) {
		now += SECOND;
		say(moved += 10, total += 9);
		assert_false(has_eta());
	}
	assert_near(rate(), 10, 1e-6);
	total = 3000;
	now += SECOND;
	say(moved, total);
	assert_false(has_eta());
	go(moved, total, 190, SECOND, 10);
	assert_near(eta(), (total - moved - 1900) / 10, 0.15);
}

static void
a_total_that_shrinks_counts_at_once(void **state)
{
	(void)state;
	say(0, 1000);
	go(0, 1000, 100, SECOND, 1);
	say(100, 200);
	assert_near(eta(), 100, 1e-6);
	go(100, 200, 10, SECOND, 1);
	assert_near(eta(), 90, 1e-6);
}

static void
the_mean_is_over_all_of_the_lap(void **state)
{
	double mean;

	(void)state;
	assert_false(estimate_mean(&e, &mean));
	say(50, 100);
	assert_false(estimate_mean(&e, &mean));
	go(50, 100, 1, SECOND / 2, 10);
	assert_true(estimate_mean(&e, &mean));
	assert_near(mean, 20, 1e-9);
	now += SECOND / 2;
	say(60, 100);
	assert_true(estimate_mean(&e, &mean));
	assert_near(mean, 10, 1e-9);
}

static double
random_number(uint64_t *seed, double near)
{
	static const double special[] = { 0, 5e-324, 1e-300, 0.1, 1, 100, NUMBER_MAX - 1, NUMBER_MAX };
	unsigned kind = below(seed, 8);

	if (kind == 0)
		return special[below(seed, COUNT(special))];
	if (kind == 1)
		return near * below(seed, 100) / 100;
	near += below(seed, 1000) * (kind == 2 ? 1e-9 : 1);
	return fmin(near, NUMBER_MAX);
}

static void
whatever_comes_no_answer_is_nonsense(void **state)
{
	static const uint64_t gaps[] = { 0, 0, 1, 10, 1000, SECOND, HOUR, 100000ull * HOUR };
	uint64_t seed = seed_of("whatever_comes_no_answer_is_nonsense", 5);
	unsigned rates = 0, etas = 0;

	for (int run = 0; run < 20000; run++) {
		double moved = 0, total = 0, n;

		setup(state);
		for (int i = 0; i < 50; i++) {
			now += gaps[below(&seed, COUNT(gaps))];
			moved = random_number(&seed, moved);
			total = random_number(&seed, total);
			estimate_update(&e, now, below(&seed, 50) > 0, moved, below(&seed, 20) > 0, total);
			if (estimate_rate(&e, &n)) {
				assert_true(isfinite(n) && n >= 0);
				rates++;
			}
			if (estimate_mean(&e, &n))
				assert_true(isfinite(n) && n > 0);
			if (estimate_eta(&e, &n)) {
				assert_true(isfinite(n) && n > 0);
				etas++;
			}
			assert_true(isfinite(e.moved.recent) && e.moved.recent >= 0);
			assert_true(isfinite(e.total.recent) && e.total.recent >= 0);
			assert_true(isfinite(e.work) && e.work >= 0 && isfinite(e.time) && e.time >= 0);
		}
	}
	assert_true(rates > 10000 && etas > 1000); /* or else nothing was tried */
}

static void
it_is_small(void **state)
{
	(void)state;
	assert_true(sizeof e <= 160); /* there may be 20,000 runs and as many that ended */
}

static void
tqdms_formula_is_right_where_it_must_be(void **state)
{
	struct tqdm t = { .begun = false };
	struct point p;
	double s;

	(void)state;
	for (int i = 0; i <= 100; i++) {
		p = (struct point){ i * 0.25, i, 400 };
		tqdm_update(&t, &p);
	}
	assert_true(tqdm_eta(&t, &p, &s));
	assert_near(s, 75, 1e-9);
}

/* Read and judged one by one; true if both have an answer. */
static size_t
judge(const char *path, double *ours, double *theirs)
{
	static const double shares[] = { 0.25, 0.5, 0.75 };
	static struct series s;
	size_t n = 0;

	if (!series_read(&s, path))
		fail_msg("%s: no series", path);
	for (size_t i = 0; i < COUNT(shares); i++) {
		struct verdict v = series_verdict(&s, shares[i]);

		if (v.error[TELLER_HEADWAY] < 0 || v.error[TELLER_TQDM] < 0)
			continue;
		ours[n] = v.error[TELLER_HEADWAY];
		theirs[n++] = v.error[TELLER_TQDM];
	}
	return n;
}

static void
recorded_series_are_foretold_no_worse_than_by_tqdm(void **state)
{
	static double ours[3 * SERIES_MAX], theirs[3 * SERIES_MAX];
	const char *src = getenv("SRC_DIR");
	char pattern[4096];
	glob_t found;
	size_t n = 0;

	(void)state;
	snprintf(pattern, sizeof pattern, "%s/tests/bench/series/*.txt", src != NULL ? src : ".");
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 12 && found.gl_pathc <= SERIES_MAX);
	for (size_t i = 0; i < found.gl_pathc; i++)
		n += judge(found.gl_pathv[i], ours + n, theirs + n);
	globfree(&found);
	assert_true(n >= found.gl_pathc); /* silence is no way to be right */
	print_message("# median error %.3f, tqdm's %.3f, at %zu points\n", quantile(ours, n, 0.5),
	    quantile(theirs, n, 0.5), n);
	assert_true(quantile(ours, n, 0.5) <= quantile(theirs, n, 0.5));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(steady_work_is_foretold_however_often_it_is_told, setup),
		cmocka_unit_test_setup(slowing_work_is_seen_to_slow_down, setup),
		cmocka_unit_test_setup(a_slow_stretch_never_puts_the_end_off_threefold, setup),
		cmocka_unit_test_setup(work_that_got_faster_is_not_taken_to_go_on_getting_faster, setup),
		cmocka_unit_test_setup(there_is_no_answer_before_it_means_something, setup),
		cmocka_unit_test_setup(work_told_in_two_updates_of_one_microsecond_is_not_lost, setup),
		cmocka_unit_test_setup(all_in_one_microsecond_has_no_rate, setup),
		cmocka_unit_test_setup(what_was_done_before_the_run_is_no_work, setup),
		cmocka_unit_test_setup(the_rate_of_a_stall_sinks_to_0_and_its_eta_goes, setup),
		cmocka_unit_test_setup(a_pause_and_its_burst_are_averaged, setup),
		cmocka_unit_test_setup(a_rate_of_few_steps_is_not_forgotten_between_them, setup),
		cmocka_unit_test_setup(a_value_that_falls_was_counted_too_high, setup),
		cmocka_unit_test_setup(a_value_that_falls_to_its_beginning_begins_again, setup),
		cmocka_unit_test_setup(a_lap_knows_nothing_of_the_one_before, setup),
		cmocka_unit_test_setup(without_moved_nothing_is_known, setup),
		cmocka_unit_test_setup(a_total_may_come_late, setup),
		cmocka_unit_test_setup(without_anything_left_to_move_there_is_no_eta, setup),
		cmocka_unit_test_setup(a_total_that_grows_puts_the_end_off, setup),
		cmocka_unit_test_setup(a_total_that_grows_as_fast_as_work_has_no_eta_until_it_stops, setup),
		cmocka_unit_test_setup(a_total_that_shrinks_counts_at_once, setup),
		cmocka_unit_test_setup(the_mean_is_over_all_of_the_lap, setup),
		cmocka_unit_test_setup(whatever_comes_no_answer_is_nonsense, setup),
		cmocka_unit_test_setup(it_is_small, setup),
		cmocka_unit_test_setup(tqdms_formula_is_right_where_it_must_be, setup),
		cmocka_unit_test_setup(recorded_series_are_foretold_no_worse_than_by_tqdm, setup),
	};

	return cmocka_run_group_tests_name("estimate", tests, NULL, NULL);
}
