/* Templates of conf/, filled. */
#include "unit.h"

#include "client/up/fill.h"

static const struct fill values[] = { { "WWW", "/srv/a b" }, { "MOUNT", "" }, { "PORT", "3000" } };

static void
each_name_gives_way_to_its_value_and_the_rest_stays(void **state)
{
	static const struct {
		const char *template, *text;
	} cases[] = {
		{ "", "" },
		{ "nothing", "nothing" },
		{ "@PORT@", "3000" },
		{ "a = \"@WWW@/\"\nb = @PORT@@PORT@\n", "a = \"/srv/a b/\"\nb = 30003000\n" },
		{ "^@MOUNT@$", "^$" },
		{ "me@host and @ and @@ and @lower@ @PORT", "me@host and @ and @@ and @lower@ @PORT" },
		{ "@@PORT@@", "@3000@" },
	};
	char err[FILL_ERR];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = fill(cases[i].template, values, COUNT(values), err);

		assert_non_null(text);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

static void
a_name_that_was_not_given_is_named(void **state)
{
	char err[FILL_ERR];

	(void)state;
	assert_null(fill("@PORT@ @WHAT@", values, COUNT(values), err));
	assert_string_equal(err, "@WHAT@ is not known here");
}

static void
a_value_cannot_end_the_string_it_stands_in(void **state)
{
	struct fill value = { "V", "say \"x\" \\\" \\n" };
	char err[FILL_ERR], *text;

	(void)state;
	text = fill("\"@V@\"", &value, 1, err);
	assert_string_equal(text, "\"say \\\"x\\\" \\\\\" \\n\"");
	free(text);
	value.value = "a\nb";
	assert_null(fill("\"@V@\"", &value, 1, err));
	assert_non_null(strstr(err, "control character"));
	value.value = "at the end\\";
	assert_null(fill("\"@V@\"", &value, 1, err));
	assert_non_null(strstr(err, "backslash"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_gives_way_to_its_value_and_the_rest_stays),
		cmocka_unit_test(a_name_that_was_not_given_is_named),
		cmocka_unit_test(a_value_cannot_end_the_string_it_stands_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
