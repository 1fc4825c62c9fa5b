/* Listening: everything while it is little, the newest while it is much, and a
 * count of what was passed over. */
#include "unit.h"

#include <poll.h>

#include "client/ear.h"

struct heard {
	uint64_t lines, skipped;
	unsigned pieces, open; /* offered, in all and of lines not ended */
	char last[64];
};

static void
on_piece(void *arg, const char *text, size_t len, enum piece_end end)
{
	struct heard *h = arg;

	(void)text;
	(void)len;
	h->pieces++;
	h->open += end == PIECE_OPEN;
}

static void
on_line(void *arg, const char *text, size_t len)
{
	struct heard *h = arg;

	h->lines++;
	snprintf(h->last, sizeof h->last, "%.*s", (int)len, text);
}

static void
on_skipped(void *arg, uint64_t lines)
{
	struct heard *h = arg;

	h->skipped += lines;
}

static struct ear *
new_ear(struct heard *h, bool text)
{
	struct screen_user user = { .arg = h, .piece = on_piece, .line = on_line };

	memset(h, 0, sizeof *h);
	return ear_new(&user, on_skipped, text);
}

/* Numbered lines; malloc'd. */
static char *
lines_of(unsigned n, size_t *len)
{
	char *text = malloc(n * 12 + 1);

	*len = 0;
	for (unsigned i = 1; i <= n; i++)
		*len += (size_t)sprintf(text + *len, "line %u\n", i);
	return text;
}

static void
little_is_heard_line_by_line(void **state)
{
	struct heard h;
	struct ear *e = new_ear(&h, false);

	(void)state;
	ear_hear(e, "one\ntwo\nthr", 11);
	assert_int_equal(h.lines, 2);
	ear_hear(e, "ee", 2);
	ear_finish(e);
	assert_int_equal(h.lines, 3);
	assert_string_equal(h.last, "three");
	assert_int_equal(h.skipped, 0);
	ear_free(e);
}

static void
a_flood_costs_no_more_than_its_newest_part_and_is_counted(void **state)
{
	struct heard h;
	struct ear *e = new_ear(&h, false);
	size_t len;
	char *text = lines_of(500000, &len);

	(void)state;
	for (size_t at = 0; at < len; at += 50000)
		ear_hear(e, text + at, len - at < 50000 ? len - at : 50000);
	ear_finish(e);
	assert_string_equal(h.last, "line 500000");
	/* of a gap, the line before and the one after may count as one */
	assert_true(h.lines + h.skipped <= 500000);
	assert_true(h.lines + h.skipped >= 500000 - 100);
	assert_true(h.skipped > 0);
	free(text);
	ear_free(e);
}

static void
one_chunk_larger_than_all_we_look_at_leaves_its_end(void **state)
{
	struct heard h;
	struct ear *e = new_ear(&h, true);
	size_t len;
	char *text = lines_of(100000, &len);

	(void)state;
	ear_hear(e, text, len);
	assert_int_equal(h.lines, 0);
	assert_true(ear_timeout(e) >= 0);
	ear_finish(e);
	assert_string_equal(h.last, "line 100000");
	assert_true(h.lines + h.skipped >= 99999 && h.lines + h.skipped <= 100001);
	assert_true(h.lines * 8 <= EAR_BYTES);
	free(text);
	ear_free(e);
}

static void
nothing_is_put_off_for_ever(void **state)
{
	struct heard h;
	struct ear *e = new_ear(&h, false);
	size_t len;
	char *text = lines_of(100000, &len);
	int ms;

	(void)state;
	ear_hear(e, text, len);
	ms = ear_timeout(e);
	assert_in_range(ms, 0, EAR_PERIOD / 1000 + 1);
	while (ear_timeout(e) >= 0)
		ear_serve(e);
	assert_string_equal(h.last, "line 100000");
	free(text);
	ear_free(e);
}

static void
a_byte_that_no_text_has_ends_the_listening_but_not_in_a_terminal(void **state)
{
	struct heard h;
	struct ear *e = new_ear(&h, false);

	(void)state;
	ear_hear(e, "text\n", 5);
	ear_hear(e, "da\0ta\n", 6);
	ear_hear(e, "more\n", 5);
	ear_finish(e);
	assert_int_equal(h.lines, 1);
	ear_free(e);
	e = new_ear(&h, true);
	ear_hear(e, "te\0xt\n", 6);
	ear_finish(e);
	assert_string_equal(h.last, "text");
	ear_free(e);
}

/* "chunk 12/1" and "00" written apart would be 12 of 1 for a moment. */
static void
a_line_that_stays_open_is_offered_after_a_pause_and_once(void **state)
{
	struct heard h;
	struct ear *e = new_ear(&h, false);

	(void)state;
	assert_int_equal(ear_timeout(e), -1);
	ear_hear(e, "chunk 12/1", 10);
	assert_int_equal(h.pieces, 0);
	assert_in_range(ear_timeout(e), 0, SCREEN_PAUSE + 1);
	while (h.pieces == 0) {
		poll(NULL, 0, ear_timeout(e));
		ear_serve(e);
	}
	assert_int_equal(h.open, 1);
	assert_int_equal(ear_timeout(e), -1);
	ear_hear(e, "00\n", 3);
	assert_int_equal(h.pieces, 2);
	assert_int_equal(h.open, 1);
	ear_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(little_is_heard_line_by_line),
		cmocka_unit_test(a_line_that_stays_open_is_offered_after_a_pause_and_once),
		cmocka_unit_test(a_flood_costs_no_more_than_its_newest_part_and_is_counted),
		cmocka_unit_test(one_chunk_larger_than_all_we_look_at_leaves_its_end),
		cmocka_unit_test(nothing_is_put_off_for_ever),
		cmocka_unit_test(a_byte_that_no_text_has_ends_the_listening_but_not_in_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
