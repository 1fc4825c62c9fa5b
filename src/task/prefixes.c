/* prefixes.c -- see prefixes.h.  Owns the orders; never the entries. */
#include "task/prefixes.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "task/name.h"

struct prefix {
	char name[NAME_BYTES_MAX + 1];
	struct order *order[2]; /* without and with logs; NULL: nobody wants it */
	size_t users[2];
	UT_hash_handle hh;
};

struct prefixes {
	struct prefix every;    /* that of NAME_EVERY; not in the hash */
	struct prefix *named;
	size_t with_logs;       /* orders */
};

struct prefixes *
prefixes_new(void)
{
	struct prefixes *ps = xcalloc(1, sizeof *ps);

	ps->every.order[false] = order_new();
	ps->every.users[false] = 1; /* the table's */
	return ps;
}

static struct prefix *
find(const struct prefixes *ps, const char *name)
{
	struct prefix *p;

	if (strcmp(name, NAME_EVERY) == 0)
		return (struct prefix *)(uintptr_t)&ps->every;
	HASH_FIND_STR(ps->named, name, p);
	return p;
}

static struct prefix *
add(struct prefixes *ps, const char *name)
{
	struct prefix *p = xcalloc(1, sizeof *p);

	strncpy(p->name, name, NAME_BYTES_MAX);
	HASH_ADD_STR(ps->named, name, p);
	return p;
}

struct order *
prefixes_take(struct prefixes *ps, const char *prefix, bool logs, bool *made)
{
	struct prefix *p = find(ps, prefix);

	if (p == NULL)
		p = add(ps, prefix);
	*made = p->order[logs] == NULL;
	if (*made) {
		p->order[logs] = order_new();
		ps->with_logs += logs;
	}
	p->users[logs]++;
	return p->order[logs];
}

static void
drop_if_unused(struct prefixes *ps, struct prefix *p)
{
	if (p == &ps->every || p->users[false] > 0 || p->users[true] > 0)
		return;
	HASH_DEL(ps->named, p);
	free(p);
}

void
prefixes_drop(struct prefixes *ps, const char *prefix, bool logs)
{
	struct prefix *p = find(ps, prefix);

	if (p == NULL || p->users[logs] == 0 || (p == &ps->every && !logs))
		return;
	if (--p->users[logs] > 0)
		return;
	order_free(p->order[logs]);
	p->order[logs] = NULL;
	ps->with_logs -= logs;
	drop_if_unused(ps, p);
}

struct order *
prefixes_every(const struct prefixes *ps)
{
	return ps->every.order[false];
}

/* That of every task, then those of the name and its ancestors.  fn may drop
 * what it is called for, so each is looked up when it is its turn. */
static void
each(const struct prefixes *ps, const char *name, bool logs, void (*fn)(struct order *, struct entry *), struct entry *e)
{
	if (ps->every.order[logs] != NULL)
		fn(ps->every.order[logs], e);
	for (size_t len = strlen(name); len > 0 && ps->named != NULL; len = name_parent(name, len)) {
		struct prefix *p;

		HASH_FIND(hh, ps->named, name, len, p);
		if (p != NULL && p->order[logs] != NULL)
			fn(p->order[logs], e);
	}
}

void
prefixes_each(const struct prefixes *ps, const char *name, enum kind kind,
    void (*fn)(struct order *, struct entry *), struct entry *e)
{
	if (kind != KIND_LOG)
		each(ps, name, false, fn, e);
	if (ps->with_logs > 0)
		each(ps, name, true, fn, e);
}

void
prefixes_clear(struct prefixes *ps)
{
	for (struct prefix *p = ps->named; p != NULL; p = p->hh.next)
		for (int logs = 0; logs < 2; logs++)
			if (p->order[logs] != NULL)
				order_clear(p->order[logs]);
	order_clear(ps->every.order[false]);
	if (ps->every.order[true] != NULL)
		order_clear(ps->every.order[true]);
}

void
prefixes_free(struct prefixes *ps)
{
	struct prefix *p, *next;

	HASH_ITER(hh, ps->named, p, next) {
		HASH_DEL(ps->named, p);
		for (int logs = 0; logs < 2; logs++)
			if (p->order[logs] != NULL)
				order_free(p->order[logs]);
		free(p);
	}
	order_free(ps->every.order[false]);
	if (ps->every.order[true] != NULL)
		order_free(ps->every.order[true]);
	free(ps);
}
