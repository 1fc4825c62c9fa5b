/* Where the other programs, the page and the templates are. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/places.h"

static char root[] = "/tmp/headway-places.XXXXXX";

static void
make(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", root, name);
	if (text == NULL) {
		assert_int_equal(mkdir(path, 0700), 0);
		return;
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
is_at(const char *directory, enum place place, const char *below_root)
{
	char from[256], expected[256];
	char *path;

	snprintf(from, sizeof from, "%s/%s", root, directory);
	snprintf(expected, sizeof expected, "%s/%s", root, below_root);
	path = places_path_from(from, place);
	assert_string_equal(path, expected);
	free(path);
}

static void
a_build_tree_has_programs_at_its_top_and_names_its_sources(void **state)
{
	char line[256];

	(void)state;
	make("build", NULL);
	snprintf(line, sizeof line, "%s/the source\n", root);
	make("build/source-directory", line);
	is_at("build", PLACE_BROKER, "build/headwayd");
	is_at("build", PLACE_RESPONDER, "build/headway.fcgi");
	is_at("build", PLACE_DOCTOR, "build/headway-doctor");
	is_at("build", PLACE_PAGE, "the source/www");
	is_at("build", PLACE_CONF, "the source/conf");
}

static void
an_installed_tree_that_was_moved_is_whole(void **state)
{
	char *configured = places_path_from("/", PLACE_BROKER);
	const char *end = strstr(configured, "/sbin/headwayd");

	(void)state;
	if (end == NULL || strstr(configured, "bin") != end + 2)
		skip(); /* configured in some other way than PREFIX/bin, PREFIX/sbin */
	make("home", NULL);
	make("home/bin", NULL);
	make("home/sbin", NULL);
	make("home/sbin/headwayd", "");
	is_at("home/bin", PLACE_BROKER, "home/sbin/headwayd");
	free(configured);
}

static void
what_is_not_beside_us_is_where_it_was_configured(void **state)
{
	static const char *const directories[] = { "", "/", "/nowhere", "/nowhere/bin", "bin", "/n" };

	(void)state;
	for (int place = 0; place < PLACES; place++) {
		char *configured = places_path_from("/nowhere/at/all", place);

		assert_int_equal(configured[0], '/');
		for (size_t i = 0; i < COUNT(directories); i++) {
			char *path = places_path_from(directories[i], place);

			assert_string_equal(path, configured);
			free(path);
		}
		free(configured);
	}
}

static void
this_program_is_in_no_build_tree(void **state)
{
	char *path = places_path(PLACE_RESPONDER), *configured = places_path_from("/nowhere/at/all", PLACE_RESPONDER);

	(void)state;
	assert_string_equal(path, configured); /* tests/unit/ has no file source-directory */
	free(path);
	free(configured);
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	static const char *const names[] = { "build/source-directory", "build", "home/sbin/headwayd", "home/sbin",
		"home/bin", "home", "" };
	char path[256];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof path, "%s/%s", root, names[i]);
		remove(path);
	}
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_build_tree_has_programs_at_its_top_and_names_its_sources),
		cmocka_unit_test(an_installed_tree_that_was_moved_is_whole),
		cmocka_unit_test(what_is_not_beside_us_is_where_it_was_configured),
		cmocka_unit_test(this_program_is_in_no_build_tree),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
