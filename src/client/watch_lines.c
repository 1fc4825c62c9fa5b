/* watch_lines.c -- tasks as plain lines, for a log, a pipe, or somebody who
 * reads with their ears.
 *
 * A line when a run begins, ends or is removed, at once; and when its percent,
 * lap, wish to be stopped, title or message has changed, at most one a second
 * for each task, the last one never left out. */
#include <event2/event.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "client/cells.h"
#include "client/figures.h"
#include "client/canvas.h"
#include "client/watch.h"
#include "task/name.h"
#include "task/table.h"
#include "task/view.h"

#define PERIOD 1 /* seconds */

struct lines {
	const struct watch_scene *scene;
	struct event *tick; /* while a line is owed */
	bool utf8;
};

/* What was last said of a run: the owner's part of its entry, freed with it. */
struct told {
	uint64_t at; /* clock_mono() */
	bool owed;   /* it has changed since, too soon for another line */
	char what[];
};

static const char *
called(const struct entry *e)
{
	return strcmp(e->name, NAME_UNNAMED) == 0 ? "(unnamed)" : e->name;
}

static void
put(const struct lines *self, const char *before, const char *text)
{
	if (text != NULL && text[0] != '\0') {
		fputs(before, stdout);
		cells_put(stdout, text, INT_MAX, self->utf8);
	}
}

static void
say(const struct lines *self, const struct entry *e, const struct view *v)
{
	char text[FIGURE_MAX];

	put(self, "", called(e));
	if (state_ended(v->state)) {
		figure_ending(text, v);
		put(self, ": ", text);
	} else {
		figure_percent(text, v);
		if (text[0] == '\0' || v->cancel >= CANCEL_ASKED)
			figure_state(text, v);
		put(self, ": ", text);
		figure_amount(text, v);
		put(self, ", ", text);
		figure_rate(text, v);
		put(self, ", ", text);
		figure_left(text, v, clock_wall());
		put(self, ", ", text);
	}
	put(self, ", ", v->title);
	put(self, ", ", v->message);
	putchar('\n');
}

/* What makes another line worth while, as text. */
static struct told *
told_of(const struct view *v)
{
	size_t len;
	char *what = xasprintf(&len, "%d %d %u %d %s %s", v->state, v->percent < 0 ? -1 : v->percent / 100, v->lap,
	    v->cancel, v->title != NULL ? v->title : "", v->message != NULL ? v->message : "");
	struct told *told = xcalloc(1, sizeof *told + len + 1);

	memcpy(told->what, what, len);
	told->at = clock_mono();
	free(what);
	return told;
}

static void
look(struct lines *self, struct entry *e)
{
	struct timeval period = { PERIOD, 0 };
	struct told *told = e->owner, *now;
	struct view v;

	view_read(&v, e->text.bytes, e->text.len);
	now = told_of(&v);
	if (told != NULL)
		told->owed = false;
	if (told != NULL && strcmp(told->what, now->what) == 0) {
		free(now);
	} else if (told != NULL && e->kind == KIND_RUN && now->at - told->at < PERIOD * UINT64_C(1000000)) {
		told->owed = true;
		if (!evtimer_pending(self->tick, NULL))
			evtimer_add(self->tick, &period);
		free(now);
	} else {
		say(self, e, &v);
		e->owner = now;
		free(told);
	}
	view_free(&v);
}

static void
each(struct lines *self, bool owed_only)
{
	struct table *t = self->scene->table;
	struct order *every = table_order(t, NAME_EVERY);

	for (struct entry *e = order_next(every, 0); e != NULL; e = order_next(every, e->seq)) {
		const struct told *told = e->owner;

		if (table_shown(t, e) && (!owed_only || (told != NULL && told->owed)))
			look(self, e);
	}
}

static void
on_tick(evutil_socket_t fd, short what, void *self)
{
	(void)fd, (void)what;
	each(self, true);
}

static void
synced(void *self)
{
	each(self, false);
}

static void
changed(void *self, struct entry *e)
{
	if (e->kind == KIND_REMOVED)
		printf("%s: removed\n", called(e));
	else
		look(self, e);
}

static void *
begin(const struct watch_scene *scene)
{
	struct lines *self = xcalloc(1, sizeof *self);

	self->scene = scene;
	self->utf8 = canvas_utf8();
	self->tick = evtimer_new(scene->base, on_tick, self);
	if (self->tick == NULL)
		fatalx("out of memory");
	return self;
}

static void
end(void *arg)
{
	struct lines *self = arg;

	event_free(self->tick);
	free(self);
}

const struct display display_lines = {
	.begin = begin,
	.synced = synced,
	.changed = changed,
	.end = end,
};
