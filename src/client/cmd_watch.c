/* cmd_watch.c -- headway watch: tasks as they go, in a terminal or for a program.
 *
 * Keeps a copy of the broker's table for what was asked for, and tells the
 * display what happens to it.  Watching never starts or stops a job. */
#include <err.h>
#include <event2/event.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "client/bars.h"
#include "client/command.h"
#include "client/follow.h"
#include "client/picture.h"
#include "client/status.h"
#include "client/canvas.h"
#include "client/watch.h"
#include "task/change.h"
#include "task/table.h"
#include "task/view.h"

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_watch = {
	.name = "watch",
	.usage = "[NAME...] [options]",
	.summary = "show how far tasks are",
	.options =
	    "  --once                   print how it stands, and exit\n"
	    "  --until-end              exit when all that is shown has ended, with its status\n"
	    "  --json                   each record as one line of JSON\n"
	    "  --lines                  plain lines, also in a terminal\n"
	    "  --subscribe-socket PATH  the broker's (HEADWAY_SUBSCRIBE_SOCKET)\n",
	.run = run,
};

struct watching {
	bool once, until_end, json, lines;
	const char *socket;
	struct watch_scene scene;
	struct follow *follow;
	const struct display *display; /* NULL: once */
	void *shown;                   /* the display's self */
	bool whole;                    /* the table is */
	bool away;
	int status, signal;
};

static void
read_options(const struct command *self, struct watching *w, int argc, char *argv[])
{
	enum { ONCE = 1, UNTIL_END, JSON, LINES, SOCKET, HELP };
	static const struct option long_options[] = {
		{ "once", no_argument, NULL, ONCE },
		{ "until-end", no_argument, NULL, UNTIL_END },
		{ "json", no_argument, NULL, JSON },
		{ "lines", no_argument, NULL, LINES },
		{ "subscribe-socket", required_argument, NULL, SOCKET },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case ONCE: w->once = true; break;
		case UNTIL_END: w->until_end = true; break;
		case JSON: w->json = true; break;
		case LINES: w->lines = true; break;
		case SOCKET: w->socket = optarg; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway watch --help");
		}
	if (w->once && w->until_end)
		command_usage(self, "--once and --until-end do not go together");
	for (; optind < argc; optind++)
		argv[w->scene.count++] = (char *)command_task(self, argv[optind]);
	w->scene.names = (const char *const *)argv;
}

void
watch_quit(struct watching *w, int sig)
{
	w->signal = sig;
	follow_stop(w->follow);
	event_base_loopbreak(w->scene.base);
}

static bool
wanted(const struct watching *w, const char *name)
{
	for (size_t i = 0; i < w->scene.count; i++)
		if (name_covered(name, w->scene.names[i]))
			return true;
	return w->scene.count == 0;
}

/* ---- --until-end ---- */

static bool
finished(const struct watching *w)
{
	struct table *t = w->scene.table;
	struct order *every = table_order(t, NAME_EVERY);

	for (size_t i = 0; i < w->scene.count; i++)
		if (!table_finished(t, w->scene.names[i], table_head(t)))
			return false;
	if (w->scene.count == 0)
		for (struct entry *e = order_next(every, 0); e != NULL; e = order_next(every, e->seq))
			if (e->kind == KIND_RUN)
				return false;
	return true;
}

static int
status_of_entry(const struct entry *e)
{
	struct view v;
	int status;

	view_read(&v, e->text.bytes, e->text.len);
	status = status_of(&v);
	view_free(&v);
	return status;
}

/* The first that is not 0, of the tasks that were named or of all. */
static int
outcome(const struct watching *w)
{
	struct table *t = w->scene.table;
	struct order *every = table_order(t, NAME_EVERY);
	int status = 0;

	for (size_t i = 0; i < w->scene.count && status == 0; i++) {
		struct entry *e = table_newest(t, w->scene.names[i]);

		status = e != NULL ? status_of_entry(e) : STATUS_UNKNOWN;
	}
	if (w->scene.count == 0)
		for (struct entry *e = order_next(every, 0); e != NULL && status == 0; e = order_next(every, e->seq))
			if (table_shown(t, e))
				status = status_of_entry(e);
	return status;
}

static void
quit_if_finished(struct watching *w)
{
	if (w->until_end && finished(w)) {
		w->status = outcome(w);
		watch_quit(w, 0);
	}
}

/* ---- --once ---- */

static void
print_picture(const struct watching *w)
{
	struct bars_style style = { .utf8 = canvas_utf8(), .now = clock_wall() };
	struct picture p = picture_take(w->scene.table, SIZE_MAX);
	char *text;

	if (canvas_usable(STDOUT_FILENO)) {
		style.columns = canvas_columns(STDOUT_FILENO, NULL);
		style.color = canvas_color();
	}
	text = bars_draw(p.views, p.count, &style);
	fputs(text, stdout);
	free(text);
	picture_free(&p);
}

/* ---- what the broker says ---- */

static void
on_start_over(uint64_t life, uint64_t horizon, void *arg)
{
	struct watching *w = arg;

	table_reset(w->scene.table, life, horizon);
	w->whole = false;
}

static void
on_change(const struct change *c, void *arg)
{
	static const enum kind kinds[] = {
		[CHANGE_RUN] = KIND_RUN, [CHANGE_END] = KIND_END, [CHANGE_REMOVED] = KIND_REMOVED,
	};
	struct watching *w = arg;
	struct text text = { .bytes = xcalloc(1, c->json_len + 1), .len = (uint32_t)c->json_len };
	bool news = c->event != CHANGE_REMOVED || table_newest(w->scene.table, c->name) != NULL;
	struct entry *e;

	if (!wanted(w, c->name)) {
		free(text.bytes);
		return;
	}
	memcpy(text.bytes, c->json, c->json_len);
	e = table_put(w->scene.table, c->seq, c->run, c->name, kinds[c->event], text);
	if (!w->whole)
		return;
	if (news)
		w->display->changed(w->shown, e);
	if (c->event != CHANGE_RUN)
		quit_if_finished(w);
}

static void
say_away(struct watching *w, const char *why)
{
	w->away = why != NULL;
	if (w->display->away != NULL)
		w->display->away(w->shown, why);
	else if (why != NULL)
		warnx("the broker is away, waiting for it: %s", why);
	else
		warnx("the broker is back");
}

static void
on_synced(void *arg)
{
	struct watching *w = arg;
	bool was_whole = w->whole;

	w->whole = true;
	if (w->away)
		say_away(w, NULL);
	if (was_whole)
		return; /* it says so now and then */
	if (w->once && !w->json)
		print_picture(w);
	else
		w->display->synced(w->shown);
	if (w->once)
		watch_quit(w, 0);
	else
		quit_if_finished(w);
}

static void
on_away(const char *why, void *arg)
{
	struct watching *w = arg;

	if (!w->once) {
		say_away(w, why);
		return;
	}
	warnx("the broker cannot be reached (HEADWAY_SUBSCRIBE_SOCKET says where it is): %s", why);
	w->status = STATUS_AWAY;
	watch_quit(w, 0);
}

/* ---- the command ---- */

static const struct display *
choose_display(const struct watching *w)
{
	if (w->json)
		return &display_json;
	return w->lines || w->once || !canvas_usable(STDOUT_FILENO) ? &display_lines : &display_bars;
}

static void
follow_what_is_wanted(struct watching *w)
{
	static const char *const every[] = { NAME_EVERY };
	struct follow_user user = { on_start_over, on_change, on_synced, on_away, w };
	bool few = w->scene.count > 0 && w->scene.count <= FOLLOW_NAMES_MAX;

	w->follow = follow_new(w->scene.base, w->socket, few ? w->scene.names : every, few ? w->scene.count : 1, &user);
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct watching w = { .scene = { .table = table_new(0, free), .watch = &w } };

	setlocale(LC_CTYPE, "");
	read_options(self, &w, argc, argv);
	if ((w.scene.base = event_base_new()) == NULL)
		errx(EXIT_REFUSED, "cannot make an event loop");
	setlinebuf(stdout); /* who reads a pipe sees each line when it is there */
	follow_what_is_wanted(&w);
	w.display = choose_display(&w);
	w.shown = w.display->begin(&w.scene);
	event_base_dispatch(w.scene.base);
	w.display->end(w.shown);
	follow_free(w.follow);
	table_free(w.scene.table);
	event_base_free(w.scene.base);
	if (w.signal != 0) {
		signal(w.signal, SIG_DFL);
		raise(w.signal);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		warn("stdout");
		return EXIT_REFUSED;
	}
	return w.status;
}
