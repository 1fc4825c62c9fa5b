/* Which task a name on the command line means. */
#include "unit.h"

#include "client/names.h"
#include "task/update.h"

static const char *
resolved(const char *below, const char *said)
{
	static char name[NAME_BYTES_MAX + 1];
	char err[UPDATE_ERR];
	bool outer;

	return names_resolve(below, said, name, err, &outer) ? name : NULL;
}

static void
a_name_is_below_the_run_that_it_is_said_in(void **state)
{
	(void)state;
	assert_string_equal(resolved(NULL, "db"), "db");
	assert_string_equal(resolved("", "db"), "db");
	assert_string_equal(resolved("nightly", "db"), "nightly/db");
	assert_string_equal(resolved("nightly/home", "db/users"), "nightly/home/db/users");
}

static void
a_slash_before_it_means_the_name_as_it_stands(void **state)
{
	(void)state;
	assert_string_equal(resolved("nightly", "/db"), "db");
	assert_string_equal(resolved(NULL, "/db/users"), "db/users");
	assert_string_equal(resolved("not a name", "/db"), "db");
}

static void
what_is_wrong_is_said_and_whose_mistake_it_is(void **state)
{
	static const struct {
		const char *below, *said, *err;
		bool outer;
	} cases[] = {
		{ "nightly", "a b", "the name \"a b\" has a character other than", false },
		{ NULL, "", "the name \"\" is empty", false },
		{ NULL, "/", "the name \"\" is empty", false },
		{ NULL, "//a", "the name \"/a\" has an empty segment", false },
		{ "nightly", "..", "the name \"..\" has a segment . or ..", false },
		{ "a/b/c/d/e/f/g", "h/i", "the name \"h/i\" below HEADWAY_TASK \"a/b/c/d/e/f/g\" has more than 8 segments", true },
	};
	char name[NAME_BYTES_MAX + 1], err[UPDATE_ERR];
	bool outer;

	(void)state;
	/* somebody else's mistake is not there */
	assert_true(names_resolve("a b", "x", name, err, &outer));
	assert_string_equal(name, "x");
	assert_false(outer);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_false(names_resolve(cases[i].below, cases[i].said, name, err, &outer));
		assert_memory_equal(err, cases[i].err, strlen(cases[i].err));
		assert_int_equal(outer, cases[i].outer);
	}
}

static void
too_long_together_is_an_error_not_a_shorter_name(void **state)
{
	char below[151], said[51], name[NAME_BYTES_MAX + 1], err[UPDATE_ERR];
	bool outer;

	(void)state;
	memset(below, 'a', sizeof below - 1);
	memset(said, 'b', sizeof said - 1);
	below[50] = below[100] = '/';
	below[150] = said[50] = '\0';
	assert_false(names_resolve(below, said, name, err, &outer));
	assert_true(outer);
	assert_non_null(strstr(err, "longer than 200 bytes"));
	said[49] = '\0';
	assert_true(names_resolve(below, said, name, err, &outer));
	assert_int_equal(strlen(name), 200);
}

static void
a_command_is_called_by_its_file_name(void **state)
{
	static const struct { const char *command, *name; } cases[] = {
		{ "rsync", "rsync" },
		{ "/usr/bin/rsync", "rsync" },
		{ "./back up:2.sh", "back_up_2.sh" },
		{ "g++", "g__" },
		{ "./sauvegarde-\xc3\xa9t\xc3\xa9", "sauvegarde-__t__" },
		{ ".", "_" },
		{ "..", "_." },
		{ ".hidden", "_hidden" },
		{ "/", "_" },
		{ "", "_" },
		{ "a.b-c_d", "a.b-c_d" },
	};
	char name[NAME_SEGMENT_BYTES_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		names_of_command(cases[i].command, name);
		assert_string_equal(name, cases[i].name);
	}
}

static void
any_file_name_becomes_a_name(void **state)
{
	uint64_t random = seed_of("names", 3);
	char command[100], name[NAME_SEGMENT_BYTES_MAX + 1];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = below(&random, sizeof command);

		for (size_t i = 0; i < len; i++)
			command[i] = (char)(1 + below(&random, 255));
		command[len] = '\0';
		names_of_command(command, name);
		assert_null(name_wrong(name, strlen(name)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_below_the_run_that_it_is_said_in),
		cmocka_unit_test(a_slash_before_it_means_the_name_as_it_stands),
		cmocka_unit_test(what_is_wrong_is_said_and_whose_mistake_it_is),
		cmocka_unit_test(too_long_together_is_an_error_not_a_shorter_name),
		cmocka_unit_test(a_command_is_called_by_its_file_name),
		cmocka_unit_test(any_file_name_becomes_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
