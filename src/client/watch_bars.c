/* watch_bars.c -- tasks as bars in a terminal: when to paint, what else is on
 * the screen, and what signals and keys do.
 *
 * Painting follows the changes, BARS_PERIOD apart at most; a clock that runs or
 * a block that moves is painted without one.  The last picture stays behind, on
 * the screen that was there before. */
#include <event2/event.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pace.h"
#include "client/bars.h"
#include "client/cells.h"
#include "client/picture.h"
#include "client/canvas.h"
#include "client/watch.h"
#include "task/view.h"

#define BARS_PERIOD 50000 /* microseconds: as often as the broker says something */
#define STEP 125          /* milliseconds: of a block that moves to and fro */
#define KEYS_MAX 64       /* bytes read at once */
#define CTRL_L '\f'

enum { RESIZED, STOPPED, CONTINUED, INTERRUPTED, TERMINATED, HUNG_UP, SIGNALS };

static const int signals[SIGNALS] = { SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP };

struct bars {
	const struct watch_scene *scene;
	struct canvas *canvas;
	struct pace *pace;
	struct event *tick;             /* the next picture that needs no change */
	struct event *signal[SIGNALS];
	struct event *keys;
	char *away;                     /* why the broker is; NULL: it is not */
	double away_at;                 /* since when: clocks stand still, nothing looks alive */
	bool synced;                    /* ever */
	bool utf8, color;
};

/* ---- the picture ---- */

static void
put_status(FILE *out, const struct bars *self, const char *text, int columns)
{
	fputs(self->color ? "\033[33m" : "", out);
	cells_put(out, text, columns, self->utf8);
	fputs(self->color ? "\033[m\n" : "\n", out);
}

/* What cannot be seen in the bars. */
static void
put_rest(FILE *out, const struct bars *self, const struct picture *p, int columns)
{
	char text[512];

	if (p->more_running + p->more_ended > 0) {
		snprintf(text, sizeof text, "and %zu more: %zu running, %zu ended",
		    p->more_running + p->more_ended, p->more_running, p->more_ended);
		put_status(out, self, text, columns);
	}
	if (self->away != NULL) {
		snprintf(text, sizeof text, "the broker is away, waiting for it: %s", self->away);
		put_status(out, self, text, columns);
	} else if (self->synced && p->count == 0) {
		snprintf(text, sizeof text, "waiting for %s to begin",
		    self->scene->count == 1 ? self->scene->names[0] : "a task");
		put_status(out, self, text, columns);
	}
}

/* How long the picture is true, in milliseconds; 0: until something changes. */
static long
true_for(const struct picture *p, double now)
{
	long ms = 0;

	for (size_t i = 0; i < p->count; i++) {
		if (p->views[i].state != STATE_RUNNING)
			continue;
		if (p->views[i].percent < 0)
			return STEP;
		if (p->views[i].started >= 0)
			ms = 1000 - (long)fmod(now * 1000, 1000); /* more milliseconds than a long may have */
	}
	return ms;
}

/* The lines of a screen of that size; free(3) them. */
static char *
draw(const struct bars *self, int rows, int columns, long *ms)
{
	double now = self->away != NULL ? self->away_at : clock_wall();
	struct bars_style style = { columns, self->utf8, self->color, now, (unsigned)fmod(now * 1000 / STEP, UINT_MAX) };
	size_t room = (size_t)rows - (self->away != NULL && rows > 1);
	struct picture p = picture_take(self->scene->table, room);
	char *lines, *text = NULL;
	size_t len;
	FILE *out;

	if (p.more_running + p.more_ended > 0 && room > 1) { /* one row is for their count */
		picture_free(&p);
		p = picture_take(self->scene->table, room - 1);
	}
	*ms = self->away != NULL ? 0 : true_for(&p, now);
	lines = bars_draw(p.views, p.count, &style);
	if ((out = open_memstream(&text, &len)) == NULL)
		fatalx("out of memory");
	fputs(lines, out);
	put_rest(out, self, &p, columns);
	fclose(out);
	free(lines);
	picture_free(&p);
	return text;
}

static void
paint(void *arg)
{
	struct bars *self = arg;
	long ms;
	int rows, columns = canvas_columns(STDOUT_FILENO, &rows);
	char *text = draw(self, rows, columns, &ms);

	if (!canvas_show(self->canvas, text))
		ms = 1000;
	free(text);
	evtimer_del(self->tick);
	if (ms > 0) {
		struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

		evtimer_add(self->tick, &tv);
	}
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct bars *self = arg;

	(void)fd, (void)what;
	pace_touch(self->pace);
}

/* ---- signals and keys ---- */

static void
repaint(struct bars *self)
{
	canvas_enter(self->canvas);
	canvas_forget(self->canvas);
	paint(self);
}

/* As if ^Z had never been caught: the shell finds its terminal as it was. */
static void
stop(struct bars *self)
{
	canvas_leave(self->canvas);
	evsignal_del(self->signal[STOPPED]);
	raise(SIGTSTP); /* here we stop; and go on, later */
	evsignal_add(self->signal[STOPPED], NULL);
	repaint(self);
}

static void
on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct bars *self = arg;

	(void)what;
	if (sig == SIGTSTP)
		stop(self);
	else if (sig == SIGWINCH || sig == SIGCONT)
		repaint(self);
	else
		watch_quit(self->scene->watch, (int)sig);
}

static void
on_keys(evutil_socket_t fd, short what, void *arg)
{
	struct bars *self = arg;
	char keys[KEYS_MAX];
	ssize_t n = read(fd, keys, sizeof keys);

	(void)what;
	if (n <= 0)
		event_del(self->keys);
	for (ssize_t i = 0; i < n; i++) {
		if (keys[i] == 'q')
			watch_quit(self->scene->watch, 0);
		else if (keys[i] == CTRL_L)
			repaint(self);
	}
}

/* ---- what happens ---- */

static void
synced(void *arg)
{
	struct bars *self = arg;

	self->synced = true;
	pace_touch(self->pace);
}

static void
changed(void *arg, struct entry *e)
{
	struct bars *self = arg;

	(void)e;
	pace_touch(self->pace);
}

static void
away(void *arg, const char *why)
{
	struct bars *self = arg;

	free(self->away);
	self->away = why != NULL ? xstrdup(why) : NULL;
	self->away_at = clock_wall();
	pace_touch(self->pace);
}

/* What was ignored from the start (nohup) stays ignored. */
static void
catch(struct bars *self, int i)
{
	struct sigaction before;

	self->signal[i] = evsignal_new(self->scene->base, signals[i], on_signal, self);
	if (self->signal[i] == NULL || sigaction(signals[i], NULL, &before) < 0 ||
	    (before.sa_handler != SIG_IGN && evsignal_add(self->signal[i], NULL) < 0))
		fatalx("cannot catch signal %d", signals[i]);
}

static void *
begin(const struct watch_scene *scene)
{
	struct bars *self = xcalloc(1, sizeof *self);

	self->scene = scene;
	self->utf8 = canvas_utf8();
	self->color = canvas_color();
	self->canvas = canvas_new(STDIN_FILENO, STDOUT_FILENO);
	self->pace = pace_new(scene->base, BARS_PERIOD, paint, self);
	self->tick = evtimer_new(scene->base, on_tick, self);
	self->keys = event_new(scene->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_keys, self);
	if (self->tick == NULL || self->keys == NULL)
		fatalx("out of memory");
	for (int i = 0; i < SIGNALS; i++)
		catch(self, i);
	canvas_enter(self->canvas);
	if (isatty(STDIN_FILENO))
		event_add(self->keys, NULL);
	return self;
}

static void
end(void *arg)
{
	struct bars *self = arg;
	long ms;
	int rows, columns = canvas_columns(STDOUT_FILENO, &rows);
	char *text = draw(self, rows, columns, &ms);

	canvas_free(self->canvas);
	fputs(text, stdout);
	fflush(stdout);
	free(text);
	for (int i = 0; i < SIGNALS; i++)
		event_free(self->signal[i]);
	event_free(self->keys);
	event_free(self->tick);
	pace_free(self->pace);
	free(self->away);
	free(self);
}

const struct display display_bars = {
	.begin = begin,
	.synced = synced,
	.changed = changed,
	.away = away,
	.end = end,
};
