/* runs_fixture.h -- a table, its runs, two connections and two processes, for
 * the tests of runs.c and rules.c.  Time is the test's own: a second passes with
 * each line.  Nobody dies but by gone() and died(). */
#ifndef HEADWAY_RUNS_FIXTURE_H
#define HEADWAY_RUNS_FIXTURE_H

#include "unit.h"

#include "broker/runs.h"
#include "task/name.h"

#define KEEP 100 /* seconds */
#define SILENCE 5000

struct conn {
	struct source source; /* first: cancel() is told of this */
	struct holder holder;
	char cancelled[256];  /* the last name that it was told to cancel */
	bool deaf;
};

static struct table *table;
static struct runs *runs;
static struct update *update;
static struct conn s1, s2;
static struct holder pids[2]; /* those of "pid":1 and 2 */
static struct now now;
static char err[UPDATE_ERR];

static inline bool
told_to_cancel(struct source *src, const char *task)
{
	struct conn *c = (struct conn *)src;

	if (!c->deaf)
		snprintf(c->cancelled, sizeof c->cancelled, "%s", task);
	return !c->deaf;
}

/* Not a function that returns it: a connection is known by its address. */
static inline void
connect_as(struct conn *c, uint64_t serial, pid_t pid, uint64_t start)
{
	*c = (struct conn){
		.source = { .serial = serial, .uid = 1000, .cancel = told_to_cancel },
		.holder = { .connection = &c->source, .process = { pid, 0, start } },
	};
}

static inline int
setup(void **state)
{
	(void)state;
	table = table_new(9, run_forget);
	runs = runs_new(table, KEEP, SILENCE);
	update = update_new();
	connect_as(&s1, 1, 0, 0);
	connect_as(&s2, 2, 0, 0);
	for (int i = 0; i < 2; i++)
		pids[i] = (struct holder){ .is_process = true, .process = { 101 + i, 0, 7 } };
	now = (struct now){ 1000, 5000000, 5000000 };
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	update_free(update);
	table_free(table); /* first: its entries' owners are runs */
	runs_free(runs);
	seconds_clear(&s1.source.seconds);
	seconds_clear(&s2.source.seconds);
	for (int i = 0; i < 2; i++)
		seconds_clear(&pids[i].seconds);
	return 0;
}

static inline void
pass(unsigned seconds)
{
	now.wall += seconds;
	now.mono += seconds * UINT64_C(1000000);
	now.boot += seconds * UINT64_C(1000000);
}

static inline struct entry *
publish(struct conn *c, const char *line)
{
	struct holder *by = NULL;

	pass(1);
	err[0] = '\0';
	if (!update_read(update, line, strlen(line), err))
		fail_msg("%s: %s", line, err);
	if (update_hold(update) == HOLD_YES)
		by = &c->holder;
	else if (update_pid(update) != 0)
		by = &pids[update_pid(update) - 1];
	return runs_publish(runs, &c->source, by, update, now, err);
}

static inline struct entry *
say(struct conn *c, const char *line)
{
	struct entry *e = publish(c, line);

	if (e == NULL)
		fail_msg("%s: %s", line, err);
	return e;
}

static inline void
assert_refused(struct conn *c, const char *line, const char *why)
{
	uint64_t head = table_head(table);

	assert_null(publish(c, line));
	assert_string_equal(err, why);
	assert_int_equal(table_head(table), head);
}

static const struct how not_known = { false, 0 };

static inline void
died(struct holder *h, struct how how)
{
	runs_lose(runs, h, how, now);
	runs_explain(runs, h, how);
}

/* The connection is closed, and nobody knows more. */
static inline void
gone(struct conn *c)
{
	c->holder.connection = NULL;
	died(&c->holder, not_known);
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
