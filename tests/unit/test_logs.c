/* test_logs.c -- the rules of logs in the task table one by one: logs.c,
 * runlog.c, prefixes.c and tally.c.  That they hold in any mixture is
 * test_log_model.c's. */
#include "unit.h"

#include "task/name.h"
#include "task/table.h"
#include "task/tally.h"

static struct table *table;
static uint64_t head;

static int
setup(void **state)
{
	(void)state;
	table = table_new(77, NULL);
	head = 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	table_free(table);
	return 0;
}

static uint64_t
put(uint64_t run, const char *name, enum kind kind)
{
	struct text text = { .bytes = strdup(name), .len = (uint32_t)strlen(name) };
	uint64_t seq = ++head;

	table_put(table, seq, run == 0 && kind != KIND_REMOVED ? seq : run, name, kind, text);
	return seq;
}

/* `lines` lines from number `first` on, padded to `size` bytes.  False: they are nobody's. */
static bool
print_sized(uint64_t run, const char *name, uint64_t first, unsigned lines, size_t size)
{
	struct text text = { .bytes = calloc(1, 2 * size + 4 * lines + 64) };
	char *p = text.bytes + sprintf(text.bytes, "{\"first\":%llu,\"lines\":[", (unsigned long long)first);
	struct logjson parts;

	for (unsigned i = 0; i < lines; i++)
		p += sprintf(p, "%s\"%*s\"", i > 0 ? "," : "", (int)(size / lines), "");
	p += sprintf(p, "]}");
	text.len = text.json_len = (uint32_t)(p - text.bytes);
	assert_true(logjson_read(&parts, text.bytes, text.len));
	head++;
	return table_put_log(table, head, run == 0 ? head : run, name, text, &parts);
}

static bool
print(uint64_t run, const char *name, uint64_t first, unsigned lines)
{
	return print_sized(run, name, first, lines, 0);
}

/* The numbers of an order's entries, those of chunks with an L: "1 2L 4 ". */
static const char *
walk(const char *prefix, bool logs)
{
	static char numbers[4096];
	const struct order *o = table_follow(table, prefix, logs);
	char *p = numbers;

	*p = '\0';
	for (struct entry *e = order_next(o, 0); e != NULL; e = order_next(o, e->seq))
		p += sprintf(p, "%llu%s ", (unsigned long long)e->seq, e->kind == KIND_LOG ? "L" : "");
	table_unfollow(table, prefix, logs);
	return numbers;
}

static struct chunk *
chunk_at(uint64_t seq)
{
	struct entry *e = order_next(table_follow(table, NAME_EVERY, true), seq - 1);

	assert_true(e != NULL && e->seq == seq && e->kind == KIND_LOG);
	return chunk_of(e);
}

static void
count(void *arg)
{
	++*(unsigned *)arg;
}

static void
lines_are_only_for_those_who_follow_logs(void **state)
{
	unsigned told[3] = { 0, 0, 0 };
	struct watch watches[3];
	struct order *orders[] = { table_follow(table, "a", false), table_follow(table, "a", true),
		table_follow(table, NAME_EVERY, true) };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		watches[i] = (struct watch){ .changed = count, .arg = &told[i] };
		order_watch(orders[i], &watches[i]);
	}
	put(0, "a", KIND_RUN);
	assert_true(print(1, "a", 1, 3));
	assert_true(print(1, "a", 4, 3));
	assert_int_equal(told[1], 1); /* quietly so far */
	table_tell_log(table, "a");
	put(1, "a", KIND_RUN);
	assert_true(told[0] == 2 && told[1] == 3 && told[2] == 3);
	assert_string_equal(walk("a", false), "4 ");
	assert_string_equal(walk("a", true), "2L 3L 4 ");
	assert_int_equal(table_head(table), 4);
}

static void
an_order_made_late_has_records_and_lines_in_their_order(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 1);
	put(0, "b", KIND_RUN);
	print(3, "b", 1, 1);
	print(1, "a", 2, 1);
	put(1, "a", KIND_RUN);
	print(1, "a", 3, 1);
	assert_string_equal(walk(NAME_EVERY, true), "2L 3 4L 5L 6 7L ");
	assert_string_equal(walk("a", true), "2L 5L 6 7L ");
	assert_string_equal(walk("b", true), "3 4L ");
	assert_string_equal(walk("b", false), "3 ");
	assert_string_equal(walk("c", true), "");
}

static void
the_oldest_lines_go_as_soon_as_there_are_200_without_them(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 100);
	print(1, "a", 101, 60);
	print(1, "a", 161, 139);
	assert_string_equal(walk("a", true), "1 2L 3L 4L "); /* 199 without the first */
	print(1, "a", 300, 1);
	assert_string_equal(walk("a", true), "1 3L 4L 5L ");
	print(1, "a", 301, 200);
	assert_string_equal(walk("a", true), "1 6L ");
	print(1, "a", 501, 0);
	assert_string_equal(walk("a", true), "1 6L 7L ");
}

static void
above_64_mib_the_oldest_lines_of_any_run_go(void **state)
{
	const size_t size = 7000, n = TABLE_LOG_BYTES_MAX / size;
	const struct order *o;
	char name[32];
	size_t left = 0;

	(void)state;
	for (size_t i = 0; i < n + 100; i++) {
		snprintf(name, sizeof name, "t%zu", i % 200);
		print_sized(i % 200 + 1, name, i / 200 + 1, 1, size);
	}
	o = table_follow(table, NAME_EVERY, true);
	assert_true(order_next(o, 0)->seq > 100);
	for (struct entry *e = order_next(o, 0); e != NULL; e = order_next(o, e->seq))
		left++;
	assert_true(left < n && left > n - n / 20);
}

static void
a_log_goes_with_its_run(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 1);
	put(1, "a", KIND_END);
	print(0, "a", 1, 1); /* of run 4, whose record is still to come */
	assert_string_equal(walk("a", true), "2L 3 4L ");
	put(1, "a", KIND_END); /* told once more */
	assert_string_equal(walk("a", true), "2L 4L 5 ");
	put(4, "a", KIND_RUN);
	assert_string_equal(walk("a", true), "2L 4L 5 6 ");
	assert_true(print(1, "a", 2, 1)); /* there still, beside the new one */
	put(4, "a", KIND_END);
	assert_string_equal(walk("a", true), "4L 8 ");
	assert_false(print(1, "a", 3, 1)); /* gone */
	put(0, "a", KIND_REMOVED);
	assert_string_equal(walk("a", true), "10 ");
	assert_false(print(4, "a", 2, 1));
	assert_true(print(0, "a", 1, 1));
	assert_string_equal(walk("a", true), "10 12L ");
	put(12, "a", KIND_RUN);
	assert_string_equal(walk("a", true), "10 12L 13 ");
}

static void
a_forgotten_end_takes_its_log_with_it(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 1);
	put(1, "a", KIND_END);
	put(0, "a", KIND_RUN);
	print(4, "a", 1, 1);
	table_forget_end(table, "a");
	assert_string_equal(walk("a", true), "4 5L ");
}

static void
lines_are_meant_for_whom_the_end_of_their_run_is(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 1);
	assert_true(table_meant(table, &chunk_at(2)->entry, 2));
	put(1, "a", KIND_END);
	assert_true(table_meant(table, &chunk_at(2)->entry, 3));
	put(0, "a", KIND_RUN);
	assert_false(table_meant(table, &chunk_at(2)->entry, 4)); /* who came after the end */
	assert_true(table_meant(table, &chunk_at(2)->entry, 2));  /* while it went on */
	assert_true(table_meant(table, &chunk_at(2)->entry, 1));
	assert_true(table_meant(table, &chunk_at(2)->entry, 0));
}

static void
what_a_cursor_has_seen_follows_from_the_chunks_and_the_marks_they_leave(void **state)
{
	const struct runlog *log;

	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 11, 5);  /* 2; ten were left out */
	put(0, "b", KIND_RUN); /* 3 */
	print(1, "a", 16, 5);  /* 4 */
	log = chunk_at(4)->log;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(runlog_seen(log, 0), 0);
		assert_int_equal(runlog_seen(log, 1), 0);
		assert_int_equal(runlog_seen(log, 2), 15);
		assert_int_equal(runlog_seen(log, 3), 15);
		assert_int_equal(runlog_seen(log, 4), 20);
		if (i == 0)
			print(1, "a", 101, 200); /* 5: the others go */
	}
	assert_int_equal(runlog_seen(log, 5), 300);
	assert_string_equal(walk("a", true), "1 5L ");
}

/* Far back, what it may have seen: so what it has missed is never too much. */
static void
of_old_marks_the_least_missed_go(void **state)
{
	const struct runlog *log;
	const unsigned n = 100000;
	unsigned exact = 0;
	double worst = 0;

	(void)state;
	put(0, "a", KIND_RUN);
	for (unsigned i = 0; i < n; i++)
		print(1, "a", 200 * i + 1, 200);
	log = chunk_at(n + 1)->log;
	for (unsigned seq = 1; seq <= n + 1; seq++) {
		uint64_t seen = runlog_seen(log, seq), truth = 200 * (seq - 1);

		assert_true(seen >= truth);
		if (seen == truth) {
			exact++;
			continue;
		}
		assert_true(seq < n + 1 - RUNLOG_MARKS / 2);
		if ((double)(seen - truth) / (200 * n - truth) > worst)
			worst = (double)(seen - truth) / (200 * n - truth);
	}
	print_message("# of %u chunks %u exact, the others within %.1f %%\n", n, exact, 100 * worst);
	assert_true(worst < 0.08);
	assert_true(exact > RUNLOG_MARKS / 2);
	assert_int_equal(runlog_seen(log, 0), 0);
}

static void
a_table_that_is_filled_anew_remembers_what_was_seen(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN); /* 1 */
	put(0, "b", KIND_RUN); /* 2 */
	print(1, "a", 1, 50);  /* 3 */
	print(1, "a", 51, 50); /* 4 */
	table_reset(table, 77, 0);
	head = 3;              /* meanwhile, 5 was printed, and the oldest went */
	print(1, "a", 51, 50);
	print(1, "a", 101, 120);
	print(2, "b", 31, 5);  /* 6: others have printed too */
	put(1, "a", KIND_RUN);
	table_advance(table, head);
	assert_int_equal(runlog_seen(chunk_at(4)->log, 2), 0);
	assert_int_equal(runlog_seen(chunk_at(4)->log, 3), 50);
	assert_int_equal(runlog_seen(chunk_at(4)->log, 4), 100);
	assert_int_equal(runlog_seen(chunk_at(4)->log, 5), 220);
	/* nobody here has seen a line of b; who comes from elsewhere may have */
	assert_int_equal(runlog_seen(chunk_at(6)->log, 4), 0);
	assert_int_equal(runlog_seen(chunk_at(6)->log, 5), 30);
	table_reset(table, 78, 0);
	head = 3;
	print(1, "a", 51, 50); /* another run of the same number */
	assert_int_equal(runlog_seen(chunk_at(4)->log, 3), 50);
}

/* Chunks that came again leave their marks anew, in their order. */
static void
what_is_remembered_outlives_the_chunks_that_came_again(void **state)
{
	const struct runlog *log;

	(void)state;
	put(0, "a", KIND_RUN); /* 1 */
	for (unsigned i = 0; i < 4; i++)
		print(1, "a", 10 * i + 1, 10); /* 2 to 5 */
	for (int i = 0; i < 2; i++) { /* the second time before it was whole again */
		table_reset(table, 77, 0);
		head = 2;
		print(1, "a", 11, 10);
		print(1, "a", 21, 10);
	}
	print(1, "a", 31, 10);  /* 5 */
	put(1, "a", KIND_RUN);
	table_advance(table, head);
	print(1, "a", 41, 200); /* 7: the others go */
	assert_string_equal(walk("a", true), "6 7L ");
	log = chunk_at(7)->log;
	for (uint64_t seq = 1; seq <= 5; seq++)
		assert_int_equal(runlog_seen(log, seq), 10 * (seq - 1));
	assert_int_equal(runlog_seen(log, 6), 40);
}

/* Nobody follows a table that is not whole, so what counts is when it was last. */
static void
a_table_that_is_filled_anew_twice_remembers_its_first_head(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN); /* 1 */
	put(0, "b", KIND_RUN); /* 2 */
	table_reset(table, 77, 0);
	head = 4;
	print(1, "a", 50, 1);  /* 5 */
	put(1, "a", KIND_RUN); /* 6 */
	table_reset(table, 77, 0);
	head = 6;
	print(1, "a", 70, 1);  /* 7 */
	print(2, "b", 30, 1);  /* 8 */
	table_advance(table, head);
	assert_int_equal(runlog_seen(chunk_at(7)->log, 2), 0);
	assert_int_equal(runlog_seen(chunk_at(8)->log, 2), 0);
	assert_int_equal(runlog_seen(chunk_at(8)->log, 3), 29); /* from elsewhere: it may have seen them */
}

/* ---- one reader ---- */

static struct tally tally;

static void
assert_share(uint64_t seq, uint64_t from, uint64_t skipped)
{
	struct share s = tally_share(&tally, chunk_at(seq));

	assert_true(s.any);
	assert_int_equal(s.from, from);
	assert_int_equal(s.skipped, skipped);
	tally_sent(&tally, chunk_at(seq));
}

static void
a_newcomer_gets_the_last_lines_and_is_told_how_many_precede(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 10);  /* 2 */
	print(1, "a", 31, 10); /* 3; 20 were left out */
	print(1, "a", 41, 10); /* 4 */
	tally_begin(&tally, 0, 4, 15);
	assert_false(tally_share(&tally, chunk_at(2)).any);
	assert_share(3, 36, 35);
	assert_share(4, 41, 0);
	tally_begin(&tally, 0, 4, 200);
	assert_share(2, 1, 0);
	assert_share(3, 31, 20);
	tally_begin(&tally, 0, 3, 1); /* the last chunk came after it did */
	assert_false(tally_share(&tally, chunk_at(2)).any);
	assert_share(3, 40, 39);
	assert_share(4, 41, 0);
}

static void
lines_left_out_at_the_end_are_told_without_a_line(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 3);  /* 2 */
	print(1, "a", 10, 0); /* 3 */
	tally_begin(&tally, 0, 0, 0);
	assert_share(2, 1, 0);
	assert_share(3, 10, 6);
	tally_begin(&tally, 0, 3, 1);
	assert_false(tally_share(&tally, chunk_at(2)).any);
	assert_share(3, 10, 9);
}

/* It got the first chunk, then stopped; the second went unread, and its cursor
 * has passed that place all the same before it comes to the third. */
static void
a_reader_that_lags_is_told_of_what_its_cursor_passed_when_it_was_gone(void **state)
{
	(void)state;
	put(0, "a", KIND_RUN);
	print(1, "a", 1, 10);  /* 2 */
	tally_begin(&tally, 0, 0, 0);
	tally_resume(&tally);
	assert_share(2, 1, 0); /* interrupted here: it is not settled */
	print(1, "a", 11, 10); /* 3 */
	put(0, "b", KIND_RUN); /* 4 */
	print(1, "a", 21, 200); /* 5 */
	tally_resume(&tally);
	assert_share(5, 21, 10);
	tally_settle(&tally, 5);
	print(1, "a", 321, 200); /* 6 */
	tally_resume(&tally);
	assert_share(6, 321, 100);
}

static void
a_reader_that_lags_with_too_many_runs_is_never_told_too_much(void **state)
{
	char name[16];

	(void)state;
	tally_begin(&tally, 0, 0, 0);
	tally_resume(&tally);
	for (unsigned i = 1; i <= TALLY_RUNS + 1; i++) {
		snprintf(name, sizeof name, "t%u", i);
		print(0, name, 1, 10);
		assert_share(i, 1, 0);
	}
	tally_resume(&tally);
	for (unsigned i = 1; i <= TALLY_RUNS + 1; i++) {
		snprintf(name, sizeof name, "t%u", i);
		print(i, name, 11, 10);
		print(i, name, 51, 200); /* and both before it are gone */
		/* the last one found no room: as if it had all up to the last chunk that is gone */
		assert_share(head, 51, i > TALLY_RUNS ? 30 : 40);
	}
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(lines_are_only_for_those_who_follow_logs),
		TEST(an_order_made_late_has_records_and_lines_in_their_order),
		TEST(the_oldest_lines_go_as_soon_as_there_are_200_without_them),
		TEST(above_64_mib_the_oldest_lines_of_any_run_go),
		TEST(a_log_goes_with_its_run),
		TEST(a_forgotten_end_takes_its_log_with_it),
		TEST(lines_are_meant_for_whom_the_end_of_their_run_is),
		TEST(what_a_cursor_has_seen_follows_from_the_chunks_and_the_marks_they_leave),
		TEST(of_old_marks_the_least_missed_go),
		TEST(a_table_that_is_filled_anew_remembers_what_was_seen),
		TEST(what_is_remembered_outlives_the_chunks_that_came_again),
		TEST(a_table_that_is_filled_anew_twice_remembers_its_first_head),
		TEST(a_newcomer_gets_the_last_lines_and_is_told_how_many_precede),
		TEST(lines_left_out_at_the_end_are_told_without_a_line),
		TEST(a_reader_that_lags_is_told_of_what_its_cursor_passed_when_it_was_gone),
		TEST(a_reader_that_lags_with_too_many_runs_is_never_told_too_much),
	};

	return cmocka_run_group_tests_name("logs", tests, NULL, NULL);
}
