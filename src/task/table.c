/* table.c -- see table.h.  Owns entries, names and orders. */
#include "task/table.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "task/name.h"

struct task {
	char name[NAME_BYTES_MAX + 1];
	struct entry *newest;  /* run */
	struct entry *ended;   /* the last run that ended, if it is older than newest */
	struct entry *removed;
	UT_hash_handle hh;
};

struct prefix {
	char name[NAME_BYTES_MAX + 1];
	struct order *order;
	size_t users;
	UT_hash_handle hh;
};

struct table {
	uint64_t life, head, horizon;
	struct task *tasks;
	struct prefix *prefixes;
	struct order *every; /* that of NAME_EVERY */
	size_t ntasks; /* names with a run */
	size_t nremovals;
	TAILQ_HEAD(, entry) removals; /* oldest first */
	void (*forget)(void *owner);
};

struct table *
table_new(uint64_t life, void (*forget)(void *owner))
{
	struct table *t = xcalloc(1, sizeof *t);

	t->life = life;
	t->forget = forget;
	t->every = order_new();
	TAILQ_INIT(&t->removals);
	return t;
}

static struct task *
find(const struct table *t, const char *name)
{
	struct task *task;

	HASH_FIND_STR(t->tasks, name, task);
	return task;
}

/* ---- orders ---- */

/* Calls fn for the order of each prefix that covers `name`: that of every
 * task, then those of the name and its ancestors that somebody follows. */
static void
each_order(const struct table *t, const char *name, void (*fn)(struct order *, struct entry *), struct entry *e)
{
	fn(t->every, e);
	if (t->prefixes == NULL)
		return;
	for (size_t len = strlen(name); len > 0; len = name_parent(name, len)) {
		struct prefix *p;

		HASH_FIND(hh, t->prefixes, name, len, p);
		if (p != NULL)
			fn(p->order, e);
	}
}

static void append(struct order *o, struct entry *e) { order_append(o, e->seq, e); }
static void take_out(struct order *o, struct entry *e) { order_remove(o, e->seq); }

static void
tell(struct order *o, struct entry *e)
{
	(void)e;
	order_tell(o);
}

struct order *
table_order(struct table *t, const char *prefix)
{
	struct prefix *p;

	if (strcmp(prefix, NAME_EVERY) == 0)
		return t->every;
	HASH_FIND_STR(t->prefixes, prefix, p);
	if (p == NULL) {
		p = xcalloc(1, sizeof *p);
		strncpy(p->name, prefix, NAME_BYTES_MAX);
		p->order = order_new();
		HASH_ADD_STR(t->prefixes, name, p);
		for (struct entry *e = order_next(t->every, 0); e != NULL; e = order_next(t->every, e->seq))
			if (name_covered(e->name, prefix))
				order_append(p->order, e->seq, e);
	}
	p->users++;
	return p->order;
}

void
table_drop_order(struct table *t, const char *prefix)
{
	struct prefix *p;

	if (strcmp(prefix, NAME_EVERY) == 0)
		return;
	HASH_FIND_STR(t->prefixes, prefix, p);
	if (p == NULL || --p->users > 0)
		return;
	HASH_DEL(t->prefixes, p);
	order_free(p->order);
	free(p);
}

/* ---- entries ---- */

static void
entry_free(struct table *t, struct entry *e)
{
	if (e == NULL)
		return;
	if (t->forget != NULL && e->owner != NULL)
		t->forget(e->owner);
	if (e->kind == KIND_REMOVED) {
		TAILQ_REMOVE(&t->removals, e, removals);
		t->nremovals--;
	}
	free(e->text.bytes);
	free(e);
}

/* Takes *slot's entry out of every order and frees it. */
static void
drop(struct table *t, struct entry **slot)
{
	if (*slot == NULL)
		return;
	each_order(t, (*slot)->name, take_out, *slot);
	entry_free(t, *slot);
	*slot = NULL;
}

static void
drop_task_if_empty(struct table *t, struct task *task)
{
	if (task->newest == NULL && task->ended == NULL && task->removed == NULL) {
		HASH_DEL(t->tasks, task);
		free(task);
	}
}

static void
forget_oldest_removal(struct table *t)
{
	struct entry *e = TAILQ_FIRST(&t->removals);
	struct task *task = find(t, e->name);

	if (e->seq > t->horizon)
		t->horizon = e->seq;
	drop(t, &task->removed);
	drop_task_if_empty(t, task);
}

static struct task *
find_or_add(struct table *t, const char *name)
{
	struct task *task = find(t, name);

	if (task == NULL) {
		task = xcalloc(1, sizeof *task);
		strncpy(task->name, name, NAME_BYTES_MAX);
		HASH_ADD_STR(t->tasks, name, task);
	}
	return task;
}

static struct entry *
put_removal(struct table *t, struct task *task)
{
	struct entry *e = xcalloc(1, sizeof *e);

	if (task->newest != NULL)
		t->ntasks--;
	drop(t, &task->newest);
	drop(t, &task->ended);
	drop(t, &task->removed);
	e->kind = KIND_REMOVED;
	task->removed = e;
	TAILQ_INSERT_TAIL(&t->removals, e, removals);
	t->nremovals++;
	return e;
}

static struct entry *
put_run(struct table *t, struct task *task, uint64_t run)
{
	struct entry *old = task->newest;

	if (old != NULL && old->run == run) {
		each_order(t, task->name, take_out, old);
		return old;
	}
	if (old == NULL) {
		t->ntasks++;
	} else if (old->kind == KIND_END) {
		drop(t, &task->ended);
		task->ended = old;
	} else {
		drop(t, &task->newest);
	}
	task->newest = xcalloc(1, sizeof *task->newest);
	task->newest->run = run;
	return task->newest;
}

struct entry *
table_put(struct table *t, uint64_t seq, uint64_t run, const char *name, enum kind kind, struct text text)
{
	struct task *task = find_or_add(t, name);
	struct entry *e = kind == KIND_REMOVED ? put_removal(t, task) : put_run(t, task, run);

	if (kind == KIND_END)
		drop(t, &task->ended); /* this is the last end now */
	free(e->text.bytes);
	e->text = text;
	e->seq = t->head = seq;
	e->kind = kind;
	e->name = task->name;
	each_order(t, name, append, e);
	if (t->nremovals > TABLE_REMOVALS_MAX)
		forget_oldest_removal(t);
	each_order(t, name, tell, e);
	return e;
}

void
table_forget_end(struct table *t, const char *name)
{
	struct task *task = find(t, name);

	if (task == NULL || task->ended == NULL)
		return;
	if (task->ended->seq > t->horizon)
		t->horizon = task->ended->seq;
	drop(t, &task->ended);
}

void
table_advance(struct table *t, uint64_t seq)
{
	t->head = seq;
}

void
table_reset(struct table *t, uint64_t life, uint64_t horizon)
{
	struct task *task, *next_task;
	struct prefix *p, *next_prefix;

	HASH_ITER(hh, t->tasks, task, next_task) {
		entry_free(t, task->newest);
		entry_free(t, task->ended);
		entry_free(t, task->removed);
		HASH_DEL(t->tasks, task);
		free(task);
	}
	order_clear(t->every);
	HASH_ITER(hh, t->prefixes, p, next_prefix)
		order_clear(p->order);
	t->life = life;
	t->horizon = horizon;
	t->head = 0;
	t->ntasks = 0;
}

void
table_free(struct table *t)
{
	struct prefix *p, *next;

	table_reset(t, 0, 0);
	HASH_ITER(hh, t->prefixes, p, next) {
		HASH_DEL(t->prefixes, p);
		order_free(p->order);
		free(p);
	}
	order_free(t->every);
	free(t);
}

/* ---- questions ---- */

uint64_t table_life(const struct table *t) { return t->life; }
uint64_t table_head(const struct table *t) { return t->head; }
uint64_t table_horizon(const struct table *t) { return t->horizon; }
size_t table_tasks(const struct table *t) { return t->ntasks; }

bool
table_knows(const struct table *t, struct id cursor)
{
	return cursor.life == t->life && cursor.seq >= t->horizon && cursor.seq <= t->head;
}

struct entry *
table_newest(const struct table *t, const char *name)
{
	struct task *task = find(t, name);

	return task != NULL ? task->newest : NULL;
}

bool
table_shown(const struct table *t, const struct entry *e)
{
	return e->kind != KIND_REMOVED && find(t, e->name)->newest == e;
}

bool
table_stands(const struct table *t, const struct entry *e)
{
	return e->kind != KIND_REMOVED || find(t, e->name)->newest == NULL;
}

static bool
runs_below(const struct table *t, const char *name)
{
	for (const struct task *task = t->tasks; task != NULL; task = task->hh.next)
		if (task->newest != NULL && task->newest->kind == KIND_RUN &&
		    strcmp(task->name, name) != 0 && name_covered(task->name, name))
			return true;
	return false;
}

bool
table_finished(const struct table *t, const char *name, uint64_t seq)
{
	const struct task *task = find(t, name);
	bool ended;

	if (task == NULL)
		return false;
	ended = (task->newest != NULL && task->newest->kind == KIND_END && task->newest->seq <= seq) ||
	    (task->ended != NULL && task->ended->seq <= seq) ||
	    (task->removed != NULL && task->removed->seq <= seq);
	if (!ended || (task->newest != NULL && task->newest->kind == KIND_RUN && task->newest->run <= seq))
		return false;
	return !runs_below(t, name);
}
