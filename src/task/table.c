/* table.c -- see table.h.  Owns entries, names and orders. */
#include "task/table.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "task/logs.h"
#include "task/name.h"

struct task {
	char name[NAME_BYTES_MAX + 1];
	struct entry *newest;  /* run */
	struct entry *ended;   /* the last run that ended, if it is older than newest */
	struct entry *removed;
	struct runlog *logs;   /* of the runs above, and of one whose record is still to come */
	UT_hash_handle hh;
};

struct table {
	uint64_t life, head, horizon;
	struct task *tasks;
	struct prefixes *prefixes;
	struct logs *logs;
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
	t->prefixes = prefixes_new();
	t->logs = logs_new(t->prefixes);
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

static void append(struct order *o, struct entry *e) { order_append(o, e->seq, e); }
static void take_out(struct order *o, struct entry *e) { order_remove(o, e->seq); }

static void
tell(struct order *o, struct entry *e)
{
	(void)e;
	order_tell(o);
}

/* A new order gets what there is: the entries of another one and, with logs,
 * the chunks, both of them ascending. */
static void
fill(const struct table *t, struct order *o, const char *prefix, bool logs)
{
	const struct order *every = prefixes_every(t->prefixes);
	struct entry *e = order_next(every, 0);
	struct chunk *c = logs ? logs_next(t->logs, NULL) : NULL;

	while (e != NULL || c != NULL) {
		struct entry *next = e == NULL || (c != NULL && c->entry.seq < e->seq) ? &c->entry : e;

		if (name_covered(next->name, prefix))
			order_append(o, next->seq, next);
		if (next == e)
			e = order_next(every, e->seq);
		else
			c = logs_next(t->logs, c);
	}
}

struct order *
table_follow(struct table *t, const char *prefix, bool logs)
{
	bool made;
	struct order *o = prefixes_take(t->prefixes, prefix, logs, &made);

	if (made)
		fill(t, o, prefix, logs);
	return o;
}

void
table_unfollow(struct table *t, const char *prefix, bool logs)
{
	prefixes_drop(t->prefixes, prefix, logs);
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
	prefixes_each(t->prefixes, (*slot)->name, KIND_RUN, take_out, *slot);
	entry_free(t, *slot);
	*slot = NULL;
}

static void
drop_task_if_empty(struct table *t, struct task *task)
{
	if (task->newest == NULL && task->ended == NULL && task->removed == NULL && task->logs == NULL) {
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
		prefixes_each(t->prefixes, task->name, KIND_RUN, take_out, old);
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

/* A log goes with its run.  One of a run newer than the newest waits for the
 * record, whose number may be greater. */
static void
keep_logs(struct table *t, struct task *task)
{
	if (task->logs == NULL)
		return;
	if (task->newest != NULL)
		logs_keep(t->logs, &task->logs, task->newest->run, task->ended != NULL ? task->ended->run : 0);
	else if (task->removed != NULL)
		logs_keep(t->logs, &task->logs, task->removed->seq, 0);
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
	prefixes_each(t->prefixes, name, kind, append, e);
	keep_logs(t, task);
	if (t->nremovals > TABLE_REMOVALS_MAX)
		forget_oldest_removal(t);
	prefixes_each(t->prefixes, name, kind, tell, e);
	return e;
}

static bool
has_run(const struct task *task, uint64_t run)
{
	if (task->newest != NULL)
		return run >= task->newest->run || (task->ended != NULL && run == task->ended->run);
	return task->removed == NULL || run > task->removed->seq;
}

bool
table_put_log(struct table *t, uint64_t seq, uint64_t run, const char *name, struct text text,
    const struct logjson *parts)
{
	struct task *task = find_or_add(t, name);
	struct chunk *c;

	t->head = seq;
	if (!has_run(task, run)) {
		free(text.bytes);
		return false;
	}
	c = xcalloc(1, sizeof *c);
	c->entry = (struct entry){ .seq = seq, .run = run, .kind = KIND_LOG, .name = task->name, .text = text };
	c->parts = *parts;
	logs_put(t->logs, &task->logs, c);
	return true;
}

void
table_tell_log(struct table *t, const char *name)
{
	prefixes_each(t->prefixes, name, KIND_LOG, tell, NULL);
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
	keep_logs(t, task);
}

void
table_advance(struct table *t, uint64_t seq)
{
	t->head = seq;
	logs_whole(t->logs);
}

static void
empty(struct table *t, bool again)
{
	struct task *task, *next;

	HASH_ITER(hh, t->tasks, task, next) {
		entry_free(t, task->newest);
		entry_free(t, task->ended);
		entry_free(t, task->removed);
		logs_let_go(t->logs, &task->logs, again);
		HASH_DEL(t->tasks, task);
		free(task);
	}
	prefixes_clear(t->prefixes);
	t->ntasks = 0;
}

void
table_reset(struct table *t, uint64_t life, uint64_t horizon)
{
	bool again = life == t->life;

	logs_refill(t->logs, again, t->head);
	empty(t, again);
	t->life = life;
	t->horizon = horizon;
	t->head = 0;
}

void
table_free(struct table *t)
{
	empty(t, false);
	logs_free(t->logs);
	prefixes_free(t->prefixes);
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

/* Lines go to whom the end of their run goes. */
static bool
log_shown(const struct task *task, const struct entry *e, uint64_t came)
{
	return task->newest == NULL || e->run >= task->newest->run ||
	    (task->ended != NULL && task->ended->run == e->run && task->ended->seq > came);
}

bool
table_meant(const struct table *t, const struct entry *e, uint64_t came)
{
	if (!table_stands(t, e))
		return false;
	if (e->seq > came)
		return true;
	return e->kind == KIND_LOG ? log_shown(find(t, e->name), e, came) : table_shown(t, e);
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
