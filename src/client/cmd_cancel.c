/* cmd_cancel.c -- headway cancel: asks the process that holds a task to stop it.
 *
 * The broker passes the wish on, if the holder takes such wishes and the asker
 * may have them.  Asked, stopping and dead are three facts, and each is said
 * when it is one. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/ending.h"
#include "client/report.h"
#include "client/status.h"
#include "task/name.h"
#include "task/update.h"
#include "task/view.h"

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_cancel = {
	.name = "cancel",
	.usage = "NAME [options]",
	.summary = "ask a job to stop",
	.options =
	    "  --wait                   until it has ended\n"
	    "  --timeout SECONDS        with --wait: at most so long\n"
	    "  --quiet                  say nothing but errors\n"
	    "  --publish-socket PATH    the broker's (HEADWAY_PUBLISH_SOCKET)\n"
	    "  --subscribe-socket PATH  with --wait: the broker's (HEADWAY_SUBSCRIBE_SOCKET)\n",
	.run = run,
};

struct cancelling {
	struct ending_wish wish; /* with --wait */
	bool wait, quiet;
	const char *socket;      /* where to ask */
	bool asked, stopping;
	int status;
};

static void
read_options(const struct command *self, struct cancelling *c, int argc, char *argv[])
{
	enum { WAIT = 1, TIMEOUT, QUIET, PUBLISH, SUBSCRIBE, HELP };
	static const struct option long_options[] = {
		{ "wait", no_argument, NULL, WAIT },
		{ "timeout", required_argument, NULL, TIMEOUT },
		{ "quiet", no_argument, NULL, QUIET },
		{ "publish-socket", required_argument, NULL, PUBLISH },
		{ "subscribe-socket", required_argument, NULL, SUBSCRIBE },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (o) {
		case WAIT: c->wait = true; break;
		case TIMEOUT: c->wish.timeout = command_seconds(self, "--timeout", optarg); break;
		case QUIET: c->quiet = true; break;
		case PUBLISH: c->socket = optarg; break;
		case SUBSCRIBE: c->wish.socket = optarg; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway cancel --help");
		}
	if (argc - optind != 1)
		command_usage(self, "one NAME is expected");
	if (c->wish.timeout >= 0 && !c->wait)
		command_usage(self, "--timeout needs --wait");
	c->wish.name = command_task(self, argv[optind]);
	if (strcmp(c->wish.name, NAME_UNNAMED) == 0)
		command_usage(self, "the task without a name cannot be held, and so not be cancelled");
}

static void
say(const struct cancelling *c, const char *before, const char *after)
{
	if (!c->quiet) {
		printf("%s%s%s\n", before, c->wish.name, after);
		fflush(stdout);
	}
}

/* False: nobody was asked, and the status says why. */
static bool
ask(void *arg)
{
	struct cancelling *c = arg;
	struct report *report = report_new(c->socket, true);
	struct update *u = update_new();
	char err[UPDATE_ERR];

	update_set_name(u, c->wish.name, err); /* a name: command_task() has seen it */
	update_set_cancel(u, CANCEL_ASKED);
	update_set_ack(u, true);
	switch (report_end(report, u)) {
	case REPORT_TOLD:
		say(c, "asked ", " to stop");
		c->asked = true;
		break;
	case REPORT_REFUSED:
		warnx("%s", report_refusal(report));
		c->status = EXIT_REFUSED;
		break;
	case REPORT_UNHEARD:
		warnx("the broker cannot be reached (HEADWAY_PUBLISH_SOCKET says where it is): %s", report_trouble(report));
		c->status = STATUS_AWAY;
		break;
	}
	update_free(u);
	report_free(report);
	return c->asked;
}

static void
on_running(const struct view *v, void *arg)
{
	struct cancelling *c = arg;

	if (c->asked && !c->stopping && v->cancel == CANCEL_STOPPING) {
		say(c, "", " is stopping");
		c->stopping = true;
	}
}

/* What matters is that it runs no longer; how it ended is said. */
static int
ask_and_wait(struct cancelling *c)
{
	struct view v;
	enum ending result;

	c->wish.ready = ask;
	c->wish.running = on_running;
	c->wish.arg = c;
	result = ending_wait(&c->wish, &v);
	if (result != ENDING_GIVEN_UP && !c->quiet)
		ending_say(result == ENDING_HERE ? stdout : stderr, &c->wish, result, &v);
	if (result == ENDING_HERE)
		c->status = v.state == STATE_LOST ? STATUS_LOST : 0;
	else if (result != ENDING_GIVEN_UP)
		c->status = ending_status(result, &v);
	view_free(&v);
	return c->status;
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct cancelling c = { .wish = { .timeout = -1 } };

	read_options(self, &c, argc, argv);
	if (c.wait)
		return ask_and_wait(&c);
	ask(&c);
	return c.status;
}
