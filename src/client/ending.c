/* ending.c -- see ending.h.  Owns the loop while it waits. */
#include "client/ending.h"

#include <err.h>
#include <event2/event.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "client/cells.h"
#include "client/command.h"
#include "client/figures.h"
#include "client/follow.h"
#include "client/status.h"
#include "task/change.h"
#include "task/view.h"

struct wait {
	const struct ending_wish *wish;
	struct event_base *base;
	struct follow *follow;
	struct view *end;    /* where to put it */
	bool known, ended;   /* what has been read of the newest run; its end is in *end then */
	bool reached;        /* the broker has been, once */
	bool whole;          /* what there was has been read: from now on an end is the end */
	bool away, expired;
	enum ending result;
};

static void
over(struct wait *w, enum ending result)
{
	w->result = result;
	follow_stop(w->follow);
	event_base_loopbreak(w->base);
}

static void
on_start_over(uint64_t life, uint64_t horizon, void *arg)
{
	struct wait *w = arg;

	(void)life, (void)horizon;
	w->known = w->ended = w->whole = false;
	view_free(w->end);
}

static void
on_run(struct wait *w, const struct change *c)
{
	struct view v;

	if (w->wish->running != NULL && view_read(&v, c->json, c->json_len)) {
		w->wish->running(&v, w->wish->arg);
		view_free(&v);
	}
}

/* Before everything has been read, a later line may say that another run has
 * begun. */
static void
on_change(const struct change *c, void *arg)
{
	struct wait *w = arg;

	if (strcmp(c->name, w->wish->name) != 0)
		return; /* of a task below it */
	view_free(w->end);
	w->ended = c->event == CHANGE_END;
	if (w->ended)
		view_read(w->end, c->json, c->json_len);
	if (w->whole && w->ended)
		over(w, ENDING_HERE);
	else if (w->whole && w->known && c->event == CHANGE_REMOVED)
		over(w, ENDING_REMOVED);
	w->known = c->event != CHANGE_REMOVED;
	if (c->event == CHANGE_RUN)
		on_run(w, c);
}

/* The first picture is there. */
static void
judge(struct wait *w)
{
	bool first = !w->reached;

	w->whole = w->reached = true;
	if (first && w->wish->ready != NULL) {
		if (!w->wish->ready(w->wish->arg))
			over(w, ENDING_GIVEN_UP);
	} else if (w->ended) {
		over(w, ENDING_HERE);
	} else if (!w->known && first && w->wish->must_exist) {
		over(w, ENDING_UNKNOWN);
	}
}

static void
on_synced(void *arg)
{
	struct wait *w = arg;

	if (w->away && !w->wish->quiet)
		warnx("the broker is back");
	w->away = false;
	if (!w->whole)
		judge(w);
	if (w->expired && w->result == ENDING_TIMEOUT)
		over(w, ENDING_TIMEOUT);
}

/* Who has set a limit is ready to wait for a broker as well; but who has
 * something to ask of it is not. */
static void
on_away(const char *why, void *arg)
{
	struct wait *w = arg;
	bool give_up = !w->reached && (w->wish->timeout < 0 || w->expired || w->wish->ready != NULL);

	w->away = true;
	if (!w->wish->quiet && give_up)
		warnx("the broker cannot be reached (HEADWAY_SUBSCRIBE_SOCKET says where it is): %s", why);
	else if (!w->wish->quiet)
		warnx("the broker is away, waiting for it: %s", why);
	if (give_up)
		over(w, ENDING_AWAY);
}

/* With a limit of 0 what there is still is read: that is what it is asked for. */
static void
on_timeout(evutil_socket_t fd, short what, void *arg)
{
	struct wait *w = arg;

	(void)fd, (void)what;
	w->expired = true;
	if (!w->reached && w->away)
		over(w, ENDING_AWAY);
	else if (w->reached)
		over(w, ENDING_TIMEOUT);
}

enum ending
ending_wait(const struct ending_wish *wish, struct view *v)
{
	struct wait w = { .wish = wish, .base = event_base_new(), .end = v, .result = ENDING_TIMEOUT };
	struct follow_user user = { on_start_over, on_change, on_synced, on_away, &w };
	struct event *timer = w.base != NULL ? evtimer_new(w.base, on_timeout, &w) : NULL;
	struct timeval tv = { 0, 0 };

	if (timer == NULL)
		fatalx("out of memory");
	memset(v, 0, sizeof *v);
	w.follow = follow_new(w.base, wish->socket, &wish->name, 1, &user);
	if (wish->timeout >= 0) {
		tv.tv_sec = (time_t)wish->timeout;
		tv.tv_usec = (suseconds_t)((wish->timeout - (double)tv.tv_sec) * 1e6);
		evtimer_add(timer, &tv);
	}
	event_base_dispatch(w.base);
	follow_free(w.follow);
	event_free(timer);
	event_base_free(w.base);
	return w.result;
}

/* ---- what is said of it ---- */

void
ending_say(FILE *out, const struct ending_wish *wish, enum ending result, const struct view *v)
{
	const char *name = strcmp(wish->name, NAME_UNNAMED) == 0 ? "the unnamed task" : wish->name;
	char text[FIGURE_MAX];

	switch (result) {
	case ENDING_HERE:
		figure_ending(text, v);
		fprintf(out, "%s: ", name);
		cells_put(out, text, INT_MAX, false);
		putc('\n', out);
		break;
	case ENDING_REMOVED: fprintf(out, "%s: it has ended, but the record of its end is gone\n", name); break;
	case ENDING_UNKNOWN: fprintf(out, "%s: nothing is known of it\n", name); break;
	case ENDING_TIMEOUT: fprintf(out, "%s: not ended after %g s\n", name, wish->timeout); break;
	case ENDING_AWAY:
	case ENDING_GIVEN_UP: break; /* it has been said */
	}
}

int
ending_status(enum ending result, const struct view *v)
{
	static const int statuses[] = {
		[ENDING_REMOVED] = STATUS_UNKNOWN, [ENDING_UNKNOWN] = STATUS_UNKNOWN, [ENDING_TIMEOUT] = STATUS_TIMEOUT,
		[ENDING_AWAY] = STATUS_AWAY, [ENDING_GIVEN_UP] = EXIT_REFUSED,
	};

	return result == ENDING_HERE ? status_of(v) : statuses[result];
}
