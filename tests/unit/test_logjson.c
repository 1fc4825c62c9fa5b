/* test_logjson.c -- the JSON of a log event, made, taken apart and shortened as
 * text: logjson.c. */
#include "unit.h"

#include "task/logjson.h"
#include "task/name.h"
#include "task/record.h"

#define OPEN "{\"task\":\"a/b\",\"started\":1000.500,\"first\":7,\"lines\":["

static struct logjson parts;

static bool
reads(const char *json)
{
	size_t len = strlen(json);
	char *exact = malloc(len > 0 ? len : 1); /* so that a sanitizer sees a byte read too far */
	bool good;

	memcpy(exact, json, len);
	good = logjson_read(&parts, exact, len);
	free(exact);
	return good;
}

/* The event in a line, as one reader gets it. */
static const char *
view(const char *json, uint64_t from, uint64_t skipped)
{
	static char out[1024];
	char line[512], *p = out;
	struct text text = { .bytes = line, .json_at = 4, .json_len = (uint32_t)strlen(json) };
	struct logjson_view v;

	text.len = (uint32_t)snprintf(line, sizeof line, "id: %s\n", json);
	assert_true(reads(json));
	logjson_view(&v, &text, &parts, from, skipped);
	for (size_t i = 0; i < v.pieces; i++)
		p = mempcpy(p, v.piece[i].bytes, v.piece[i].len);
	*p = '\0';
	assert_int_equal(p - out, v.len);
	return out;
}

static void
an_event_begins_with_whose_lines_they_are(void **state)
{
	char out[LOGJSON_OPEN_MAX], name[NAME_BYTES_MAX + 1];
	size_t len;

	(void)state;
	len = logjson_open(out, "a/b", 1000.5, 7);
	assert_int_equal(len, strlen(OPEN));
	assert_memory_equal(out, OPEN, len);
	len = logjson_open(out, NAME_UNNAMED, 1000.5, 1);
	assert_memory_equal(out, "{\"first\":1,\"lines\":[", len);
	memset(name, 'n', NAME_BYTES_MAX);
	name[NAME_BYTES_MAX] = '\0';
	assert_true(logjson_open(out, name, 9007199254740992.0, UINT64_MAX) < LOGJSON_OPEN_MAX);
}

static void
its_parts_are_found(void **state)
{
	static const char json[] = OPEN "\"x\",\"y\"],\"skipped\":12}";

	(void)state;
	assert_true(reads(json));
	assert_int_equal(parts.first, 7);
	assert_int_equal(parts.lines, 2);
	assert_memory_equal(json + parts.first_at, "7,", 2);
	assert_memory_equal(json + parts.lines_at, "\"x\"", 3);
	assert_memory_equal(json + parts.end_at, ",\"skipped\"", 10);
	assert_true(reads("{\"first\":1,\"lines\":[]}"));
	assert_int_equal(parts.lines, 0);
	assert_true(reads(OPEN "\"]\",\"\\\"]}\",\"\\\\\",\"a\\\\\\\"b\",\"\"]}"));
	assert_int_equal(parts.lines, 5);
}

static void
anything_else_is_no_such_event(void **state)
{
	static const char good[] = OPEN "\"x\\\"\",\"\"],\"skipped\":12}";
	static const char *const bad[] = {
		"", "{}", "[]", "{\"first\":1}", "{\"first\":0,\"lines\":[]}", "{\"first\":01,\"lines\":[]}",
		"{\"first\":-1,\"lines\":[]}", "{\"first\":1,\"lines\":[}", "{\"first\":1,\"lines\":[1]}",
		"{\"first\":1,\"lines\":[\"a\",]}", "{\"first\":1,\"lines\":[\"a\" ]}", "{\"first\":1,\"lines\":[\"a\\\"]}",
		"{\"first\":1,\"lines\":[],\"skipped\":}", "{\"first\":1,\"lines\":[],\"more\":1}", "{\"first\":1,\"lines\":[]} ",
		"{\"first\":9223372036854775808,\"lines\":[]}", "{\"task\":\"a\",\"first\":1,\"lines\":[]}",
		"{\"lines\":[],\"first\":1}",
	};
	char cut[sizeof good];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (reads(bad[i]))
			fail_msg("%s", bad[i]);
	for (size_t n = 0; n < strlen(good); n++) {
		memcpy(cut, good, n);
		cut[n] = '\0';
		if (reads(cut))
			fail_msg("%s", cut);
	}
	assert_true(reads(good));
}

static void
one_reader_is_told_what_it_missed_another_is_not(void **state)
{
	static const char json[] = OPEN "\"x\"]}";

	(void)state;
	assert_string_equal(view(json, 7, 0), "id: " OPEN "\"x\"]}\n");
	assert_string_equal(view(json, 7, 6), "id: " OPEN "\"x\"],\"skipped\":6}\n");
	assert_string_equal(view("{\"first\":7,\"lines\":[]}", 7, 1), "id: {\"first\":7,\"lines\":[],\"skipped\":1}\n");
}

static void
a_newcomer_gets_the_last_lines_of_it(void **state)
{
	static const char json[] = "{\"first\":9,\"lines\":[\"a,\\\"\",\"\",\"]}\",\"\\\\\"]}";

	(void)state;
	assert_string_equal(view(json, 10, 0), "id: {\"first\":10,\"lines\":[\"\",\"]}\",\"\\\\\"]}\n");
	assert_string_equal(view(json, 11, 10), "id: {\"first\":11,\"lines\":[\"]}\",\"\\\\\"],\"skipped\":10}\n");
	assert_string_equal(view(json, 12, 0), "id: {\"first\":12,\"lines\":[\"\\\\\"]}\n");
	assert_string_equal(view(json, 13, 0), "id: {\"first\":13,\"lines\":[]}\n");
}

static void
what_is_skipped_fits_beside_the_largest_event(void **state)
{
	struct logjson_view v;
	struct text text = { .bytes = strdup("{\"first\":1,\"lines\":[]}\n"), .len = 23, .json_len = 22 };

	(void)state;
	assert_true(logjson_read(&parts, text.bytes, text.json_len));
	logjson_view(&v, &text, &parts, 1, UINT64_MAX);
	assert_true(v.len - text.len <= LOGJSON_SKIPPED_MAX);
	assert_true(LOGJSON_MAX + LOGJSON_SKIPPED_MAX <= RECORD_JSON_MAX);
	free(text.bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_begins_with_whose_lines_they_are),
		cmocka_unit_test(its_parts_are_found),
		cmocka_unit_test(anything_else_is_no_such_event),
		cmocka_unit_test(one_reader_is_told_what_it_missed_another_is_not),
		cmocka_unit_test(a_newcomer_gets_the_last_lines_of_it),
		cmocka_unit_test(what_is_skipped_fits_beside_the_largest_event),
	};

	return cmocka_run_group_tests_name("logjson", tests, NULL, NULL);
}
