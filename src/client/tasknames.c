/* tasknames.c -- see tasknames.h. */
#include "client/tasknames.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/follow.h"
#include "task/change.h"
#include "task/view.h"

#define SAYS_MAX 32 /* bytes: a state and a percent */

struct taskname {
	char *name;
	uint64_t seq; /* the greatest is the newest */
	char says[SAYS_MAX];
};

struct tasknames {
	struct event_base *base;
	struct taskname all[TASKNAMES_MAX];
	size_t n;
};

/* Publishers' texts are not among it: this goes to a terminal as it is. */
static void
describe(char says[SAYS_MAX], const struct change *c)
{
	struct view v;

	snprintf(says, SAYS_MAX, "%s", c->event == CHANGE_END ? "has ended" : "running");
	if (view_read(&v, c->json, c->json_len) && c->event == CHANGE_RUN && v.percent != VIEW_UNKNOWN)
		snprintf(says, SAYS_MAX, "running, %d %%", v.percent / 100);
	view_free(&v);
}

static void
on_change(const struct change *c, void *arg)
{
	struct tasknames *t = arg;
	struct taskname *one = &t->all[t->n];

	if (c->event == CHANGE_REMOVED || strcmp(c->name, NAME_UNNAMED) == 0 || t->n == TASKNAMES_MAX)
		return;
	one->name = xstrdup(c->name);
	one->seq = c->seq;
	describe(one->says, c);
	t->n++;
}

static void
on_start_over(uint64_t life, uint64_t horizon, void *arg)
{
	struct tasknames *t = arg;

	(void)life, (void)horizon;
	while (t->n > 0)
		free(t->all[--t->n].name);
}

static void
on_synced(void *arg)
{
	struct tasknames *t = arg;

	event_base_loopbreak(t->base);
}

static void
on_away(const char *why, void *arg)
{
	struct tasknames *t = arg;

	(void)why;
	event_base_loopbreak(t->base);
}

/* A name can have two runs: the one that runs, and the last that ended. */
static int
by_name(const void *a, const void *b)
{
	const struct taskname *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order : left->seq < right->seq ? -1 : 1;
}

void
tasknames(const char *socket, void (*each)(const char *name, const char *says, void *arg), void *arg)
{
	static const char *const every[] = { NAME_EVERY };
	const struct timeval wait = { TASKNAMES_WAIT / 1000, TASKNAMES_WAIT % 1000 * 1000 };
	struct tasknames *t = xcalloc(1, sizeof *t);
	struct follow_user user = { on_start_over, on_change, on_synced, on_away, t };
	struct follow *follow;

	if ((t->base = event_base_new()) != NULL) {
		follow = follow_new(t->base, socket, every, 1, &user);
		event_base_loopexit(t->base, &wait);
		event_base_dispatch(t->base);
		follow_free(follow);
		event_base_free(t->base);
	}
	qsort(t->all, t->n, sizeof t->all[0], by_name);
	for (size_t i = 0; i < t->n; i++)
		if (i + 1 == t->n || strcmp(t->all[i].name, t->all[i + 1].name) != 0)
			each(t->all[i].name, t->all[i].says, arg);
	on_start_over(0, 0, t);
	free(t);
}
