/* logs.c -- see logs.h.  Owns the chunks and the logs. */
#include "task/logs.h"

#include <stdlib.h>

#include "base/mem.h"

struct logs {
	struct prefixes *prefixes;
	struct chunks chunks;        /* of all runs, oldest first */
	size_t bytes;
	bool filling;
	uint64_t head;               /* that of the table when it was whole last, while it is filled */
	struct runlog *remembered;   /* by run; empty but for their marks */
};

struct logs *
logs_new(struct prefixes *ps)
{
	struct logs *ls = xcalloc(1, sizeof *ls);

	ls->prefixes = ps;
	TAILQ_INIT(&ls->chunks);
	return ls;
}

static void
forget(struct logs *ls)
{
	struct runlog *log, *next;

	HASH_ITER(hh, ls->remembered, log, next) {
		HASH_DEL(ls->remembered, log);
		runlog_free(log);
	}
}

void
logs_free(struct logs *ls)
{
	forget(ls);
	free(ls);
}

static size_t
size_of(const struct chunk *c)
{
	return sizeof *c + c->entry.text.len;
}

static void take_out(struct order *o, struct entry *e) { order_remove(o, e->seq); }
static void append(struct order *o, struct entry *e) { order_append(o, e->seq, e); }

/* The oldest chunk of a log goes.  False if there is none. */
static bool
drop_first(struct logs *ls, struct runlog *log)
{
	struct chunk *c = runlog_take(log);

	if (c == NULL)
		return false;
	prefixes_each(ls->prefixes, c->entry.name, KIND_LOG, take_out, &c->entry);
	TAILQ_REMOVE(&ls->chunks, c, in_table);
	ls->bytes -= size_of(c);
	free(c->entry.text.bytes);
	free(c);
	return true;
}

/* ---- the logs of a task ---- */

static struct runlog *
find_or_add(struct logs *ls, struct runlog **list, uint64_t run)
{
	struct runlog *log;

	for (log = *list; log != NULL; log = log->next)
		if (log->run == run)
			return log;
	HASH_FIND(hh, ls->remembered, &run, sizeof run, log);
	if (log != NULL) {
		HASH_DEL(ls->remembered, log);
	} else {
		log = runlog_new(run);
		if (ls->filling)
			runlog_pause(log, ls->head);
	}
	log->next = *list;
	*list = log;
	return log;
}

void
logs_put(struct logs *ls, struct runlog **list, struct chunk *c)
{
	struct runlog *log = find_or_add(ls, list, c->entry.run);

	runlog_add(log, c);
	TAILQ_INSERT_TAIL(&ls->chunks, c, in_table);
	ls->bytes += size_of(c);
	prefixes_each(ls->prefixes, c->entry.name, KIND_LOG, append, &c->entry);
	while (log->lines - TAILQ_FIRST(&log->chunks)->parts.lines >= TABLE_LOG_LINES_MAX)
		drop_first(ls, log);
	while (ls->bytes > TABLE_LOG_BYTES_MAX)
		drop_first(ls, TAILQ_FIRST(&ls->chunks)->log);
}

static void
let_go(struct logs *ls, struct runlog *log, bool again)
{
	while (drop_first(ls, log))
		;
	if (!again) {
		runlog_free(log);
		return;
	}
	runlog_pause(log, ls->head);
	HASH_ADD(hh, ls->remembered, run, sizeof log->run, log);
}

void
logs_keep(struct logs *ls, struct runlog **list, uint64_t newest, uint64_t other)
{
	for (struct runlog **place = list, *log; (log = *place) != NULL;) {
		if (log->run >= newest || log->run == other) {
			place = &log->next;
		} else {
			*place = log->next;
			let_go(ls, log, false);
		}
	}
}

void
logs_let_go(struct logs *ls, struct runlog **list, bool again)
{
	for (struct runlog *log; (log = *list) != NULL;) {
		*list = log->next;
		let_go(ls, log, again);
	}
}

void
logs_refill(struct logs *ls, bool again, uint64_t head)
{
	if (!again) {
		forget(ls);
		ls->head = 0;
	} else if (!ls->filling) {
		ls->head = head;
	}
	ls->filling = true;
}

/* Who has not come back by now is gone. */
void
logs_whole(struct logs *ls)
{
	ls->filling = false;
	forget(ls);
}

struct chunk *
logs_next(const struct logs *ls, struct chunk *c)
{
	return c == NULL ? TAILQ_FIRST(&ls->chunks) : TAILQ_NEXT(c, in_table);
}
