/* test_screen.c -- a program's output as a terminal would show it: screen.c,
 * with vt.c, row.c, region.c and sgr.c below it. */
#include "unit.h"

#include "client/row.h"
#include "client/screen.h"

#define TOLD_MAX (1 << 20)

static struct screen *screen;
static char pieces[TOLD_MAX], lines[TOLD_MAX]; /* "LF text|CR text|", "line|line|" */

static void
add(char *told, const char *kind, const char *text, size_t len)
{
	size_t at = strlen(told);

	assert_true(at + len + strlen(kind) + 3 < TOLD_MAX);
	snprintf(told + at, TOLD_MAX - at, "%s%.*s|", kind, (int)len, text);
}

static void
piece(void *arg, const char *text, size_t len, enum piece_end end)
{
	static const char *const kinds[] = { "LF ", "CR ", "BACK ", "OPEN ", "OSC " };

	(void)arg;
	assert_int_equal(strlen(text), len);
	add(pieces, kinds[end], text, len);
}

static void
line(void *arg, const char *text, size_t len)
{
	(void)arg;
	assert_int_equal(strlen(text), len);
	add(lines, "", text, len);
}

static int
setup(void **state)
{
	struct screen_user user = { .piece = piece, .line = line };

	(void)state;
	screen = screen_new(&user);
	pieces[0] = lines[0] = '\0';
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	screen_free(screen);
	return 0;
}

static void
feed(const char *text)
{
	screen_feed(screen, text, strlen(text));
}

static void
lines_are_pieces_and_lines_of_the_log(void **state)
{
	(void)state;
	feed("one\ntwo\r\n\nthree\r\r\n");
	assert_string_equal(pieces, "LF one|LF two|LF three|");
	assert_string_equal(lines, "one|two||three|");
}

static void
a_bar_drawn_with_cr_is_many_pieces_and_one_line(void **state)
{
	(void)state;
	feed("\r 1%\r 50%\r100%\n");
	assert_string_equal(pieces, "CR  1%|CR  50%|LF 100%|");
	assert_string_equal(lines, "100%|");
}

static void
text_before_its_cr_is_told_at_the_pause_and_once(void **state)
{
	(void)state;
	feed("10%\r");
	assert_string_equal(pieces, "");
	screen_idle(screen);
	screen_idle(screen);
	assert_string_equal(pieces, "CR 10%|");
	feed("20%\r");
	screen_idle(screen);
	assert_string_equal(pieces, "CR 10%|CR 20%|");
	feed("\n");
	assert_string_equal(pieces, "CR 10%|CR 20%|");
	assert_string_equal(lines, "20%|");
}

static void
a_cr_that_nothing_follows_erases_nothing(void **state)
{
	(void)state;
	feed("kept\r\033[?25h\033[0m\n");
	assert_string_equal(lines, "kept|");
}

static void
backspaces_are_steps_of_a_bar(void **state)
{
	(void)state;
	feed("  0%\b\b\b\b    \b\b\b\b  1% a\b\b\b\b\b\b      \b\b\b\b\b\bdone\n");
	assert_string_equal(pieces, "BACK   0%|BACK   1% a|LF done  |");
	assert_string_equal(lines, "done|");
}

static void
a_piece_is_the_whole_line_though_only_its_end_was_written_again(void **state)
{
	(void)state;
	feed("Tables:  0/16\b\b\b\b\b 1/16\b\b\b\b\b     \b\b\b\b\bdone\n");
	assert_string_equal(pieces, "BACK Tables:  0/16|BACK Tables:  1/16|BACK Tables:      |LF Tables: done |");
	assert_string_equal(lines, "Tables: done|");
}

static void
an_open_piece_is_offered_when_output_pauses_if_it_is_news(void **state)
{
	(void)state;
	feed("10%");
	screen_idle(screen);
	screen_idle(screen);
	assert_string_equal(pieces, "OPEN 10%|");
	feed("...20%");
	screen_idle(screen);
	feed("\n");
	screen_idle(screen);
	assert_string_equal(pieces, "OPEN 10%|OPEN 10%...20%|LF 10%...20%|");
	assert_string_equal(lines, "10%...20%|");
}

static void
what_cannot_be_seen_is_no_piece(void **state)
{
	(void)state;
	feed("     \r\n\t\n   ");
	screen_idle(screen);
	assert_string_equal(pieces, "");
	assert_string_equal(lines, "|\t|");
}

static void
colours_are_kept_in_the_log_only(void **state)
{
	(void)state;
	feed("\033[1;31merror\033[0m: no\n");
	assert_string_equal(pieces, "LF error: no|");
	assert_string_equal(lines, "\033[1;31merror\033[0m: no|");
}

static void
a_line_leaves_no_look_behind_and_begins_with_its_own(void **state)
{
	(void)state;
	feed("\033[32mgreen\nstill\033[39m not\n");
	assert_string_equal(lines, "\033[32mgreen\033[0m|\033[32mstill\033[0m not|");
}

static void
all_kinds_of_looks_are_understood(void **state)
{
	(void)state;
	feed("\033[38;5;200;48;2;1;2;3ma\033[1;22;4;24mb\033[93;102mc\033[mx\n");
	assert_string_equal(lines, "\033[38;5;200;48;2;1;2;3mab\033[0;93;102mc\033[0mx|");
	lines[0] = '\0';
	feed("\033[38:5:9mq\033[0;7;9mw\033[>4;1me\033[38;5m\033[999mr\033[0m\n");
	assert_string_equal(lines, "\033[38;5;9mq\033[0;7;9mwer\033[0m|");
}

static void
a_redrawn_character_has_its_new_look(void **state)
{
	(void)state;
	feed("\033[31mabc\033[0m\033[2D\033[32mX\033[0m\n");
	assert_string_equal(lines, "\033[31ma\033[0;32mX\033[0;31mc\033[0m|");
}

static void
other_sequences_and_controls_are_dropped(void **state)
{
	(void)state;
	feed("\033]0;title\007a\033]8;;http://x/\033\\b\033]8;;\033\\\033(B\033[?25l\033[6n\033=\033[1 qc\001\007\016\177d\302\205\033P1$r\033\\e\n");
	assert_string_equal(lines, "abcde|");
	assert_string_equal(pieces, "LF abcde|");
}

static void
a_sequence_that_never_ends_ends_with_its_line(void **state)
{
	(void)state;
	feed("a\033]0;for ever\nb\033Psixel\nc\033[12;\nd\033\ne\n");
	assert_string_equal(lines, "a|b|c|d|e|");
}

static void
a_sequence_gives_way_to_another_and_to_controls(void **state)
{
	(void)state;
	feed("a\033[1\033[31mb\033[3\rc\033[0m\033[\302\251\030d\n");
	assert_string_equal(lines, "\033[31mc\033[0m\302\251d|");
}

static void
what_is_not_utf8_is_replaced(void **state)
{
	(void)state;
	feed("gr\374n \303\274 \300\257 \355\240\200 \364\220\200\200 \342\202 \360\237\230\200 \342\n");
	assert_string_equal(lines,
		"gr\357\277\275n \303\274 \357\277\275\357\277\275 \357\277\275 \357\277\275 \357\277\275 \360\237\230\200 \357\277\275|");
}

static void
progress_for_programs_is_told_as_such(void **state)
{
	(void)state;
	feed("a\033]9;4;1;45\007b\033]9;4;0\033\\c\n\033]9;1;x\007");
	assert_string_equal(pieces, "OSC 1;45|OSC 0|LF abc|");
	assert_string_equal(lines, "abc|");
}

static void
a_full_screen_program_is_not_read(void **state)
{
	(void)state;
	feed("before \033[?1049h\033[1;1Hfile 50%\n\r100%\r\n\033[?1049lafter\n");
	screen_idle(screen);
	assert_string_equal(pieces, "LF before after|");
	assert_string_equal(lines, "before after|");
}

static void
bars_on_several_rows_are_logged_at_first_and_at_last(void **state)
{
	(void)state;
	feed("a 0%\nb 0%\n\033[2Aa 50%\nb 10%\n\033[2A\033[Ka 100%\nb 100%\nend\n");
	assert_string_equal(pieces, "LF a 0%|LF b 0%|LF a 50%|LF b 10%|LF a 100%|LF b 100%|LF end|");
	assert_string_equal(lines, "a 0%|b 0%|a 100%|b 100%|end|");
}

static void
a_display_that_clears_itself_loses_no_line_after_it(void **state)
{
	(void)state;
	feed("[1] 1%\nfile\033[A\r\033[2K[2] 2%\nother\033[A\r\033[2KDone.\r\n\033[2KBye.\n");
	assert_string_equal(lines, "[1] 1%|Done.|Bye.|");
}

static void
a_row_that_is_left_and_found_again_is_logged(void **state)
{
	(void)state;
	feed("a\nb\033[A\033[Bc\033[A");
	screen_end(screen);
	assert_string_equal(lines, "a|c|");
}

static void
going_up_over_an_empty_line_owes_the_log_nothing(void **state)
{
	(void)state;
	feed("a\n\n\033[Ab\nc\n");
	assert_string_equal(lines, "a||b|c|");
}

static void
what_is_drawn_elsewhere_does_not_disturb_the_line(void **state)
{
	(void)state;
	feed("Unpack\0337\033[24;0fProgress: [ 20%]\0338ing\n\0337\033[24;0fProgress: [ 40%]\0338next\n");
	assert_string_equal(pieces, "BACK Unpack|BACK Progress: [ 20%]|LF Unpacking|BACK Progress: [ 40%]|LF next|");
	assert_string_equal(lines, "Unpacking|next|");
}

static void
a_saved_cursor_that_is_not_used_hides_nothing(void **state)
{
	(void)state;
	feed("\033[sone\ntwo\n\033[u");
	assert_string_equal(lines, "one|two|");
	feed("\0337\033[5;1H");
	for (int i = 0; i < 1100; i++)
		feed("x\n");
	feed("seen\n");
	assert_non_null(strstr(lines, "|seen|"));
}

static void
erasing_and_moving_within_the_line(void **state)
{
	(void)state;
	feed("abcdef\033[3D\033[K!\n"
	     "wrong\033[2Kx\033[Gright\n"
	     "\033[5Cfar\n"
	     "abc\033[2`X\n"
	     "abc\033[1K\n"
	     "done\r\033[K\n");
	assert_string_equal(lines, "abc!|right|     far|aXc|||");
}

static void
sixty_four_kilobytes_without_a_line_feed(void **state)
{
	char text[65536 + 1];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = (char)('a' + i % 26);
	text[sizeof text - 1] = '\0';
	feed(text);
	screen_idle(screen);
	len = strlen(pieces);
	assert_in_range(len, ROW_CELLS / 2, ROW_CELLS + 8);
	pieces[len - 1] = '\0';
	assert_string_equal(pieces + 5, text + sizeof text - 1 - (len - 6)); /* the newest ones */
	feed("\n");
	len = strlen(lines);
	assert_int_equal(len, ROW_LOG_MAX + 1);
	assert_memory_equal(lines, text, ROW_LOG_MAX - 3);
	assert_string_equal(lines + ROW_LOG_MAX - 3, "\342\200\246|");
	lines[0] = '\0';
	feed("short\n");
	assert_string_equal(lines, "short|");
}

static void
a_line_is_cut_where_its_json_would_be_too_long(void **state)
{
	char text[ROW_LOG_MAX + 2] = { 0 };

	(void)state;
	memset(text, 'x', ROW_LOG_MAX);
	feed(text);
	feed("\n");
	assert_int_equal(strlen(lines), ROW_LOG_MAX + 1); /* just fits */
	lines[0] = '\0';
	text[ROW_LOG_MAX] = 'y';
	feed(text);
	feed("\n");
	assert_int_equal(strlen(lines), ROW_LOG_MAX + 1);
	assert_string_equal(lines + ROW_LOG_MAX - 4, "x\342\200\246|");
	lines[0] = '\0';
	memset(text, '"', ROW_LOG_MAX);
	feed(text);
	feed("\n");
	assert_int_equal(strlen(lines), (ROW_LOG_MAX - 3) / 2 + 3 + 1);
	lines[0] = '\0';
	for (int i = 0; i < 800; i++)
		feed("\342\202\254"); /* 3 bytes each: cut at a character */
	feed("\n");
	assert_int_equal(strlen(lines), 665 * 3 + 3 + 1);
}

static void
looks_count_and_are_taken_back_even_in_a_line_that_is_cut(void **state)
{
	size_t len;

	(void)state;
	for (int i = 0; i < 1000; i++)
		feed(i % 2 ? "\033[31mx" : "\033[32my");
	feed("\n");
	len = strlen(lines);
	assert_string_equal(lines + len - 8, "\342\200\246\033[0m|");
}

static void
more_looks_than_are_kept_change_no_text(void **state)
{
	char sequence[32];

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(sequence, sizeof sequence, "\033[38;5;%dm%d", i, i % 10);
		feed(sequence);
	}
	screen_idle(screen);
	assert_int_equal(strlen(pieces), 5 + 100 + 1);
}

static void
the_last_line_needs_no_line_feed(void **state)
{
	(void)state;
	feed("one\ntwo");
	screen_end(screen);
	assert_string_equal(pieces, "LF one|OPEN two|");
	assert_string_equal(lines, "one|two|");
}

/* The sequences that tools draw with, in any order. */
static void
chunks_make_no_difference(void **state)
{
	static const char *const parts[] = { "a", "bc%", "\r", "\n", "\b\b", "\033[A", "\033[2K", "\033[31m", "\033[0m", "\t",
		"\0337", "\0338", "\033[5;1H", "\303\274", "\342\226\210", "\377", "\033]9;4;1;5\033\\", "\033[?1049h", "\033[?1049l",
		"\033[B", "\033[3G", "\033[K", "  ", "\033]0;x\007" };
	uint64_t seed = seed_of(__func__, 7);
	static char whole[2][TOLD_MAX];

	for (int round = 0; round < 2000; round++) {
		char text[512] = "";
		size_t len;

		while (strlen(text) < 400)
			strcat(text, parts[below(&seed, COUNT(parts))]);
		len = strlen(text);
		screen_feed(screen, text, len);
		screen_end(screen);
		memcpy(whole[0], pieces, strlen(pieces) + 1);
		memcpy(whole[1], lines, strlen(lines) + 1);
		teardown(state);
		setup(state);
		for (size_t at = 0; at < len;) {
			size_t n = 1 + below(&seed, 3);

			n = n < len - at ? n : len - at;
			screen_feed(screen, text + at, n);
			at += n;
		}
		screen_end(screen);
		assert_string_equal(pieces, whole[0]);
		assert_string_equal(lines, whole[1]);
		teardown(state);
		setup(state);
	}
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(lines_are_pieces_and_lines_of_the_log),
		CLAIM(a_bar_drawn_with_cr_is_many_pieces_and_one_line),
		CLAIM(text_before_its_cr_is_told_at_the_pause_and_once),
		CLAIM(a_cr_that_nothing_follows_erases_nothing),
		CLAIM(backspaces_are_steps_of_a_bar),
		CLAIM(a_piece_is_the_whole_line_though_only_its_end_was_written_again),
		CLAIM(an_open_piece_is_offered_when_output_pauses_if_it_is_news),
		CLAIM(what_cannot_be_seen_is_no_piece),
		CLAIM(colours_are_kept_in_the_log_only),
		CLAIM(a_line_leaves_no_look_behind_and_begins_with_its_own),
		CLAIM(all_kinds_of_looks_are_understood),
		CLAIM(a_redrawn_character_has_its_new_look),
		CLAIM(other_sequences_and_controls_are_dropped),
		CLAIM(a_sequence_that_never_ends_ends_with_its_line),
		CLAIM(a_sequence_gives_way_to_another_and_to_controls),
		CLAIM(what_is_not_utf8_is_replaced),
		CLAIM(progress_for_programs_is_told_as_such),
		CLAIM(a_full_screen_program_is_not_read),
		CLAIM(bars_on_several_rows_are_logged_at_first_and_at_last),
		CLAIM(a_display_that_clears_itself_loses_no_line_after_it),
		CLAIM(a_row_that_is_left_and_found_again_is_logged),
		CLAIM(going_up_over_an_empty_line_owes_the_log_nothing),
		CLAIM(what_is_drawn_elsewhere_does_not_disturb_the_line),
		CLAIM(a_saved_cursor_that_is_not_used_hides_nothing),
		CLAIM(erasing_and_moving_within_the_line),
		CLAIM(sixty_four_kilobytes_without_a_line_feed),
		CLAIM(a_line_is_cut_where_its_json_would_be_too_long),
		CLAIM(looks_count_and_are_taken_back_even_in_a_line_that_is_cut),
		CLAIM(more_looks_than_are_kept_change_no_text),
		CLAIM(the_last_line_needs_no_line_feed),
		CLAIM(chunks_make_no_difference),
	};

	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
