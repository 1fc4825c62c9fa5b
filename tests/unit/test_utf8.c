/* test_utf8.c -- what is UTF-8 and what only looks like it: utf8.c. */
#include "unit.h"

#include "base/utf8.h"

static enum utf8
check(const char *s)
{
	return utf8_check(s, strlen(s));
}

/* The code point as n bytes, however wrong that is. */
static size_t
encode(char out[4], uint32_t c, size_t n)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	if (n == 1) {
		out[0] = (char)c;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[n] | c);
	return n;
}

static void
every_code_point_in_every_length_is_judged_right(void **state)
{
	static const uint32_t room[] = { 0, 0x80, 0x800, 0x10000, 0x200000 };

	(void)state;
	for (size_t n = 1; n <= 4; n++)
		for (uint32_t c = 0; c < room[n]; c++) {
			char s[4];
			size_t len = encode(s, c, n);
			bool right = c >= (n > 1 ? room[n - 1] : 0) && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);

			if (utf8_check(s, len) != (right ? UTF8_OK : UTF8_FORBIDDEN))
				fail_msg("U+%X in %zu bytes", (unsigned)c, n);
		}
}

static void
other_encodings_and_binary_are_broken(void **state)
{
	static const char *const bad[] = { "\x80", "a\xbf", "gr\xfc\xdf", "\xc3", "\xe2\x80", "\xf0\x9f\x98", "\xc3(",
		"\xe2\x28\xa1", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xfe", "\xff", "\xff\xfe{\x01" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(check(bad[i]), UTF8_BROKEN);
}

static void
overlong_surrogate_and_too_big_are_forbidden(void **state)
{
	static const char *const bad[] = { "\xc0\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x8a", "\xe0\x9f\xbf",
		"\xf0\x80\x80\x8a", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(check(bad[i]), UTF8_FORBIDDEN);
}

static void
text_of_all_lengths_is_fine(void **state)
{
	(void)state;
	assert_int_equal(check(""), UTF8_OK);
	assert_int_equal(check("plain"), UTF8_OK);
	assert_int_equal(check("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf"), UTF8_OK);
	assert_int_equal(utf8_check("a\0b", 3), UTF8_OK);
}

static void
broken_beats_forbidden_wherever_it_stands(void **state)
{
	(void)state;
	assert_int_equal(check("\xc0\x80\xff"), UTF8_BROKEN);
	assert_int_equal(check("\xff\xc0\x80"), UTF8_BROKEN);
	assert_int_equal(check("\xc0\x80 fine"), UTF8_FORBIDDEN);
}

/* A sequence is not completed by bytes that lie behind the text. */
static void
a_sequence_cut_by_the_length_is_broken(void **state)
{
	static const char smile[] = "\xf0\x9f\x98\x80";

	(void)state;
	for (size_t n = 1; n < 4; n++) {
		char *cut = malloc(n); /* so that a sanitizer sees a byte too far */

		memcpy(cut, smile, n);
		assert_int_equal(utf8_check(cut, n), UTF8_BROKEN);
		free(cut);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_in_every_length_is_judged_right),
		cmocka_unit_test(other_encodings_and_binary_are_broken),
		cmocka_unit_test(overlong_surrogate_and_too_big_are_forbidden),
		cmocka_unit_test(text_of_all_lengths_is_fine),
		cmocka_unit_test(broken_beats_forbidden_wherever_it_stands),
		cmocka_unit_test(a_sequence_cut_by_the_length_is_broken),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
