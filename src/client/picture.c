/* picture.c -- see picture.h.  Pure.  Records are read only when shown: of
 * thousands of tasks, those that a terminal has room for. */
#include "client/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "task/name.h"
#include "task/table.h"
#include "task/view.h"

static int
later_first(uint64_t a, uint64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

/* The unnamed task first, then as in a listing of files. */
static int
by_name(const struct entry *a, const struct entry *b)
{
	bool unnamed_a = strcmp(a->name, NAME_UNNAMED) == 0, unnamed_b = strcmp(b->name, NAME_UNNAMED) == 0;

	return unnamed_a != unnamed_b ? unnamed_b - unnamed_a : strcmp(a->name, b->name);
}

static int
by_importance(const void *left, const void *right)
{
	const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;

	if (a->kind != b->kind)
		return a->kind == KIND_RUN ? -1 : 1;
	return a->kind == KIND_RUN ? later_first(a->run, b->run) : later_first(a->seq, b->seq);
}

static int
by_place(const void *left, const void *right)
{
	const struct entry *a = *(struct entry *const *)left, *b = *(struct entry *const *)right;

	return a->kind == KIND_RUN && b->kind == KIND_RUN ? by_name(a, b) : by_importance(left, right);
}

struct picture
picture_take(struct table *t, size_t room)
{
	struct order *every = table_order(t, NAME_EVERY);
	struct entry **entries = xcalloc(table_tasks(t) + 1, sizeof *entries);
	struct picture p = { 0 };
	size_t n = 0;

	for (struct entry *e = order_next(every, 0); e != NULL; e = order_next(every, e->seq))
		if (table_shown(t, e))
			entries[n++] = e;
	qsort(entries, n, sizeof *entries, by_importance);
	p.count = n < room ? n : room;
	for (size_t i = p.count; i < n; i++)
		*(entries[i]->kind == KIND_RUN ? &p.more_running : &p.more_ended) += 1;
	qsort(entries, p.count, sizeof *entries, by_place);
	p.views = xcalloc(p.count + 1, sizeof *p.views);
	for (size_t i = 0; i < p.count; i++)
		view_read(&p.views[i], entries[i]->text.bytes, entries[i]->text.len);
	free(entries);
	return p;
}

void
picture_free(struct picture *p)
{
	for (size_t i = 0; i < p->count; i++)
		view_free(&p->views[i]);
	free(p->views);
	p->views = NULL;
	p->count = 0;
}
