/* test_optiontext.c -- what --help prints, read back: optiontext.c. */
#include "unit.h"

#include "client/optiontext.h"

static const char text[] =
    "first a sentence, with --no option\n"
    "  --title TEXT, --message TEXT\n"
    "  --done, --failed  the task has ended\n"
    "  --pid PID         its run is lost\n"
    "                    (HEADWAY_PID)\n"
    "  --size N[KMGT]    bytes, --or more\n"
    "  --socket[=PATH]   on a Unix socket\n"
    "  --last\n"
    "A line with --nothing\n";

static const struct {
	const char *name, *value, *says;
	enum optiontext_value takes;
} expected[] = {
	{ "--title", "TEXT", "", VALUE_WANTED },
	{ "--message", "TEXT", "", VALUE_WANTED },
	{ "--done", "", "the task has ended", VALUE_NONE },
	{ "--failed", "", "the task has ended", VALUE_NONE },
	{ "--pid", "PID", "its run is lost", VALUE_WANTED },
	{ "--size", "N[KMGT]", "bytes, --or more", VALUE_WANTED },
	{ "--socket", "PATH", "on a Unix socket", VALUE_OPTIONAL },
	{ "--last", "", "", VALUE_NONE },
};

static void
assert_span(struct optiontext_span span, const char *wanted)
{
	assert_int_equal(span.len, strlen(wanted));
	assert_memory_equal(span.s, wanted, span.len);
}

static void
options_come_in_their_order_with_what_is_said_of_them(void **state)
{
	struct optiontext o;

	(void)state;
	optiontext_begin(&o, text);
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_true(optiontext_next(&o));
		assert_span(o.name, expected[i].name);
		assert_span(o.value, expected[i].value);
		assert_span(o.says, expected[i].says);
		assert_int_equal(o.takes, expected[i].takes);
	}
	assert_false(optiontext_next(&o));
}

static void
an_option_is_found_by_its_whole_name_only(void **state)
{
	struct optiontext o;

	(void)state;
	assert_true(optiontext_find(&o, text, "--failed", 8));
	assert_span(o.says, "the task has ended");
	assert_false(optiontext_find(&o, text, "--fail", 6));
	assert_false(optiontext_find(&o, text, "--failed ", 9));
	assert_false(optiontext_find(&o, text, "--no", 4));
	assert_false(optiontext_find(&o, text, "--or", 4));
	assert_false(optiontext_find(&o, text, "--nothing", 9));
	assert_false(optiontext_find(&o, "", "--x", 3));
}

static void
a_text_that_ends_early_is_read_to_its_end(void **state)
{
	static const char *const cut[] = { "  --a", "  --a,", "  --a, ", "  --a V", "  --a[=", "  --a  ", "  --", "  --a\n", "\n", "  " };
	struct optiontext o;

	(void)state;
	for (size_t i = 0; i < COUNT(cut); i++) {
		int n = 0;

		for (optiontext_begin(&o, cut[i]); optiontext_next(&o); n++)
			assert_true(n < 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_come_in_their_order_with_what_is_said_of_them),
		cmocka_unit_test(an_option_is_found_by_its_whole_name_only),
		cmocka_unit_test(a_text_that_ends_early_is_read_to_its_end),
	};

	return cmocka_run_group_tests_name("optiontext", tests, NULL, NULL);
}
