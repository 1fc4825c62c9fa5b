/* test_log_model.c -- logs in any mixture of what jobs and readers do: tail.c,
 * logs.c, runlog.c and tally.c together.
 *
 * Jobs print lines that say which run they are of and which number they have.
 * A broker's table gets them, a copy follows it as a responder does and is
 * filled anew at times, and readers follow both: in bursts that end anywhere,
 * from any cursor, as newcomers, or back with an old cursor.  Whatever happens,
 * each line is either delivered once, in order, or counted as skipped; after an
 * end nothing is owed. */
#include "unit.h"

#include <inttypes.h>

#include "broker/tail.h"
#include "task/name.h"
#include "task/table.h"
#include "task/tally.h"

#define STEPS 60000
#define RUNS_MAX 8192   /* in a test */
#define HEADS_MAX 200000
#define READERS 12
#define EXACT_CHUNKS (RUNLOG_MARKS / 2) /* a reader that is further behind may be told "at least" */

/* more than TALLY_RUNS, so that a reader that lags may lose count */
static const char *const names[] = { NAME_UNNAMED, "a", "a/b", "b", "a/c", "a/b/d", "ab", "c", "d", "e/f", "e/g" };
static const char *const prefixes[] = { NAME_EVERY, "a", "a/b", NAME_UNNAMED };

struct job {
	unsigned id;        /* of the run in this test; 0: there is none */
	bool ended;
	uint64_t run, started;
	uint64_t printed;
	struct tail *tail;
};

struct reader {
	struct table *table;
	const struct order *order;
	const char *prefix;
	uint64_t cursor, goal, fresh_to;
	uint64_t settled_at;      /* chunks put by then */
	bool in_round;
	struct tally tally;
	uint64_t last[RUNS_MAX];  /* line, of each run */
	bool loose[RUNS_MAX];     /* what it is told next of this run may be "at least" */
};

struct world {
	uint64_t seed;
	struct table *table, *copy;
	struct tails *tails;
	struct update *update;
	struct job jobs[COUNT(names)];
	struct reader *follower;          /* whom the copy is filled by */
	struct reader *readers[READERS];  /* even: of the table, odd: of the copy */
	uint64_t printed[RUNS_MAX];       /* lines, of each run */
	uint64_t chunks;                  /* put into the table */
	unsigned runs;
	unsigned id_of[HEADS_MAX];        /* by the table's number of a run */
	unsigned long exact, at_least, ends;
};

/* ---- jobs ---- */

static void
put(struct world *w, struct job *j, const char *name, enum kind kind)
{
	uint64_t seq;

	if (kind == KIND_END)
		tail_flush(j->tail);
	seq = table_head(w->table) + 1;
	if (j->run == 0)
		j->run = seq;
	/* a record's text says which run it is of */
	struct text text = { .bytes = calloc(1, 32) };
	text.len = (uint32_t)snprintf(text.bytes, 32, "%u", j->id);
	table_put(w->table, seq, kind == KIND_REMOVED ? 0 : j->run, name, kind, text);
}

static void
begin(struct world *w, struct job *j, const char *name)
{
	if (w->runs + 1 == RUNS_MAX)
		return;
	tail_free(j->tail);
	*j = (struct job){ .id = ++w->runs };
	j->tail = tail_new(w->tails, name, j->id, &j->run);
}

static void
print(struct world *w, struct job *j, unsigned lines, uint64_t skipped)
{
	char line[64], err[UPDATE_ERR];

	update_clear(w->update);
	update_skip_log(w->update, skipped);
	j->printed += skipped;
	for (unsigned i = 0; i < lines; i++) {
		/* some are long, so that chunks have all sizes */
		int len = snprintf(line, sizeof line, "%u.%" PRIu64 "%*s", j->id, ++j->printed,
		    below(&w->seed, 4) == 0 ? 40 : 1, "\"");

		assert_true(update_add_log(w->update, line, (size_t)len, err));
	}
	tail_add(j->tail, w->update);
	w->printed[j->id] = j->printed;
}

static void
wake(struct world *w)
{
	uint64_t before = table_head(w->table);

	tails_wake(w->tails);
	w->chunks += table_head(w->table) - before;
}

static void
name_runs(struct world *w)
{
	for (unsigned n = 0; n < COUNT(names); n++)
		if (w->jobs[n].run != 0)
			w->id_of[w->jobs[n].run] = w->jobs[n].id;
}

static void
work(struct world *w)
{
	unsigned n = below(&w->seed, COUNT(names)), what = below(&w->seed, 100);
	struct job *j = &w->jobs[n];

	if (j->id == 0 || (j->ended && what < 10)) {
		begin(w, j, names[n]);
		if (below(&w->seed, 3) > 0)
			put(w, j, names[n], KIND_RUN); /* else its first line begins it */
	} else if (j->ended) {
		if (what < 14 && j->run != 0) {
			put(w, j, names[n], KIND_REMOVED);
			tail_free(j->tail);
			*j = (struct job){ 0 };
		}
	} else if (what < 60) {
		print(w, j, below(&w->seed, below(&w->seed, 8) == 0 ? 400 : 12), below(&w->seed, 12) == 0 ? below(&w->seed, 50) : 0);
	} else if (what < 97) {
		put(w, j, names[n], KIND_RUN);
	} else {
		put(w, j, names[n], KIND_END);
		j->ended = true;
	}
	if (below(&w->seed, 3) == 0)
		wake(w);
	name_runs(w);
}

/* ---- what a reader gets ---- */

static char *
bytes_of(const struct logjson_view *v)
{
	char *all = malloc(v->len + 1), *p = all;

	for (size_t i = 0; i < v->pieces; i++)
		p = mempcpy(p, v->piece[i].bytes, v->piece[i].len);
	*p = '\0';
	assert_int_equal(p - all, v->len);
	return all;
}

static void
check_lines(struct world *w, struct reader *r, const struct chunk *c, const char *json, size_t len)
{
	struct logjson parts;
	uint64_t skipped = 0;
	const char *p;
	unsigned id = 0;

	assert_true(logjson_read(&parts, json, len));
	assert_true(len <= LOGJSON_MAX + LOGJSON_SKIPPED_MAX);
	if (strncmp(json + parts.end_at, ",\"skipped\":", 11) == 0)
		skipped = strtoull(json + parts.end_at + 11, NULL, 10);
	p = json + parts.lines_at;
	for (uint64_t n = parts.first; n < parts.first + parts.lines; n++) {
		uint64_t number;
		int used;

		assert_int_equal(sscanf(p, "\"%u.%" SCNu64 "%n", &id, &number, &used), 2);
		assert_int_equal(number, n);
		p = strstr(p, "\\\"\"") + 4; /* the escaped quote, the closing one, a comma or ] */
	}
	assert_true(parts.lines == 0 ? skipped > 0 : id == w->id_of[c->entry.run]);
	id = w->id_of[c->entry.run];
	if (r->loose[id] || (r->tally.full && r->tally.lagging)) {
		assert_true(r->last[id] + skipped < parts.first);
		w->at_least++;
	} else {
		if (r->last[id] + skipped + 1 != parts.first)
			fail_msg("run %u: %" PRIu64 " were known, %" PRIu64 " skipped, then %" PRIu64, id,
			    r->last[id], skipped, parts.first);
		w->exact++;
	}
	r->last[id] = parts.first + parts.lines - 1;
	r->loose[id] = false;
}

static void
get_chunk(struct world *w, struct reader *r, struct chunk *c)
{
	struct share share = tally_share(&r->tally, c);
	struct logjson_view v;
	size_t at = c->entry.text.json_at, tail = c->entry.text.len - at - c->entry.text.json_len;
	char *all;

	if (!share.any)
		return;
	logjson_view(&v, &c->entry.text, &c->parts, share.from, share.skipped);
	all = bytes_of(&v);
	check_lines(w, r, c, all + at, v.len - at - tail);
	if (r == w->follower) {
		struct logjson parts;
		struct text text = { .bytes = all, .json_at = (uint32_t)at };

		assert_true(logjson_read(&parts, all + at, v.len - at - tail));
		all[at + parts.end_at] = '}';
		all[at + parts.end_at + 1] = '\n';
		text.json_len = parts.end_at + 1;
		text.len = text.json_at + text.json_len + 1;
		table_put_log(w->copy, c->entry.seq, c->entry.run, c->entry.name, text, &parts);
	} else {
		free(all);
	}
	tally_sent(&r->tally, c);
}

static void
get_record(struct world *w, struct reader *r, const struct entry *e)
{
	unsigned id = (unsigned)strtoul(e->text.bytes, NULL, 10);

	if (r == w->follower)
		table_put(w->copy, e->seq, e->run, e->name, e->kind, (struct text){ .bytes = strdup(e->text.bytes),
		    .len = e->text.len });
	/* an end is the last word */
	if (e->kind == KIND_END && !r->loose[id] && (e->seq > r->fresh_to || r->last[id] > 0)) {
		if (r->last[id] != w->printed[id])
			fail_msg("run %u has printed %" PRIu64 " lines, %" PRIu64 " are told of at its end", id,
			    w->printed[id], r->last[id]);
		w->ends++;
	}
}

static void
settle(struct world *w, struct reader *r)
{
	tally_settle(&r->tally, r->cursor);
	r->settled_at = w->chunks;
}

static void
burst(struct world *w, struct reader *r, unsigned room)
{
	if (w->chunks - r->settled_at > EXACT_CHUNKS)
		memset(r->loose, true, sizeof r->loose);
	if (!r->in_round)
		r->goal = table_head(r->table);
	r->in_round = true;
	tally_resume(&r->tally);
	while (room-- > 0) {
		struct entry *e = order_next(r->order, r->cursor);

		if (e == NULL)
			settle(w, r);
		if (e == NULL || e->seq > r->goal) {
			r->cursor = r->goal;
			r->in_round = false;
			break;
		}
		if (table_meant(r->table, e, r->fresh_to)) {
			if (e->kind == KIND_LOG)
				get_chunk(w, r, chunk_of(e));
			else
				get_record(w, r, e);
		}
			r->cursor = e->seq;
	}
	if (r == w->follower && !r->in_round)
		table_advance(w->copy, r->cursor);
}

/* ---- readers come and go ---- */

static void
newcomer(struct world *w, struct reader *r, uint64_t tail)
{
	r->cursor = 0;
	r->fresh_to = table_head(r->table);
	r->in_round = false;
	r->settled_at = w->chunks;
	memset(r->last, 0, sizeof r->last);
	memset(r->loose, false, sizeof r->loose);
	tally_begin(&r->tally, 0, r->fresh_to, tail);
}

/* Where its connection has died, it goes on; only what it was owed just then
 * is not remembered by anybody. */
static void
come_back(struct world *w, struct reader *r)
{
	if (!r->tally.settled)
		memset(r->loose, true, sizeof r->loose);
	if (w->chunks - r->settled_at > EXACT_CHUNKS)
		memset(r->loose, true, sizeof r->loose);
	r->fresh_to = 0;
	r->in_round = false;
	tally_begin(&r->tally, r->cursor, 0, 5);
}

static struct reader *
reader_new(struct world *w, struct table *t, const char *prefix)
{
	struct reader *r = calloc(1, sizeof *r);

	r->table = t;
	r->prefix = prefix;
	r->order = table_follow(t, prefix, true);
	newcomer(w, r, 200);
	return r;
}

static void
fill_anew(struct world *w)
{
	table_reset(w->copy, 5, 0);
	newcomer(w, w->follower, 200);
	w->follower->fresh_to = 0; /* the broker shows a subscriber everything */
	tally_begin(&w->follower->tally, 0, 0, 0);
	burst(w, w->follower, UINT32_MAX);
}

static void
read_some(struct world *w)
{
	struct reader *r = w->readers[below(&w->seed, READERS)];
	unsigned what = below(&w->seed, 100);

	if (what < 30)
		burst(w, w->follower, UINT32_MAX);
	else if (what < 32)
		fill_anew(w);
	else if (what < 60)
		burst(w, r, 1 + below(&w->seed, 6));
	else if (what < 90)
		burst(w, r, UINT32_MAX);
	else if (what < 97)
		come_back(w, r);
	else
		newcomer(w, r, 1 + below(&w->seed, 200));
}

static void
world_init(struct world *w, uint64_t seed)
{
	memset(w, 0, sizeof *w);
	w->seed = seed;
	w->table = table_new(5, NULL);
	w->copy = table_new(0, NULL);
	w->tails = tails_new(w->table);
	w->update = update_new();
	w->follower = reader_new(w, w->table, NAME_EVERY);
	for (unsigned i = 0; i < READERS; i++)
		w->readers[i] = reader_new(w, i % 2 == 0 ? w->table : w->copy, prefixes[i / 2 % COUNT(prefixes)]);
	fill_anew(w);
}

static void
world_clear(struct world *w)
{
	for (unsigned i = 0; i < COUNT(names); i++)
		tail_free(w->jobs[i].tail);
	for (unsigned i = 0; i < READERS; i++)
		free(w->readers[i]);
	free(w->follower);
	update_free(w->update);
	tails_free(w->tails);
	table_free(w->table);
	table_free(w->copy);
}

static void
every_line_is_delivered_once_in_order_or_counted(void **state)
{
	static struct world w;

	(void)state;
	world_init(&w, seed_of(__func__, 11));
	for (int i = 0; i < STEPS; i++) {
		work(&w);
		if (below(&w.seed, 2) == 0)
			read_some(&w);
	}
	/* and when all is quiet, nobody is owed anything */
	wake(&w);
	name_runs(&w);
	burst(&w, w.follower, UINT32_MAX);
	for (unsigned i = 0; i < READERS; i++) {
		burst(&w, w.readers[i], UINT32_MAX);
		burst(&w, w.readers[i], UINT32_MAX);
		for (unsigned n = 0; n < COUNT(names); n++)
			if (w.jobs[n].id != 0 && name_covered(names[n], w.readers[i]->prefix) && !w.jobs[n].ended)
				assert_int_equal(w.readers[i]->last[w.jobs[n].id], w.jobs[n].printed);
	}
	print_message("# exact %lu, at least %lu, ends %lu, runs %u, chunks %lu\n", w.exact, w.at_least, w.ends, w.runs,
	    (unsigned long)w.chunks);
	assert_true(w.exact > 5 * w.at_least && w.at_least > 0 && w.ends > 1000);
	world_clear(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_delivered_once_in_order_or_counted),
	};

	return cmocka_run_group_tests_name("logs against a model", tests, NULL, NULL);
}
