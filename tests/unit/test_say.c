/* test_say.c -- the lines that a library writes without json-c: say.c, and what
 * it hears: hear.c.  The judge is update_read(), which the broker uses. */
#include "unit.h"

#include "base/utf8.h"
#include "lib/hear.h"
#include "lib/say.h"
#include "task/json.h"
#include "task/name.h"
#include "task/number.h"
#include "task/update.h"

static struct say s;
static char room[SAY_ROOM];

/* What stands between the name and the end, of a line that the broker takes. */
static const char *
finished(void)
{
	static char line[SAY_ROOM + 1];
	struct update *u = update_new();
	char err[UPDATE_ERR] = "";
	size_t len = say_end(&s);

	assert_true(len <= SAY_ROOM && room[len - 1] == '\n');
	if (!update_read(u, room, len - 1, err))
		fail_msg("%s: %.*s", err, (int)len, room);
	assert_string_equal(update_name(u), "a/b");
	update_free(u);
	memcpy(line, room, len);
	line[len - 2] = '\0'; /* without } */
	return line + strlen("{\"task\":\"a/b\"");
}

static void
begin(void)
{
	say_begin(&s, room, sizeof room, "a/b");
}

static void
says_text(const char *text, size_t len, const char *escaped)
{
	char expected[1024];

	begin();
	say_text(&s, "message", text, len, UPDATE_MESSAGE_MAX);
	snprintf(expected, sizeof expected, ",\"message\":\"%s\"", escaped);
	assert_string_equal(finished(), expected);
}

static void
a_line_is_json_that_the_broker_takes(void **state)
{
	(void)state;
	begin();
	assert_string_equal(finished(), "");
	begin();
	say_time(&s, "started", 1767225600.1254);
	say_number(&s, "moved", 3);
	say_number(&s, "total", 0.1);
	say_null(&s, "unit");
	say_true(&s, "hold");
	say_text(&s, "state", "done", 4, 4);
	assert_string_equal(finished(),
	    ",\"started\":1767225600.125,\"moved\":3,\"total\":0.1,\"unit\":null,\"hold\":true,\"state\":\"done\"");
}

static void
controls_quotes_and_backslashes_are_escaped(void **state)
{
	char text[4] = "x?y";

	(void)state;
	says_text("plain / text", 12, "plain / text");
	says_text("\"\\\b\f\n\r\t", 7, "\\\"\\\\\\b\\f\\n\\r\\t");
	says_text("\0\1\x1f\x7f", 4, "\\u0000\\u0001\\u001f\x7f");
	/* each byte below a blank, as json-c has it */
	for (char c = 0; c < ' '; c++) {
		struct json_object *o;

		text[1] = c;
		o = json_object_new_string_len(text, 3);
		begin();
		say_text(&s, "title", text, 3, UPDATE_TITLE_MAX);
		finished();
		assert_memory_equal(strstr(room, "title\":") + 7, json_object_to_json_string_ext(o, JSON_PLAIN),
		    json_escaped_length(o) + 2);
		json_object_put(o);
	}
}

static void
what_is_no_utf8_becomes_the_replacement_character(void **state)
{
	(void)state;
	says_text("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", 11, "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
	says_text("gr\xfc\xdf", 4, "gr\xef\xbf\xbd\xef\xbf\xbd");
	says_text("a\xc3", 2, "a\xef\xbf\xbd");
	says_text("\xc3(", 2, "\xef\xbf\xbd(");
	says_text("\xe2\x82", 2, "\xef\xbf\xbd\xef\xbf\xbd");
	says_text("\xc0\xaf", 2, "\xef\xbf\xbd\xef\xbf\xbd");
	says_text("\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	says_text("\xf4\x90\x80\x80", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

/* The text is as long as it may be, and the next character would be too much. */
static void
cuts_at(const char *character, size_t len, size_t escaped, size_t max)
{
	char *text = malloc(max * len + 1), *end;

	for (size_t i = 0; i < max; i++)
		memcpy(text + i * len, character, len);
	begin();
	say_text(&s, "title", text, max * len, max);
	finished();
	end = memrchr(room, '"', s.len);
	assert_int_equal(end - (strstr(room, "title\":\"") + 8), max / escaped * escaped);
	free(text);
}

static void
texts_are_cut_to_their_limit_between_two_characters(void **state)
{
	(void)state;
	for (size_t max = 1; max <= UPDATE_TITLE_MAX; max++) {
		cuts_at("x", 1, 1, max);
		cuts_at("\"", 1, 2, max);
		cuts_at("\xc3\xbc", 2, 2, max);
		cuts_at("\xf0\x9f\x98\x80", 4, 4, max);
		cuts_at("\1", 1, 6, max);
		cuts_at("\xff", 1, 3, max);
	}
}

static void
numbers_are_those_of_the_broker(void **state)
{
	static const struct {
		double n;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 1, "1" }, { 0.1, "0.1" }, { 1.0 / 3, "0.3333333333333333" }, { NUMBER_MAX, "9007199254740992" },
		{ 9007199254740991.0, "9007199254740991" }, { 1e15 + 0.5, "1000000000000000.5" }, { 1e-7, "1e-07" },
	};
	uint64_t random = seed_of("numbers", 5);
	struct update *u = update_new();
	char err[UPDATE_ERR], expected[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		begin();
		say_number(&s, "moved", cases[i].n);
		snprintf(expected, sizeof expected, ",\"moved\":%s", cases[i].text);
		assert_string_equal(finished(), expected);
	}
	for (int i = 0; i < 20000; i++) {
		double n = (double)(next_random(&random) >> below(&random, 60)) / (double)(1 + below(&random, 1000));
		char *line;
		size_t len, len2;

		if (!number_ok(n))
			continue;
		begin();
		say_number(&s, "moved", n);
		len = say_end(&s) - 1;
		/* json-c reads it and writes it as we did: it is the same number */
		assert_true(update_read(u, room, len, err));
		line = update_line(u, &len2);
		assert_int_equal(len, len2);
		assert_memory_equal(room, line, len);
		free(line);
	}
	update_free(u);
}

static void
fits_in(size_t size, void (*say)(void))
{
	char err[UPDATE_ERR] = "", *exact = malloc(size); /* so that a sanitizer sees a byte too far */
	struct update *u = update_new();
	size_t len;

	say_begin(&s, exact, size, "a/b");
	say();
	len = say_end(&s);
	assert_true(len <= size);
	if (!update_read(u, exact, len - 1, err))
		fail_msg("%s: %.*s", err, (int)len, exact);
	update_free(u);
	free(exact);
}

static void
say_some_keys(void)
{
	say_number(&s, "moved", 123456);
	say_text(&s, "message", "quote \" and \xc3\xbc", 14, 100);
	say_null(&s, "unit");
	say_true(&s, "hold");
}

static void
say_many_lines(void)
{
	say_list(&s, "log");
	while (say_item(&s, "line \1", 6, 100))
		;
	say_list_end(&s);
}

static void
what_has_no_room_is_left_out_whole(void **state)
{
	(void)state;
	for (size_t size = 17; size < 200; size++)
		fits_in(size, say_some_keys);
	for (size_t size = 26; size < 200; size++)
		fits_in(size, say_many_lines);
}

static void
a_line_with_everything_at_its_longest_fits(void **state)
{
	char name[NAME_BYTES_MAX + 1], text[8000];
	struct update *u = update_new();
	char err[UPDATE_ERR] = "";

	(void)state;
	memset(name, 'n', sizeof name);
	for (size_t i = 50; i < NAME_BYTES_MAX; i += 50)
		name[i] = '/';
	name[NAME_BYTES_MAX] = '\0';
	memset(text, '\1', sizeof text);
	say_begin(&s, room, sizeof room, name);
	say_time(&s, "started", 99999999999.999);
	say_number(&s, "moved", 1.0 / 3);
	say_number(&s, "total", 2.0 / 3);
	say_text(&s, "title", text, sizeof text, UPDATE_TITLE_MAX);
	say_text(&s, "unit", text, sizeof text, UPDATE_UNIT_MAX);
	say_text(&s, "message", text, sizeof text, UPDATE_MESSAGE_MAX);
	say_true(&s, "lap");
	say_text(&s, "state", "cancelled", 9, 16);
	assert_true(update_read(u, room, say_end(&s) - 1, err));
	for (enum field f = FIELD_MOVED; f <= FIELD_UNIT; f++)
		assert_true(update_names(u, f));
	assert_int_equal(update_state(u), STATE_CANCELLED);
	assert_true(update_lap(u));
	assert_string_equal(update_name(u), name);
	update_free(u);
}

static void
log_lines_arrive_as_they_were(void **state)
{
	struct update *u = update_new();
	char err[UPDATE_ERR] = "", text[5000];
	size_t len;

	(void)state;
	memset(text, '"', sizeof text);
	begin();
	say_number(&s, "skipped", 12);
	say_list(&s, "log");
	assert_true(say_item(&s, "one", 3, UPDATE_LOG_LINE_MAX));
	assert_true(say_item(&s, "", 0, UPDATE_LOG_LINE_MAX));
	assert_true(say_item(&s, text, sizeof text, UPDATE_LOG_LINE_MAX));
	say_list_end(&s);
	assert_true(update_read(u, room, say_end(&s) - 1, err));
	assert_int_equal(update_logs(u), 3);
	assert_int_equal(update_skipped(u), 12);
	assert_string_equal(update_log_json(u, 0, &len), "\"one\"");
	assert_string_equal(update_log_json(u, 1, &len), "\"\"");
	update_log_json(u, 2, &len);
	assert_int_equal(len, UPDATE_LOG_LINE_MAX + 2);
	update_free(u);
}

static void
answers_are_told_apart(void **state)
{
	static const struct {
		const char *line;
		enum heard kind;
		const char *name;
	} cases[] = {
		{ "{\"ok\":\"12-3\",\"task\":\"a/b.2\"}", HEARD_OK, "a/b.2" },
		{ "{\"ok\":\"12-3\"}", HEARD_OK, "" },
		{ "{\"ok\":\"12-3\",\"task\":\"a/b\",\"later\":\"x\"}", HEARD_OK, "a/b" },
		{ "{\"ok\":\"12-3\",\"later\":\"x\",\"task\":\"a/b\"}", HEARD_OK, "a/b" },
		{ "{\"ok\":\"12-3\",\"task\":\"no name\"}", HEARD_OK, "" },
		{ "{\"ok\":\"12-3\",\"task\":\"cut", HEARD_OK, "" },
		{ "{\"error\":\"\\\"x\\\" ,\\\"task\\\":\\\"y\\\"\",\"line\":7}", HEARD_ERROR, "" },
		{ "{\"cancel\":\"a\"}", HEARD_OTHER, "" },
		{ "{", HEARD_OTHER, "" },
		{ "", HEARD_OTHER, "" },
	};
	char name[NAME_BYTES_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].line);
		char *exact = malloc(len + 1);

		memcpy(exact, cases[i].line, len);
		assert_int_equal(hear(exact, len, name), cases[i].kind);
		assert_string_equal(name, cases[i].name);
		free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_json_that_the_broker_takes),
		cmocka_unit_test(controls_quotes_and_backslashes_are_escaped),
		cmocka_unit_test(what_is_no_utf8_becomes_the_replacement_character),
		cmocka_unit_test(texts_are_cut_to_their_limit_between_two_characters),
		cmocka_unit_test(numbers_are_those_of_the_broker),
		cmocka_unit_test(what_has_no_room_is_left_out_whole),
		cmocka_unit_test(a_line_with_everything_at_its_longest_fits),
		cmocka_unit_test(log_lines_arrive_as_they_were),
		cmocka_unit_test(answers_are_told_apart),
	};

	return cmocka_run_group_tests_name("say", tests, NULL, NULL);
}
