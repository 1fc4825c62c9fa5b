/* test_name.c -- what a task may be called and what lies below what: name.c.
 * Touches no file and no socket. */
#include "unit.h"

#include "task/name.h"

static bool
good(const char *name)
{
	return name_wrong(name, strlen(name)) == NULL;
}

static void
ordinary_names_are_names(void **state)
{
	static const char *const names[] = { "a", "backup", "backup/db", "a/b/c/d/e/f/g/h", "A.b_c-9", "...", "..a",
		"a..", ".hidden", "-", "_", "nightly.2", "a/.../b", "0" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_true(good(names[i]));
}

static void
dots_that_would_climb_are_no_names(void **state)
{
	static const char *const names[] = { ".", "..", "a/..", "../a", "a/./b", "./a", "a/.", "a/../../b" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(name_wrong(names[i], strlen(names[i])), "has a segment . or ..");
}

static void
empty_segments_are_refused(void **state)
{
	static const char *const names[] = { "/", "/a", "a/", "a//b", "//" };

	(void)state;
	assert_string_equal(name_wrong("", 0), "is empty");
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(name_wrong(names[i], strlen(names[i])), "has an empty segment");
}

static void
only_the_allowed_bytes_are_allowed(void **state)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	(void)state;
	for (int c = 0; c < 256; c++) {
		char name[3] = { 'x', (char)c, 'x' };
		bool listed = c != '\0' && strchr(allowed, c) != NULL;

		if (c != '/')
			assert_int_equal(name_wrong(name, sizeof name) == NULL, listed);
	}
	assert_string_equal(name_wrong("a\0b", 3), "has a character other than A-Z a-z 0-9 . _ - and /");
	assert_false(good("*"));
	assert_false(good("gr\xc3\xbc\xc3\x9f"));
}

static void
a_segment_has_64_bytes_at_most(void **state)
{
	char name[NAME_SEGMENT_BYTES_MAX + 4];

	(void)state;
	memset(name, 'a', sizeof name);
	assert_null(name_wrong(name, NAME_SEGMENT_BYTES_MAX));
	assert_string_equal(name_wrong(name, NAME_SEGMENT_BYTES_MAX + 1), "has a segment longer than 64 bytes");
	name[1] = '/';
	assert_null(name_wrong(name, NAME_SEGMENT_BYTES_MAX + 2));
	assert_non_null(name_wrong(name, NAME_SEGMENT_BYTES_MAX + 3));
}

static void
a_name_has_8_segments_and_200_bytes_at_most(void **state)
{
	char name[NAME_BYTES_MAX + 2];

	(void)state;
	assert_true(good("1/2/3/4/5/6/7/8"));
	assert_string_equal(name_wrong("1/2/3/4/5/6/7/8/9", 17), "has more than 8 segments");
	memset(name, 'a', sizeof name);
	name[49] = name[99] = name[149] = '/';
	assert_null(name_wrong(name, NAME_BYTES_MAX));
	assert_string_equal(name_wrong(name, NAME_BYTES_MAX + 1), "is longer than 200 bytes");
}

static void
a_name_is_read_no_further_than_its_length(void **state)
{
	(void)state;
	assert_null(name_wrong("ab//", 2));
	assert_null(name_wrong("a b", 1));
}

static void
a_prefix_covers_itself_and_what_is_below(void **state)
{
	(void)state;
	assert_true(name_covered("backup", "backup"));
	assert_true(name_covered("backup/db", "backup"));
	assert_true(name_covered("backup/db/x", "backup/db"));
	assert_false(name_covered("backups", "backup"));
	assert_false(name_covered("backup", "backup/db"));
	assert_false(name_covered("back", "backup"));
	assert_false(name_covered("backup.2", "backup"));
	assert_false(name_covered("x/backup", "backup"));
}

static void
the_star_covers_all_and_the_dot_only_the_unnamed_task(void **state)
{
	(void)state;
	assert_true(name_covered("backup/db", NAME_EVERY));
	assert_true(name_covered(NAME_UNNAMED, NAME_EVERY));
	assert_true(name_covered(NAME_UNNAMED, NAME_UNNAMED));
	assert_false(name_covered("backup", NAME_UNNAMED));
	assert_false(name_covered(".hidden", NAME_UNNAMED));
	assert_false(name_covered(NAME_UNNAMED, "backup"));
}

static void
parents_go_up_to_nothing(void **state)
{
	(void)state;
	assert_int_equal(name_parent("a/b/c", 5), 3);
	assert_int_equal(name_parent("a/b/c", 3), 1);
	assert_int_equal(name_parent("a/b/c", 1), 0);
	assert_int_equal(name_parent("", 0), 0);
}

static void
below_is(const char *task, const char *name, const char *expected)
{
	char out[NAME_BYTES_MAX + 1];
	const char *wrong = name_below(out, task, name);

	if (expected == NULL) {
		assert_non_null(wrong);
		return;
	}
	assert_null(wrong);
	assert_string_equal(out, expected);
}

static void
a_name_of_a_job_is_below_the_task_it_is_in(void **state)
{
	char task[NAME_BYTES_MAX + 1], whole[NAME_BYTES_MAX + 5];

	(void)state;
	below_is(NULL, "x", "x");
	below_is("", "x", "x");
	below_is("nightly", "x/y", "nightly/x/y");
	below_is("nightly", "/x/y", "x/y");
	below_is(NULL, "/x", "x");
	below_is("not a name", "x", "x");
	below_is("nightly", "", NULL);
	below_is("nightly", "/", NULL);
	below_is("nightly", "//x", NULL);
	below_is("nightly", "a b", NULL);
	below_is("nightly", "../x", NULL);
	below_is("1/2/3/4/5/6/7", "8", "1/2/3/4/5/6/7/8");
	below_is("1/2/3/4/5/6/7", "8/9", NULL);
	/* 200 bytes are enough, 201 are not */
	memset(task, 'x', sizeof task);
	for (size_t i = 50; i < sizeof task; i += 50)
		task[i] = '/';
	task[196] = '\0';
	snprintf(whole, sizeof whole, "%s/abc", task);
	below_is(task, "abc", whole);
	below_is(task, "abcd", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_names_are_names),
		cmocka_unit_test(dots_that_would_climb_are_no_names),
		cmocka_unit_test(empty_segments_are_refused),
		cmocka_unit_test(only_the_allowed_bytes_are_allowed),
		cmocka_unit_test(a_segment_has_64_bytes_at_most),
		cmocka_unit_test(a_name_has_8_segments_and_200_bytes_at_most),
		cmocka_unit_test(a_name_is_read_no_further_than_its_length),
		cmocka_unit_test(a_prefix_covers_itself_and_what_is_below),
		cmocka_unit_test(the_star_covers_all_and_the_dot_only_the_unnamed_task),
		cmocka_unit_test(parents_go_up_to_nothing),
		cmocka_unit_test(a_name_of_a_job_is_below_the_task_it_is_in),
	};

	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
