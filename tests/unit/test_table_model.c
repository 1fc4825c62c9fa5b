/* test_table_model.c -- the task table in any mixture of changes: table.c,
 * against a naive model (a heap of entries that is searched as a whole for
 * every question) and against a copy that follows it as a subscriber does. */
#include "unit.h"

#include "task/name.h"
#include "task/table.h"

#define STEPS 40000
#define ENTRIES_MAX 256

static const char *const names[] = { NAME_UNNAMED, "a", "a/b", "a/b/c", "a/b/d", "ab", "a.b", "b", "b/a", "z/y/x/w/v" };
static const char *const prefixes[] = { NAME_EVERY, NAME_UNNAMED, "a", "a/b", "a/b/c", "ab", "b", "z", "z/y/x", "none" };

/* ---- the model ---- */

struct known {
	uint64_t seq, run; /* seq 0: a free place */
	enum kind kind;
	const char *name;
};

struct model {
	struct known known[ENTRIES_MAX];
	uint64_t head, horizon;
};

static struct known *
newest(struct model *m, const char *name)
{
	struct known *best = NULL;

	for (struct known *k = m->known; k < m->known + ENTRIES_MAX; k++)
		if (k->seq != 0 && k->kind != KIND_REMOVED && strcmp(k->name, name) == 0 &&
		    (best == NULL || k->run > best->run))
			best = k;
	return best;
}

/* Forgets those of `name`: all, or only the ends other than `but`. */
static void
forget(struct model *m, const char *name, bool all, const struct known *but)
{
	for (struct known *k = m->known; k < m->known + ENTRIES_MAX; k++)
		if (k->seq != 0 && k != but && strcmp(k->name, name) == 0 && (all || k->kind == KIND_END))
			k->seq = 0;
}

static struct known *
free_place(struct model *m)
{
	struct known *k = m->known;

	while (k->seq != 0)
		assert_true(++k < m->known + ENTRIES_MAX);
	return k;
}

static void
model_put(struct model *m, uint64_t seq, uint64_t run, const char *name, enum kind kind)
{
	struct known *k = newest(m, name);

	m->head = seq;
	if (kind == KIND_REMOVED) {
		forget(m, name, true, NULL);
		k = NULL;
	} else if (k != NULL && k->run != run) {
		if (k->kind == KIND_END)
			forget(m, name, false, k);
		else
			k->seq = 0;
		k = NULL;
	}
	if (k == NULL)
		k = free_place(m);
	if (kind == KIND_END)
		forget(m, name, false, k);
	*k = (struct known){ seq, run, kind, name };
}

static void
model_forget_end(struct model *m, const char *name)
{
	const struct known *best = newest(m, name);

	for (struct known *k = m->known; k < m->known + ENTRIES_MAX; k++)
		if (k->seq != 0 && k != best && k->kind == KIND_END && strcmp(k->name, name) == 0) {
			if (k->seq > m->horizon)
				m->horizon = k->seq;
			k->seq = 0;
		}
}

static const struct known *
model_next(const struct model *m, const char *prefix, uint64_t after)
{
	const struct known *best = NULL;

	for (const struct known *k = m->known; k < m->known + ENTRIES_MAX; k++)
		if (k->seq > after && (best == NULL || k->seq < best->seq) && name_covered(k->name, prefix))
			best = k;
	return best;
}

static bool
model_finished(const struct model *m, const char *name, uint64_t seq)
{
	bool ended = false;

	for (const struct known *k = m->known; k < m->known + ENTRIES_MAX; k++) {
		if (k->seq == 0 || !name_covered(k->name, name))
			continue;
		if (strcmp(k->name, name) != 0) {
			if (k->kind == KIND_RUN)
				return false;
		} else if (k->kind == KIND_RUN) {
			if (k->run <= seq)
				return false;
		} else if (k->seq <= seq) {
			ended = true;
		}
	}
	return ended;
}

/* ---- both, step by step ---- */

struct watched {
	struct watch watch;
	const struct order *order;
	unsigned told;
};

static void
count_change(void *arg)
{
	((struct watched *)arg)->told++;
}

struct pair {
	uint64_t seed;
	struct table *table;
	struct model model;
	struct watched watched[COUNT(prefixes)];
};

static void
put_both(struct pair *p, uint64_t run, const char *name, enum kind kind)
{
	struct text text = { .bytes = strdup(name), .len = (uint32_t)strlen(name) };
	uint64_t seq = p->model.head + 1 + below(&p->seed, 2); /* a responder's numbers have gaps */

	if (run == 0 && kind != KIND_REMOVED)
		run = seq;
	for (size_t i = 0; i < COUNT(prefixes); i++)
		p->watched[i].told = 0;
	table_put(p->table, seq, run, name, kind, text);
	model_put(&p->model, seq, run, name, kind);
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (p->watched[i].order != NULL)
			assert_int_equal(p->watched[i].told, name_covered(name, prefixes[i]));
}

static void
toggle_prefix(struct pair *p, unsigned i)
{
	struct watched *w = &p->watched[i];

	if (w->order != NULL) {
		order_unwatch((struct order *)(uintptr_t)w->order, &w->watch);
		table_drop_order(p->table, prefixes[i]);
		w->order = NULL;
	} else {
		struct order *o = table_order(p->table, prefixes[i]);

		w->watch.changed = count_change;
		w->watch.arg = w;
		order_watch(o, &w->watch);
		w->order = o;
	}
}

static void
step(struct pair *p, bool with_revivals)
{
	const char *name = names[below(&p->seed, COUNT(names))];
	const struct known *k = newest(&p->model, name);
	bool running = k != NULL && k->kind == KIND_RUN;
	unsigned what = below(&p->seed, 100);

	if (what < 40)
		put_both(p, running ? k->run : 0, name, KIND_RUN);
	else if (what < 65)
		put_both(p, running ? k->run : 0, name, KIND_END);
	else if (what < 75)
		put_both(p, 0, name, KIND_RUN); /* a newer run, even beside one that runs */
	else if (what < 80 && k != NULL && (running || with_revivals))
		put_both(p, k->run, name, KIND_RUN); /* revived, if it had ended */
	else if (what < 88)
		put_both(p, 0, name, KIND_REMOVED);
	else if (what < 93) {
		table_forget_end(p->table, name);
		model_forget_end(&p->model, name);
	} else if (what < 94) {
		table_advance(p->table, p->model.head += 3);
	} else {
		toggle_prefix(p, below(&p->seed, COUNT(prefixes)));
	}
}

static void
assert_entry(struct pair *p, const struct entry *e, const struct known *k)
{
	assert_int_equal(e == NULL, k == NULL);
	if (e == NULL)
		return;
	assert_true(e->seq == k->seq && e->run == (k->kind == KIND_REMOVED ? 0 : k->run) && e->kind == k->kind);
	assert_string_equal(e->name, k->name);
	assert_memory_equal(e->text.bytes, k->name, e->text.len);
	assert_int_equal(table_shown(p->table, e), k->kind != KIND_REMOVED && k == newest(&p->model, k->name));
	assert_int_equal(table_stands(p->table, e), k->kind != KIND_REMOVED || newest(&p->model, k->name) == NULL);
}

static void
compare_walks(struct pair *p)
{
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		uint64_t at = next_random(&p->seed) % (p->model.head + 2);
		const struct order *o = p->watched[i].order;
		const struct known *k;

		if (o == NULL)
			continue;
		if (below(&p->seed, 4) == 0)
			at = 0;
		do {
			k = model_next(&p->model, prefixes[i], at);
			assert_entry(p, order_next(o, at), k);
			at = k != NULL ? k->seq : at;
		} while (k != NULL);
	}
}

static void
compare_answers(struct pair *p)
{
	uint64_t seq = next_random(&p->seed) % (p->model.head + 2);
	struct id id = { below(&p->seed, 8) == 0 ? 6 : 5, seq };
	size_t tasks = 0;

	for (size_t i = 0; i < COUNT(names); i++) {
		uint64_t at = below(&p->seed, 2) == 0 ? seq : p->model.head;

		tasks += newest(&p->model, names[i]) != NULL;
		assert_entry(p, table_newest(p->table, names[i]), newest(&p->model, names[i]));
		assert_int_equal(table_finished(p->table, names[i], at), model_finished(&p->model, names[i], at));
	}
	assert_int_equal(table_tasks(p->table), tasks);
	assert_int_equal(table_head(p->table), p->model.head);
	assert_int_equal(table_horizon(p->table), p->model.horizon);
	assert_int_equal(table_knows(p->table, id),
	    id.life == 5 && seq >= p->model.horizon && seq <= p->model.head);
}

static void
any_mixture_of_changes_agrees_with_a_naive_model(void **state)
{
	struct pair p = { .seed = seed_of(__func__, 7), .table = table_new(5, NULL) };

	(void)state;
	for (int i = 0; i < STEPS; i++) {
		step(&p, true);
		if (below(&p.seed, 8) == 0)
			compare_walks(&p);
		if (below(&p.seed, 8) == 0)
			compare_answers(&p);
		if (below(&p.seed, 5000) == 0) {
			table_reset(p.table, 5, 0);
			memset(&p.model, 0, sizeof p.model);
			compare_walks(&p);
		}
	}
	table_free(p.table); /* with orders still held */
}

/* A subscriber passes on what it finds above its cursor; states between are
 * skipped, and what it has must be the same all the same. */
static void
catch_up(const struct pair *p, struct table *copy, uint64_t *cursor)
{
	const struct order *o = table_order(p->table, NAME_EVERY);

	for (struct entry *e; (e = order_next(o, *cursor)) != NULL; *cursor = e->seq)
		table_put(copy, e->seq, e->run, e->name, e->kind, (struct text){ .bytes = strdup(e->name),
		    .len = (uint32_t)strlen(e->name) });
	table_advance(copy, *cursor = table_head(p->table));
}

static void
a_copy_that_follows_in_rounds_knows_the_same(void **state)
{
	struct pair p = { .seed = seed_of(__func__, 8), .table = table_new(5, NULL) };
	struct table *copy = table_new(5, NULL);
	uint64_t cursor = 0;

	(void)state;
	for (int i = 0; i < STEPS; i++) {
		step(&p, false);
		if (below(&p.seed, 6) != 0)
			continue;
		catch_up(&p, copy, &cursor);
		assert_int_equal(table_tasks(copy), table_tasks(p.table));
		for (size_t n = 0; n < COUNT(names); n++) {
			const struct entry *mine = table_newest(copy, names[n]), *its = table_newest(p.table, names[n]);

			assert_int_equal(mine == NULL, its == NULL);
			if (mine != NULL)
				assert_true(mine->seq == its->seq && mine->run == its->run && mine->kind == its->kind);
			assert_int_equal(table_finished(copy, names[n], cursor), table_finished(p.table, names[n], cursor));
		}
	}
	table_free(copy);
	table_free(p.table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_mixture_of_changes_agrees_with_a_naive_model),
		cmocka_unit_test(a_copy_that_follows_in_rounds_knows_the_same),
	};

	return cmocka_run_group_tests_name("table against a model", tests, NULL, NULL);
}
