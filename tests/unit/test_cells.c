/* test_cells.c -- publishers' texts on a terminal: cells.c. */
#include "unit.h"

#include <locale.h>
#include <wchar.h>

#include "client/cells.h"

static int written; /* what cells_put() said of the last put() */

/* As text; free(3) it. */
static char *
put(const char *text, int max, bool utf8)
{
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	written = cells_put(f, text, max, utf8);
	fclose(f);
	return out;
}

static void
assert_put(const char *text, int max, bool utf8, const char *wanted)
{
	char *out = put(text, max, utf8);

	assert_string_equal(out, wanted);
	free(out);
}

/* What a terminal would say: the C library's own count. */
static int
real_width(const char *text)
{
	wchar_t wide[1024];
	size_t n = mbstowcs(wide, text, COUNT(wide));

	assert_true(n < COUNT(wide));
	return wcswidth(wide, n);
}

static int
setup(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL;
}

static void
plain_text_stays_and_is_cut_with_an_ellipsis(void **state)
{
	(void)state;
	assert_put("copying", 7, true, "copying");
	assert_put("copying", 100, true, "copying");
	assert_put("copying", 6, true, "copyi\u2026");
	assert_put("copying", 6, false, "copyi~");
	assert_put("copying", 1, true, "\u2026");
	assert_put("copying", 0, true, "");
	assert_put("", 5, true, "");
	assert_int_equal(cells_width("copying", true), 7);
}

static void
no_control_character_comes_through(void **state)
{
	(void)state;
	assert_put("\033[31mred\033]0;title\007", 99, true, "?[31mred?]0;title?");
	assert_put("\302\233" "31mred\302\235", 99, true, "?31mred?"); /* CSI and OSC of C1, as UTF-8 */
	assert_put("\233" "31mred\377\300\200", 99, true, "?31mred???"); /* no UTF-8 at all */
	assert_put("a\177b\001", 99, true, "a?b?");
	assert_put("a\177b\001", 99, false, "a?b?");
	for (int c = 1; c < 256; c++) {
		const char text[] = { 'a', (char)c, 'b', '\0' };
		char *out = put(text, 99, true);

		for (const char *p = out; *p != '\0'; p++)
			if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f)
				fail_msg("byte %d comes through", c);
		free(out);
	}
}

static void
blanks_of_all_kinds_are_one_blank(void **state)
{
	(void)state;
	assert_put("a\nb\r\n\tc  d", 99, true, "a b c d");
	assert_put(" \n a", 99, true, "a");
	assert_put("a \n", 99, true, "a");
	assert_put(" \n ", 99, true, "");
	assert_int_equal(cells_width("\n", true), 0);
	assert_int_equal(cells_width("a ", true), 1);
}

static void
wide_and_combining_characters_are_counted_as_cells(void **state)
{
	(void)state;
	assert_int_equal(cells_width("\u65e5\u672c\u8a9e", true), 6);
	assert_int_equal(cells_width("e\u0301", true), 1);
	assert_put("\u65e5\u672c\u8a9e", 6, true, "\u65e5\u672c\u8a9e");
	assert_put("\u65e5\u672c\u8a9e", 5, true, "\u65e5\u672c\u2026");
	assert_put("\u65e5\u672c\u8a9e", 4, true, "\u65e5\u2026"); /* half a character is none */
	assert_int_equal(written, 4 - 1);
	assert_put("\u65e5\u672c\u8a9e", 9, false, "???");
	assert_put("ae\u0301bc", 3, true, "ae\u0301\u2026");
}

static void
marks_do_not_pile_up(void **state)
{
	(void)state;
	assert_put("e\u0301\u0302\u0303\u0304\u0305x", 9, true, "e\u0301\u0302x");
	assert_put("\u0301x", 9, true, "x"); /* on nothing, it would stand on what is to the left */
	assert_put(" \u0301x", 9, true, "x");
}

static void
what_would_turn_or_join_the_line_is_left_out(void **state)
{
	(void)state;
	assert_put("a\u202eb\u2066c\u200fd\ufeffe\u2028f", 99, true, "abcdef");
	assert_put("\U0001f468\u200d\U0001f469", 99, true, "\U0001f468\U0001f469"); /* one family, two people */
	assert_put("\u263a\ufe0f", 99, true, "\u263a");
	assert_put("x\U000e0041", 99, true, "x");
}

static void
whatever_comes_in_what_goes_out_takes_the_cells_that_were_said(void **state)
{
	static const char *const pieces[] = { "a", "Z", " ", "\n", "\033[2J", "\302\233", "\377", "\u00e9", "e\u0301", "\u0301",
		"\u0300\u0300\u0300", "\u65e5", "\U0001f600", "\u200d", "\ufe0f", "\u202e", "\u1160", "\uac00", "\u0e33", "\U000e0001", "\355\240\200",
		"\364\220\200\200", "\302", "\343\201" };
	uint64_t random = seed_of("cells", 1);

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[256] = "", *out;
		int max = (int)below(&random, 30), width;

		for (unsigned n = below(&random, 20); n > 0; n--)
			strcat(text, pieces[below(&random, COUNT(pieces))]);
		width = cells_width(text, true);
		out = put(text, max, true);
		if (real_width(out) != written || written > max || (width <= max && written != width && max > 0))
			fail_msg("\"%s\" in %d cells: %d of %d, and in truth %d", text, max, written, width, real_width(out));
		free(out);
		out = put(text, max, false);
		for (const char *p = out; *p != '\0'; p++)
			assert_true(*p >= ' ' && *p <= '~');
		assert_int_equal(strlen(out), written);
		free(out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays_and_is_cut_with_an_ellipsis),
		cmocka_unit_test(no_control_character_comes_through),
		cmocka_unit_test(blanks_of_all_kinds_are_one_blank),
		cmocka_unit_test(wide_and_combining_characters_are_counted_as_cells),
		cmocka_unit_test(marks_do_not_pile_up),
		cmocka_unit_test(what_would_turn_or_join_the_line_is_left_out),
		cmocka_unit_test(whatever_comes_in_what_goes_out_takes_the_cells_that_were_said),
	};

	return cmocka_run_group_tests_name("cells", tests, setup, NULL);
}
