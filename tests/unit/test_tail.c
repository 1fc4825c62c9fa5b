/* test_tail.c -- from a publisher's lines to the table's: tail.c and what runs.c
 * makes of an update with a log.  Nothing waits here; that lines wait for each
 * other, and what becomes of them then, is said of tails without runs below. */
#include "unit.h"

#include "broker/tail.h"
#include "runs_fixture.h"
#include "task/logjson.h"

/* What a reader of logs is told after number `after`, chunks only: FIRST lines,
 * the lines themselves; one chunk a line. */
static char *
chunks_after(struct table *t, uint64_t after)
{
	const struct order *o = table_follow(t, NAME_EVERY, true);
	char *all = calloc(1, 1), *more;

	for (struct entry *e = order_next(o, after); e != NULL; e = order_next(o, e->seq)) {
		if (e->kind != KIND_LOG)
			continue;
		assert_true(asprintf(&more, "%s%.*s", all, (int)e->text.len, e->text.bytes) > 0);
		free(all);
		all = more;
	}
	table_unfollow(t, NAME_EVERY, true);
	return all;
}

static void
assert_chunks(struct table *t, uint64_t after, const char *wanted)
{
	char *got = chunks_after(t, after);

	assert_string_equal(got, wanted);
	free(got);
}

static void
lines_alone_do_not_change_the_record(void **state)
{
	struct entry *e;
	char *before;

	(void)state;
	e = say(&s1, "{\"task\":\"a\",\"moved\":1}");
	before = strdup(e->text.bytes);
	assert_ptr_equal(say(&s1, "{\"task\":\"a\",\"log\":\"one\"}"), e);
	assert_ptr_equal(say(&s2, "{\"task\":\"a\",\"log\":[\"two\",\"three\\nfour\\n\"],\"ack\":true}"), e);
	assert_int_equal(e->seq, 1);
	assert_string_equal(e->text.bytes, before);
	assert_chunks(table, 0,
	    "2 1 a log {\"task\":\"a\",\"started\":1001.000,\"first\":1,\"lines\":[\"one\"]}\n"
	    "3 1 a log {\"task\":\"a\",\"started\":1001.000,\"first\":2,\"lines\":[\"two\",\"three\",\"four\"]}\n");
	free(before);
}

static void
a_line_begins_a_run(void **state)
{
	(void)state;
	say(&s1, "{\"log\":\"\\r\\u0000\\\"\"}");
	assert_lines("1 1 . run {}\n");
	assert_chunks(table, 0, "2 1 . log {\"first\":1,\"lines\":[\"\\r\\u0000\\\"\"]}\n");
}

static void
an_end_stands_behind_the_last_line(void **state)
{
	(void)state;
	say(&s1, "{\"log\":[\"a\",\"b\"],\"state\":\"done\"}");
	assert_lines("2 1 . end {\"percent\":\"100.00\",\"state\":\"done\"}\n");
	assert_chunks(table, 0, "1 1 . log {\"first\":1,\"lines\":[\"a\",\"b\"]}\n");
	assert_refused(&s1, "{\"log\":\"late\"}", "the unnamed task has ended; on this connection only "
	    "\"state\":\"running\" begins a new run");
	say(&s2, "{\"log\":\"of a new run\"}");
	assert_chunks(table, 2, "4 3 . log {\"first\":1,\"lines\":[\"of a new run\"]}\n");
}

static void
a_lost_run_that_is_revived_counts_on(void **state)
{
	(void)state;
	say(&s1, "{\"task\":\"a\",\"hold\":true,\"log\":[\"1\",\"2\"]}");
	gone(&s1);
	assert_true(is_state("a", "lost"));
	say(&s2, "{\"task\":\"a\",\"log\":\"3\"}");
	assert_true(is_state("a", NULL));
	assert_chunks(table, 3, "5 1 a log {\"task\":\"a\",\"started\":1001.000,\"first\":3,\"lines\":[\"3\"]}\n");
}

static void
lines_left_out_are_counted_and_end_a_chunk(void **state)
{
	(void)state;
	say(&s1, "{\"log\":\"a\",\"skipped\":9}");
	say(&s1, "{\"skipped\":5}");
	say(&s1, "{\"log\":\"b\"}");
	assert_chunks(table, 0, "2 1 . log {\"first\":10,\"lines\":[\"a\"]}\n"
	    "3 1 . log {\"first\":16,\"lines\":[]}\n"
	    "4 1 . log {\"first\":16,\"lines\":[\"b\"]}\n");
}

static void
what_is_left_out_counts_up_to_2_to_the_53(void **state)
{
	(void)state;
	say(&s1, "{\"log\":\"a\",\"skipped\":9007199254740992}");
	say(&s1, "{\"log\":\"b\",\"skipped\":9007199254740992}");
	assert_chunks(table, 0, "2 1 . log {\"first\":9007199254740993,\"lines\":[\"a\"]}\n"
	    "3 1 . log {\"first\":9007199254740994,\"lines\":[\"b\"]}\n");
}

/* ---- lines that wait ---- */

static struct tails *tails;
static struct tail *tail;
static uint64_t run;

static int
setup_tail(void **state)
{
	setup(state);
	tails = tails_new(table);
	tail = tail_new(tails, "a", 1.5, &run);
	run = 0;
	return 0;
}

static int
teardown_tail(void **state)
{
	tail_free(tail);
	tails_free(tails);
	return teardown(state);
}

static void
add(unsigned lines, size_t length, uint64_t skipped)
{
	char *line = malloc(length + 32);

	update_clear(update);
	update_skip_log(update, skipped);
	for (unsigned i = 0; i < lines; i++) {
		int len = sprintf(line, "%u%*s", i, (int)length, "");

		assert_true(update_add_log(update, line, (size_t)len, err));
	}
	tail_add(tail, update);
	free(line);
}

struct sum {
	unsigned chunks, lines;
	uint64_t first, last;
};

static struct sum
sum_up(void)
{
	const struct order *o = table_follow(table, NAME_EVERY, true);
	struct sum s = { 0 };

	for (struct entry *e = order_next(o, 0); e != NULL; e = order_next(o, e->seq)) {
		struct logjson parts;

		assert_int_equal(e->kind, KIND_LOG);
		assert_true(e->text.json_len <= LOGJSON_MAX);
		assert_int_equal(e->text.bytes[e->text.len - 1], '\n');
		assert_true(logjson_read(&parts, e->text.bytes + e->text.json_at, e->text.json_len));
		if (s.chunks++ == 0)
			s.first = parts.first;
		else
			assert_int_equal(parts.first, s.last + 1);
		s.last = parts.first + parts.lines - 1;
		s.lines += parts.lines;
	}
	table_unfollow(table, NAME_EVERY, true);
	return s;
}

static void
of_those_that_wait_the_last_200_are_kept(void **state)
{
	struct sum s;

	(void)state;
	for (int i = 0; i < 10; i++)
		add(199, 3, 0);
	assert_int_equal(table_head(table), 0);
	tails_wake(tails);
	s = sum_up();
	assert_true(s.first == 1791 && s.last == 1990 && s.lines == 200);
	assert_int_equal(run, 1); /* the first chunk is the run's first change */
	tails_wake(tails);
	assert_int_equal(table_head(table), s.chunks);
}

static void
and_of_long_ones_as_many_as_the_limit_of_bytes_holds(void **state)
{
	struct sum s;

	(void)state;
	for (int i = 0; i < 40; i++)
		add(5, 1900, 0);
	tails_wake(tails);
	s = sum_up();
	assert_true(s.last == 200 && s.lines == s.last - s.first + 1);
	assert_true(s.lines * 1900 <= TAIL_BYTES_MAX && (s.lines + 1) * 1904 > TAIL_BYTES_MAX - 1904);
	assert_true(s.chunks >= 7);
}

static void
lines_around_a_gap_stand_in_chunks_of_their_own(void **state)
{
	(void)state;
	add(2, 1, 0);
	add(1, 1, 10);
	add(1, 1, 0);
	tails_wake(tails);
	assert_chunks(table, 0, "1 1 a log {\"task\":\"a\",\"started\":1.500,\"first\":1,\"lines\":[\"0 \",\"1 \"]}\n"
	    "2 1 a log {\"task\":\"a\",\"started\":1.500,\"first\":13,\"lines\":[\"0 \",\"0 \"]}\n");
}

static void
what_waits_when_its_run_goes_is_forgotten(void **state)
{
	(void)state;
	add(3, 3, 0);
	tail_free(tail);
	tails_wake(tails);
	assert_int_equal(table_head(table), 0);
	tail = NULL;
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define WAIT(f) cmocka_unit_test_setup_teardown(f, setup_tail, teardown_tail)
	const struct CMUnitTest tests[] = {
		TEST(lines_alone_do_not_change_the_record),
		TEST(a_line_begins_a_run),
		TEST(an_end_stands_behind_the_last_line),
		TEST(a_lost_run_that_is_revived_counts_on),
		TEST(lines_left_out_are_counted_and_end_a_chunk),
		TEST(what_is_left_out_counts_up_to_2_to_the_53),
		WAIT(of_those_that_wait_the_last_200_are_kept),
		WAIT(and_of_long_ones_as_many_as_the_limit_of_bytes_holds),
		WAIT(lines_around_a_gap_stand_in_chunks_of_their_own),
		WAIT(what_waits_when_its_run_goes_is_forgotten),
	};

	return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
