/* test_strict.c -- what json-c lets through and we do not: strict.c alone.
 * The grammar is json-c's and is tested with whole lines in test_update.c. */
#include "unit.h"

#include "task/strict.h"

static char err[256];
static size_t nkeys;

static bool
check(const char *s)
{
	err[0] = '\0';
	return strict_check(s, strlen(s), &nkeys, err, sizeof err);
}

static void
proper_tokens_pass(void **state)
{
	static const char *const good[] = { "", "{}", " { \"a\" : [ 1 , true , false , null ] }\r\n", "\"\\\"\\\\\\u00e4\"",
		"{\"a\":\"'\"}", "\"NaN\"", "\"//\"" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!check(good[i]))
			fail_msg("%s: %s", good[i], err);
}

static void
numbers_are_those_of_rfc_8259(void **state)
{
	static const char *const good[] = { "0", "-0", "1", "-1", "10", "0.5", "-0.5", "1e3", "1E3", "1e+3", "1e-3",
		"1.25e10", "0e0", "123456789012345678901234567890" };
	static const char *const bad[] = { "01", "-01", "1.", "1.e3", "-", "1e", "1e+", "1E-", "-a", "--1", "012.5", "00" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!check(good[i]))
			fail_msg("%s: %s", good[i], err);
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (check(bad[i]))
			fail_msg("%s passed", bad[i]);
		assert_non_null(strstr(err, "is not a number"));
		assert_non_null(strstr(err, bad[i]));
	}
}

static void
words_other_than_three_are_named(void **state)
{
	static const char *const bad[] = { "NaN", "Infinity", "True", "TRUE", "nul", "nulll", "undefined", "e" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_false(check(bad[i]));
		assert_non_null(strstr(err, bad[i]));
	}
	assert_false(check("-Infinity"));
	assert_false(check("-NaN"));
	assert_false(check(".5"));
	assert_false(check("+1"));
	assert_false(check("/* comment */"));
	assert_false(check("// comment"));
	assert_false(check("\xc3\xa4"));
	assert_false(strict_check("\0", 1, &nkeys, err, sizeof err));
}

static void
single_quotes_are_refused_by_name(void **state)
{
	(void)state;
	assert_false(check("{'moved':1}"));
	assert_string_equal(err, "not JSON: strings stand in double quotes");
}

static void
strings_hold_no_control_characters_and_end(void **state)
{
	(void)state;
	for (int c = 0; c < 0x20; c++) {
		char s[3] = { '"', (char)c, '"' };

		assert_false(strict_check(s, sizeof s, &nkeys, err, sizeof err));
	}
	assert_true(check("\"\x7f\""));
	assert_false(check("\"abc"));
	assert_string_equal(err, "not JSON: a string does not end");
	assert_false(check("\"abc\\\""));
	assert_false(check("\"abc\\"));
	assert_false(check("\""));
}

static void
keys_of_the_outermost_object_are_counted(void **state)
{
	(void)state;
	assert_true(check("{\"a\":1,\"b\":{\"a\":2,\"c\":3},\"c\":[{\"a\":4}]}"));
	assert_int_equal(nkeys, 3);
	assert_true(check("{\"a\":\":\"}"));
	assert_int_equal(nkeys, 1);
	assert_true(check("{}"));
	assert_int_equal(nkeys, 0);
}

static void
a_key_that_appears_twice_is_named(void **state)
{
	(void)state;
	assert_false(check("{\"moved\":1,\"total\":2,\"moved\":3}"));
	assert_string_equal(err, "the key \"moved\" appears twice");
	assert_false(check("{\"\":1,\"\":2}"));
	assert_true(check("{\"a\":1,\"aa\":2}"));
}

static void
more_keys_than_there_can_be_are_refused(void **state)
{
	char s[16 * (STRICT_KEYS_MAX + 1)] = "{";
	size_t at = 1;

	(void)state;
	for (int i = 0; i < STRICT_KEYS_MAX; i++)
		at += (size_t)sprintf(s + at, "%s\"k%d\":0", i > 0 ? "," : "", i);
	assert_true(check(s));
	assert_int_equal(nkeys, STRICT_KEYS_MAX);
	sprintf(s + at, ",\"more\":0");
	assert_false(check(s));
	assert_string_equal(err, "more than 32 keys");
}

static void
a_peers_bytes_are_shown_cut_and_harmless(void **state)
{
	char show[STRICT_SHOW_MAX], longest[300];

	(void)state;
	assert_string_equal(strict_show(show, "a\nb\x1b[2J\xc3-\xa4-\0~", 13), "a?b?[2J?-?-?~");
	memset(longest, 'x', sizeof longest);
	assert_int_equal(strlen(strict_show(show, longest, sizeof longest)), STRICT_SHOW_MAX - 1);
	assert_string_equal(strict_show(show, "abc", 0), "");
}

static void
the_longest_complaint_stays_in_its_buffer(void **state)
{
	char text[4096], small[24];

	(void)state;
	memset(text, 'x', sizeof text);
	assert_false(strict_check(text, sizeof text, &nkeys, small, sizeof small));
	assert_int_equal(strlen(small), sizeof small - 1);
	memset(text, '-', sizeof text);
	assert_false(strict_check(text, sizeof text, &nkeys, small, sizeof small));
}

/* A sanitizer sees a byte read too far. */
static void
no_byte_behind_the_text_is_read(void **state)
{
	static const char *const texts[] = { "{\"a\\", "\"", "-", "1.", "1e", "1e+", "tru", "{\"a\":1", "0", "'" };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t n = 0; n <= strlen(texts[i]); n++) {
			char *exact = malloc(n > 0 ? n : 1);

			memcpy(exact, texts[i], n);
			strict_check(exact, n, &nkeys, err, sizeof err);
			free(exact);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proper_tokens_pass),
		cmocka_unit_test(numbers_are_those_of_rfc_8259),
		cmocka_unit_test(words_other_than_three_are_named),
		cmocka_unit_test(single_quotes_are_refused_by_name),
		cmocka_unit_test(strings_hold_no_control_characters_and_end),
		cmocka_unit_test(keys_of_the_outermost_object_are_counted),
		cmocka_unit_test(a_key_that_appears_twice_is_named),
		cmocka_unit_test(more_keys_than_there_can_be_are_refused),
		cmocka_unit_test(a_peers_bytes_are_shown_cut_and_harmless),
		cmocka_unit_test(the_longest_complaint_stays_in_its_buffer),
		cmocka_unit_test(no_byte_behind_the_text_is_read),
	};

	return cmocka_run_group_tests_name("strict", tests, NULL, NULL);
}
