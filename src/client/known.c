/* known.c -- see known.h.  Pure, but for the time that a run began at. */
#include "client/known.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/clock.h"
#include "base/mem.h"
#include "task/name.h"
#include "task/update.h"

struct task {
	char name[NAME_BYTES_MAX + 1];
	struct update *whole; /* of its run */
	struct update *next;  /* what of it was not sent, to a broker that knows the rest: log lines add up */
	bool untold, anew;    /* anew: the whole is to be told */
	UT_hash_handle hh;
};

struct known {
	struct task *tasks;
	size_t untold;
};

struct known *
known_new(void)
{
	return xcalloc(1, sizeof(struct known));
}

static void
set_untold(struct known *k, struct task *t, bool untold)
{
	k->untold += (size_t)untold - (size_t)t->untold;
	t->untold = untold;
}

static void
remove_task(struct known *k, struct task *t)
{
	set_untold(k, t, false);
	HASH_DEL(k->tasks, t);
	update_free(t->whole);
	update_free(t->next);
	free(t);
}

void
known_free(struct known *k)
{
	struct task *t, *next;

	HASH_ITER(hh, k->tasks, t, next)
		remove_task(k, t);
	free(k);
}

static bool
has_ended(const struct task *t)
{
	return state_ended(update_state(t->whole));
}

/* One whose end was sent, but never confirmed under its name: a second holder
 * has another one there. */
static bool
make_room(struct known *k)
{
	for (struct task *t = k->tasks; t != NULL; t = t->hh.next)
		if (has_ended(t) && !t->untold) {
			remove_task(k, t);
			return true;
		}
	return false;
}

static struct task *
find_or_add(struct known *k, const char *name)
{
	struct task *t;

	HASH_FIND_STR(k->tasks, name, t);
	if (t != NULL || (HASH_COUNT(k->tasks) >= KNOWN_MAX && !make_room(k)))
		return t;
	t = xcalloc(1, sizeof *t);
	strcpy(t->name, name);
	t->whole = update_new();
	t->next = update_new();
	HASH_ADD_STR(k->tasks, name, t);
	return t;
}

/* When the run began is said to a broker that is born later. */
static void
begin(struct task *t)
{
	update_clear(t->whole);
	update_clear(t->next);
	t->anew = true;
	if (strcmp(t->name, NAME_UNNAMED) != 0)
		update_set_started(t->whole, clock_wall());
}

bool
known_say(struct known *k, const struct update *u, bool unsent)
{
	struct task *t = find_or_add(k, update_name(u));

	if (t == NULL)
		return false;
	if (has_ended(t) && update_state(u) == STATE_UNSAID)
		return true; /* after an end the broker refuses it */
	if (has_ended(t) || update_state(t->whole) == STATE_UNSAID)
		begin(t);
	update_merge(t->whole, u);
	if (update_state(t->whole) == STATE_UNSAID)
		update_set_state(t->whole, STATE_RUNNING); /* which also marks it as begun */
	update_set_lap(t->whole, false); /* said once */
	update_set_ack(t->whole, false); /* who asked has had, or will not have, an answer */
	if (unsent && !t->anew) {
		update_merge(t->next, u);
		update_set_ack(t->next, false);
	}
	set_untold(k, t, unsent || t->untold);
	t->anew = t->anew && t->untold;
	return true;
}

void
known_forget_told(struct known *k)
{
	for (struct task *t = k->tasks; t != NULL; t = t->hh.next) {
		update_clear(t->next);
		t->anew = true;
		set_untold(k, t, true);
	}
}

static char *
tell(struct known *k, struct task *t, size_t *len)
{
	char *line = update_line(t->anew ? t->whole : t->next, len);

	update_clear(t->next);
	t->anew = false;
	set_untold(k, t, false);
	return line;
}

char *
known_next(struct known *k, size_t *len)
{
	for (struct task *t = k->untold > 0 ? k->tasks : NULL; t != NULL; t = t->hh.next)
		if (t->untold)
			return tell(k, t, len);
	return NULL;
}

void
known_confirmed(struct known *k, const char *name)
{
	struct task *t;

	HASH_FIND_STR(k->tasks, name, t);
	if (t != NULL && has_ended(t) && !t->untold)
		remove_task(k, t);
}

bool
known_any(const struct known *k)
{
	return k->tasks != NULL;
}

bool
known_untold(const struct known *k)
{
	return k->untold > 0;
}
