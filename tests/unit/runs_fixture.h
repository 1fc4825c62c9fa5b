/* runs_fixture.h -- a table, its runs and two connections, for the tests of
 * runs.c.  Time is the test's own: a second passes with each line. */
#ifndef HEADWAY_RUNS_FIXTURE_H
#define HEADWAY_RUNS_FIXTURE_H

#include "unit.h"

#include "broker/runs.h"
#include "task/name.h"

#define KEEP 100 /* seconds */

static struct table *table;
static struct runs *runs;
static struct update *update;
static struct source s1, s2;
static struct now now;
static char err[UPDATE_ERR];

static inline struct source
source(uint64_t serial, pid_t pid, uint64_t start)
{
	struct source s = { .serial = serial, .process = { pid, start } };

	LIST_INIT(&s.held);
	return s;
}

static inline int
setup(void **state)
{
	(void)state;
	table = table_new(9, run_forget);
	runs = runs_new(table, KEEP);
	update = update_new();
	s1 = source(1, 0, 0);
	s2 = source(2, 0, 0);
	now = (struct now){ 1000, 5000000 };
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	update_free(update);
	table_free(table); /* first: its entries' owners are runs */
	runs_free(runs);
	return 0;
}

static inline void
pass(unsigned seconds)
{
	now.wall += seconds;
	now.mono += seconds * UINT64_C(1000000);
}

static inline struct entry *
publish(struct source *s, const char *line)
{
	pass(1);
	err[0] = '\0';
	if (!update_read(update, line, strlen(line), err))
		fail_msg("%s: %s", line, err);
	return runs_publish(runs, s, update, now, err);
}

static inline struct entry *
say(struct source *s, const char *line)
{
	struct entry *e = publish(s, line);

	if (e == NULL)
		fail_msg("%s: %s", line, err);
	return e;
}

static inline void
assert_refused(struct source *s, const char *line, const char *why)
{
	uint64_t head = table_head(table);

	assert_null(publish(s, line));
	assert_string_equal(err, why);
	assert_int_equal(table_head(table), head);
}

/* All lines of the table, oldest change first. */
static inline void
assert_lines(const char *wanted)
{
	const struct order *o = table_order(table, NAME_EVERY);
	char *lines = calloc(1, 1), *whole;

	for (struct entry *e = order_next(o, 0); e != NULL; e = order_next(o, e->seq)) {
		assert_int_equal(e->text.bytes[e->text.len - 1], '\n');
		assert_int_equal(e->text.json_at + e->text.json_len, e->text.len - 1);
		assert_int_equal(e->text.bytes[e->text.json_at], '{');
		assert_true(asprintf(&whole, "%s%.*s", lines, (int)e->text.len, e->text.bytes) > 0);
		free(lines);
		lines = whole;
	}
	assert_string_equal(lines, wanted);
	free(lines);
}

static inline bool
is_state(const char *name, const char *state)
{
	const struct entry *e = table_newest(table, name);
	char wanted[32];

	if (state == NULL)
		return e->kind == KIND_RUN && strstr(e->text.bytes, "\"state\"") == NULL;
	snprintf(wanted, sizeof wanted, "\"state\":\"%s\"", state);
	return e->kind == KIND_END && strstr(e->text.bytes, wanted) != NULL;
}

#endif
