/* test_bars.c -- tasks as lines for a terminal, and which of them: bars.c,
 * picture.c. */
#include "unit.h"

#include <locale.h>
#include <wchar.h>

#include "client/bars.h"
#include "client/picture.h"
#include "task/name.h"
#include "task/table.h"
#include "task/view.h"

#define NOW 1000.0
#define VIEWS_MAX 12

static struct view views[VIEWS_MAX];
static size_t count;

static void
add(const char *json)
{
	if (!view_read(&views[count++], json, strlen(json)))
		fail_msg("%s is no record", json);
}

static int
setup(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	while (count > 0)
		view_free(&views[--count]);
	return 0;
}

static char *
draw(int columns, bool utf8, bool color, unsigned phase)
{
	struct bars_style style = { columns, utf8, color, NOW, phase };

	return bars_draw(views, count, &style);
}

static void
assert_drawn(int columns, bool utf8, const char *wanted)
{
	char *text = draw(columns, utf8, false, 0);

	assert_string_equal(text, wanted);
	free(text);
}

static int
width_of(const char *line, size_t len)
{
	wchar_t wide[1024];
	char copy[4096];
	size_t n;

	assert_true(len < sizeof copy);
	memcpy(copy, line, len);
	copy[len] = '\0';
	n = mbstowcs(wide, copy, COUNT(wide));
	assert_true(n < COUNT(wide));
	return wcswidth(wide, n);
}

/* Each line at most that wide, with no control character in it. */
static void
assert_fits(const char *text, int columns)
{
	size_t lines = 0;

	for (const char *end; *text != '\0'; text = end + 1, lines++) {
		int width;

		assert_non_null(end = strchr(text, '\n'));
		width = width_of(text, (size_t)(end - text)); /* -1: something not printable */
		if (width < 0 || width > columns)
			fail_msg("%d cells of %d: %.*s", width, columns, (int)(end - text), text);
	}
	assert_int_equal(lines, count);
}

static void
add_usual(void)
{
	add("{\"moved\":1288490188,\"total\":3650722201,\"percent\":\"35.29\",\"task\":\"backup/db\",\"message\":\"copying tables\","
	    "\"unit\":\"B\",\"rate\":13107200.5,\"eta\":182,\"started\":955,\"updated\":1000}");
	add("{\"moved\":812,\"task\":\"scan\",\"unit\":\"files\",\"cancel\":\"stopping\",\"started\":990}");
	add("{\"moved\":31,\"total\":100,\"percent\":\"31.00\",\"task\":\"world\",\"state\":\"failed\",\"exit\":3,"
	    "\"message\":\"cannot stat foo\",\"started\":800,\"ended\":931}");
	add("{\"moved\":12,\"total\":12,\"percent\":\"100.00\",\"task\":\"nightly\",\"state\":\"done\",\"lap\":2,\"started\":800,\"ended\":845}");
}

static void
columns_line_up_and_go_one_by_one_as_it_gets_narrow(void **state)
{
	(void)state;
	add_usual();
	assert_drawn(100, true,
	    "  backup/db  \u2595\u2588\u2588\u2588\u2589       \u258f   35%  1.20/3.40 GiB  12.5 MiB/s   0:45   3:02 left  copying tables\n"
	    "  scan       \u2595\u2588\u2588         \u258f            812 files               0:10              stopping\n"
	    "\u2717 world      \u2595\u2588\u2588\u2588\u258d       \u258f   31%         31/100               2:11              failed, exit 3  can\u2026\n"
	    "\u2713 nightly    \u2595\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u258f  100%          12/12               0:45              done  lap 2\n");
	assert_drawn(60, true,
	    "  backup/db  \u2595\u2588\u2588\u258a     \u258f   35%   3:02 left  copying tables\n"
	    "  scan       \u2595\u2588\u2588      \u258f                    stopping\n"
	    "\u2717 world      \u2595\u2588\u2588\u258d     \u258f   31%              failed, exit 3  \u2026\n"
	    "\u2713 nightly    \u2595\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u258f  100%              done  lap 2\n");
	assert_drawn(20, false,
	    "  backup/db   35%\n"
	    "  scan\n"
	    "x world       31%\n"
	    "+ nightly    100%\n");
}

static void
without_a_width_it_is_a_table_with_every_word(void **state)
{
	(void)state;
	add_usual();
	assert_drawn(0, true,
	    "  backup/db   35%  1.20/3.40 GiB  12.5 MiB/s   0:45   3:02 left  running         copying tables\n"
	    "  scan                 812 files               0:10              stopping\n"
	    "\u2717 world       31%         31/100               2:11              failed, exit 3  cannot stat foo\n"
	    "\u2713 nightly    100%          12/12               0:45              done            lap 2\n");
}

static void
the_unnamed_task_is_called_so(void **state)
{
	(void)state;
	add("{\"moved\":45,\"total\":100,\"percent\":\"45.00\"}");
	assert_drawn(40, false, "  (unnamed)  [####       ]   45%  45/100\n");
}

/* Does the last cell within the frame say that it is full? */
static bool
is_full(const char *line, const char *block, const char *frame)
{
	const char *end = NULL;

	for (const char *p = line; (p = strstr(p, frame)) != NULL; p++)
		end = p;
	assert_non_null(end);
	return strncmp(end - strlen(block), block, strlen(block)) == 0;
}

static void
a_bar_is_full_at_100_percent_and_not_before(void **state)
{
	char json[64];

	(void)state;
	for (int columns = 30; columns <= 200; columns += 17)
		for (int p = 0; p <= 10000; p += p < 9990 ? 111 : 1) {
			char *text;

			snprintf(json, sizeof json, "{\"task\":\"a\",\"percent\":\"%d.%02d\"}", p / 100, p % 100);
			add(json);
			text = draw(columns, true, false, 0);
			assert_int_equal(is_full(text, "\u2588", "\u258f"), p == 10000);
			assert_fits(text, columns);
			free(text);
			text = draw(columns, false, false, 0);
			assert_int_equal(is_full(text, "#", "]"), p == 10000);
			assert_fits(text, columns);
			free(text);
			teardown(NULL);
		}
}

static void
without_a_total_a_block_moves_and_there_is_no_percent(void **state)
{
	char *before = NULL, *text;
	size_t moves = 0;

	(void)state;
	add("{\"moved\":812,\"task\":\"scan\",\"started\":990}");
	for (unsigned phase = 0; phase < 200; phase++) {
		text = draw(80, true, false, phase);
		assert_null(strchr(text, '%'));
		assert_fits(text, 80);
		moves += before != NULL && strcmp(text, before) != 0;
		free(before);
		before = text;
	}
	free(before);
	assert_int_equal(moves, 199); /* with every step */
	teardown(NULL);
	add("{\"moved\":812,\"task\":\"scan\",\"state\":\"lost\"}"); /* nothing moves any more */
	text = draw(80, true, false, 3);
	assert_null(strstr(text, "\u2588"));
	free(text);
}

static void
colors_change_nothing_but_the_color(void **state)
{
	char *plain, *text, *q;

	(void)state;
	add_usual();
	plain = draw(100, true, false, 0);
	text = q = draw(100, true, true, 0);
	assert_null(strchr(plain, '\033'));
	for (const char *p = text; *p != '\0'; p++) {
		if (strncmp(p, "\033[", 2) == 0) {
			p += 2 + strspn(p + 2, "0123456789;");
			assert_int_equal(*p, 'm');
		} else {
			*q++ = *p;
		}
	}
	*q = '\0';
	assert_string_equal(text, plain);
	free(plain);
	free(text);
}

static void
every_line_fits_every_width_whatever_a_task_is_called(void **state)
{
	static const char *const evil[] = { "", "x", "\\u001b[2J\\u001b]0;pwned\\u0007", "\\u009b31m", "\\r\\n\\t", "\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e\u65e5\u672c",
		"e\u0301\u0302\u0303\u0304\u0305\u0306\u0307", "\u202egnissecorp\u202c", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ufdfd\ufdfd",
		"a very long text that goes on and on and on and on and on and on and on and on and on and on", "\\u0000\\u0000",
		"\u115f\u1160\u3164\uffa0" };
	static const char *const states[] = { "", ",\"state\":\"done\"", ",\"state\":\"failed\",\"exit\":255", ",\"state\":\"cancelled\",\"signal\":\"RTMIN+15\"",
		",\"state\":\"lost\"", ",\"cancel\":\"asked\"" };
	uint64_t random = seed_of("bars", 7);

	(void)state;
	for (int columns = 1; columns <= 200; columns++)
		for (int i = 0; i < 6; i++) {
			char json[2048], *text;

			for (unsigned n = 1 + below(&random, VIEWS_MAX - 1); n > 0; n--) {
				snprintf(json, sizeof json, "{\"moved\":%u,\"total\":%u,%s\"task\":\"%s%s\",\"title\":\"%s\",\"message\":\"%s%s\",\"unit\":\"%s\","
				    "\"rate\":%u.5,\"eta\":%u,\"started\":%u%s}", below(&random, 1u << 31), below(&random, 1u << 31),
				    below(&random, 2) ? "\"percent\":\"37.77\"," : "", evil[below(&random, COUNT(evil))], evil[below(&random, COUNT(evil))],
				    evil[below(&random, COUNT(evil))], evil[below(&random, COUNT(evil))], evil[below(&random, COUNT(evil))],
				    below(&random, 2) ? "B" : evil[below(&random, 9)], below(&random, 1u << 31), below(&random, 1u << 20),
				    below(&random, 1u << 20), states[below(&random, COUNT(states))]);
				add(json);
			}
			text = draw(columns, true, false, (unsigned)i);
			assert_fits(text, columns);
			free(text);
			text = draw(columns, false, false, (unsigned)i);
			assert_fits(text, columns);
			for (const char *p = text; *p != '\0'; p++)
				assert_true(*p == '\n' || (*p >= ' ' && *p <= '~'));
			free(text);
			teardown(NULL);
		}
}

/* ---- picture.c ---- */

static void
put(struct table *t, uint64_t seq, uint64_t run, const char *name, enum kind kind)
{
	struct text text = { .bytes = malloc(256) };

	text.len = (uint32_t)snprintf(text.bytes, 256, "{\"task\":\"%s\"%s}", name, kind == KIND_END ? ",\"state\":\"done\"" : "");
	table_put(t, seq, run, name, kind, text);
}

static void
assert_picture(struct table *t, size_t room, const char *wanted, size_t more_running, size_t more_ended)
{
	struct picture p = picture_take(t, room);
	char names[256] = "";

	for (size_t i = 0; i < p.count; i++) {
		strcat(names, p.views[i].task);
		strcat(names, " ");
	}
	assert_string_equal(names, wanted);
	assert_int_equal(p.more_running, more_running);
	assert_int_equal(p.more_ended, more_ended);
	picture_free(&p);
}

static void
what_runs_comes_first_by_name_then_the_last_ends(void **state)
{
	struct table *t = table_new(1, NULL);

	(void)state;
	assert_picture(t, 10, "", 0, 0);
	put(t, 1, 1, "c", KIND_RUN);
	put(t, 2, 2, ".", KIND_RUN);
	put(t, 3, 3, "a/b", KIND_RUN);
	put(t, 4, 4, "old", KIND_END);
	put(t, 5, 5, "a", KIND_RUN);
	put(t, 6, 6, "older", KIND_END);
	put(t, 7, 4, "old", KIND_END);
	put(t, 8, 8, "again", KIND_END);
	put(t, 9, 9, "again", KIND_RUN); /* the end before it is kept, and not shown */
	put(t, 10, 0, "gone", KIND_REMOVED);
	assert_picture(t, 10, ". a a/b again c old older ", 0, 0);
	assert_picture(t, 6, ". a a/b again c old ", 0, 1);
	put(t, 11, 1, "c", KIND_RUN); /* a change moves nobody */
	assert_picture(t, 5, ". a a/b again c ", 0, 2);
	assert_picture(t, 3, "a a/b again ", 2, 2); /* those that began last */
	assert_picture(t, 0, "", 5, 2);
	table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(columns_line_up_and_go_one_by_one_as_it_gets_narrow, teardown),
		cmocka_unit_test_teardown(without_a_width_it_is_a_table_with_every_word, teardown),
		cmocka_unit_test_teardown(the_unnamed_task_is_called_so, teardown),
		cmocka_unit_test_teardown(a_bar_is_full_at_100_percent_and_not_before, teardown),
		cmocka_unit_test_teardown(without_a_total_a_block_moves_and_there_is_no_percent, teardown),
		cmocka_unit_test_teardown(colors_change_nothing_but_the_color, teardown),
		cmocka_unit_test_teardown(every_line_fits_every_width_whatever_a_task_is_called, teardown),
		cmocka_unit_test(what_runs_comes_first_by_name_then_the_last_ends),
	};

	return cmocka_run_group_tests_name("bars", tests, setup, NULL);
}
