/* test_figures.c -- figures for people, and exit statuses: figures.c, status.c. */
#include "unit.h"

#include <signal.h>

#include "client/figures.h"
#include "client/status.h"

static struct view v;

/* A view of the record; the one before is freed. */
static const struct view *
of(const char *json)
{
	view_free(&v);
	if (!view_read(&v, json, strlen(json)))
		fail_msg("%s is no record", json);
	return &v;
}

static int
teardown(void **state)
{
	(void)state;
	view_free(&v);
	return 0;
}

static void
assert_figure(void (*figure)(char *, const struct view *), const char *json, const char *wanted)
{
	char text[FIGURE_MAX];

	figure(text, of(json));
	if (strcmp(text, wanted) != 0)
		fail_msg("%s: \"%s\", and not \"%s\"", json, text, wanted);
}

static void
a_percent_is_cut_off_and_never_rounded_up(void **state)
{
	(void)state;
	assert_figure(figure_percent, "{\"percent\":\"0.00\"}", "0%");
	assert_figure(figure_percent, "{\"percent\":\"45.99\"}", "45%");
	assert_figure(figure_percent, "{\"percent\":\"99.99\"}", "99%");
	assert_figure(figure_percent, "{\"percent\":\"100.00\"}", "100%");
	assert_figure(figure_percent, "{\"moved\":3}", "");
}

static void
an_amount_is_in_its_unit_and_bytes_in_powers_of_1024(void **state)
{
	(void)state;
	assert_figure(figure_amount, "{\"moved\":45,\"total\":100}", "45/100");
	assert_figure(figure_amount, "{\"moved\":812,\"unit\":\"files\"}", "812 files");
	assert_figure(figure_amount, "{\"moved\":0.125,\"total\":1}", "0.13/1");
	assert_figure(figure_amount, "{\"moved\":1000,\"total\":1023,\"unit\":\"B\"}", "1000/1023 B");
	assert_figure(figure_amount, "{\"moved\":0,\"total\":1024,\"unit\":\"B\"}", "0.00/1.00 KiB");
	assert_figure(figure_amount, "{\"moved\":1288490188,\"total\":3650722201,\"unit\":\"B\"}", "1.20/3.40 GiB");
	assert_figure(figure_amount, "{\"moved\":9007199254740992,\"unit\":\"B\"}", "8.00 PiB");
	assert_figure(figure_amount, "{\"moved\":9007199254740992,\"total\":9007199254740992}", "9007199254740992/9007199254740992");
	assert_figure(figure_amount, "{\"moved\":200,\"total\":100}", "200/100");
	assert_figure(figure_amount, "{\"moved\":5,\"total\":0}", "5");
	assert_figure(figure_amount, "{\"total\":100}", "");
	assert_figure(figure_amount, "{}", "");
}

static void
done_is_not_told_as_a_part(void **state)
{
	(void)state;
	assert_figure(figure_amount, "{\"moved\":3,\"total\":12,\"state\":\"done\"}", "");
	assert_figure(figure_amount, "{\"moved\":12,\"total\":12,\"state\":\"done\"}", "12/12");
	assert_figure(figure_amount, "{\"moved\":3,\"total\":12,\"state\":\"failed\"}", "3/12");
}

static void
a_rate_is_in_units_a_second(void **state)
{
	(void)state;
	assert_figure(figure_rate, "{\"rate\":3}", "3.0/s");
	assert_figure(figure_rate, "{\"rate\":3.02,\"unit\":\"rows\"}", "3.0 rows/s");
	assert_figure(figure_rate, "{\"rate\":13107200.5,\"unit\":\"B\"}", "12.5 MiB/s");
	assert_figure(figure_rate, "{}", "");
}

static void
a_clock_runs_and_a_duration_is_read(void **state)
{
	static const struct {
		double seconds;
		const char *clock, *duration;
	} times[] = { { -1, "", "" }, { 0, "0:00", "0.0 s" }, { 0.49, "0:00", "0.4 s" }, { 9.99, "0:09", "9.9 s" },
		{ 45.9, "0:45", "45 s" }, { 60, "1:00", "1 min" }, { 131, "2:11", "2 min 11 s" }, { 3599, "59:59", "59 min 59 s" },
		{ 3600, "1:00:00", "1 h" }, { 3723, "1:02:03", "1 h 2 min" }, { 86400, "24:00:00", "1 d" },
		{ 273600, "76:00:00", "3 d 4 h" }, { 360000, "4d 04h", "4 d 4 h" }, { 1e300, "9999d 00h", "9999 d" } };
	char text[FIGURE_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		figure_clock(text, times[i].seconds);
		assert_string_equal(text, times[i].clock);
		figure_duration(text, times[i].seconds);
		assert_string_equal(text, times[i].duration);
	}
}

static void
a_state_says_how_it_ended_or_is_being_ended(void **state)
{
	(void)state;
	assert_figure(figure_state, "{}", "running");
	assert_figure(figure_state, "{\"cancel\":\"allowed\"}", "running");
	assert_figure(figure_state, "{\"cancel\":\"asked\"}", "asked to stop");
	assert_figure(figure_state, "{\"cancel\":\"stopping\"}", "stopping");
	assert_figure(figure_state, "{\"state\":\"done\",\"exit\":0,\"cancel\":\"asked\"}", "done");
	assert_figure(figure_state, "{\"state\":\"failed\",\"exit\":3}", "failed, exit 3");
	assert_figure(figure_state, "{\"state\":\"cancelled\",\"signal\":\"TERM\",\"exit\":143}", "cancelled, signal TERM");
	assert_figure(figure_state, "{\"state\":\"lost\"}", "lost");
	assert_figure(figure_state, "{\"state\":\"paused\"}", "");
	assert_figure(figure_ending, "{\"state\":\"failed\",\"exit\":3,\"started\":1000,\"ended\":1131.5}", "failed, exit 3, after 2 min 11 s");
	assert_figure(figure_ending, "{\"state\":\"done\"}", "done");
}

static void
what_is_left_is_less_the_later_it_is(void **state)
{
	char text[FIGURE_MAX];

	(void)state;
	figure_left(text, of("{\"eta\":182.2,\"updated\":1000}"), 1000);
	assert_string_equal(text, "3:03 left");
	figure_left(text, &v, 1100);
	assert_string_equal(text, "1:23 left");
	figure_left(text, &v, 5000);
	assert_string_equal(text, "0:00 left");
	figure_left(text, &v, 900); /* a clock that was set back */
	assert_string_equal(text, "3:03 left");
	figure_left(text, of("{\"eta\":182,\"state\":\"lost\"}"), 1000);
	assert_string_equal(text, "");
	figure_left(text, of("{}"), 1000);
	assert_string_equal(text, "");
	assert_true(figure_elapsed(of("{\"started\":1000}"), 1010) == 10);
	assert_true(figure_elapsed(of("{\"started\":1000}"), 990) == 0);
	assert_true(figure_elapsed(of("{\"started\":1000,\"ended\":1003}"), 1010) == 3);
	assert_true(figure_elapsed(of("{}"), 1010) < 0);
}

static void
no_figure_overflows(void **state)
{
	static void (*const figures[])(char *, const struct view *) = { figure_percent, figure_amount, figure_rate,
		figure_state, figure_ending };
	char json[512], unit[33] = "", text[FIGURE_MAX + 1];

	(void)state;
	memset(unit, 'u', 32);
	snprintf(json, sizeof json, "{\"moved\":9007199254740991.5,\"total\":9007199254740992,\"rate\":9007199254740992,\"unit\":\"%s\","
	    "\"state\":\"cancelled\",\"signal\":\"%s\",\"started\":0,\"ended\":9007199254740992,\"eta\":9007199254740992}", unit, unit);
	for (size_t i = 0; i < COUNT(figures); i++) {
		text[FIGURE_MAX] = 'x';
		figures[i](text, of(json));
		assert_true(text[FIGURE_MAX] == 'x' && strlen(text) < FIGURE_MAX - 1);
	}
}

static void
an_exit_status_is_the_jobs_own_and_0_only_if_done(void **state)
{
	static const struct {
		const char *json;
		int status;
	} ends[] = {
		{ "{\"state\":\"done\"}", 0 }, { "{\"state\":\"done\",\"exit\":0}", 0 }, { "{\"state\":\"done\",\"exit\":3}", 3 },
		{ "{\"state\":\"failed\",\"exit\":3}", 3 }, { "{\"state\":\"failed\",\"exit\":255}", 255 },
		{ "{\"state\":\"failed\",\"signal\":\"KILL\"}", 128 + 9 }, { "{\"state\":\"failed\",\"signal\":\"SEGV\"}", 128 + 11 },
		{ "{\"state\":\"failed\",\"exit\":7,\"signal\":\"KILL\"}", 7 },
		{ "{\"state\":\"failed\"}", 1 }, { "{\"state\":\"failed\",\"exit\":0}", 1 }, { "{\"state\":\"failed\",\"signal\":\"EMT\"}", 1 },
		{ "{\"state\":\"failed\",\"signal\":\"\"}", 1 }, { "{\"state\":\"failed\",\"signal\":\"RTMIN+99\"}", 1 },
		{ "{\"state\":\"cancelled\"}", 122 }, { "{\"state\":\"cancelled\",\"exit\":0}", 122 },
		{ "{\"state\":\"cancelled\",\"signal\":\"TERM\"}", 128 + 15 }, { "{\"state\":\"cancelled\",\"exit\":5}", 5 },
		{ "{\"state\":\"lost\"}", 121 }, { "{\"state\":\"lost\",\"exit\":0}", 121 }, { "{\"state\":\"lost\",\"signal\":\"KILL\"}", 121 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++)
		if (status_of(of(ends[i].json)) != ends[i].status)
			fail_msg("%s: %d", ends[i].json, status_of(&v));
	assert_int_equal(status_of(of("{\"state\":\"failed\",\"signal\":\"RTMIN\"}")), 128 + SIGRTMIN);
	assert_int_equal(status_of(of("{\"state\":\"failed\",\"signal\":\"RTMIN+2\"}")), 128 + SIGRTMIN + 2);
	assert_int_equal(status_of(of("{\"state\":\"failed\",\"signal\":\"RTMAX-1\"}")), 128 + SIGRTMAX - 1);
	for (int sig = 1; sig < SIGRTMIN; sig++) {
		char json[64];

		if (sigabbrev_np(sig) == NULL)
			continue;
		snprintf(json, sizeof json, "{\"state\":\"failed\",\"signal\":\"%s\"}", sigabbrev_np(sig));
		assert_int_equal(status_of(of(json)), 128 + sig);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_percent_is_cut_off_and_never_rounded_up),
		cmocka_unit_test(an_amount_is_in_its_unit_and_bytes_in_powers_of_1024),
		cmocka_unit_test(done_is_not_told_as_a_part),
		cmocka_unit_test(a_rate_is_in_units_a_second),
		cmocka_unit_test(a_clock_runs_and_a_duration_is_read),
		cmocka_unit_test(a_state_says_how_it_ended_or_is_being_ended),
		cmocka_unit_test(what_is_left_is_less_the_later_it_is),
		cmocka_unit_test(no_figure_overflows),
		cmocka_unit_test(an_exit_status_is_the_jobs_own_and_0_only_if_done),
	};

	return cmocka_run_group_tests_name("figures", tests, NULL, teardown);
}
