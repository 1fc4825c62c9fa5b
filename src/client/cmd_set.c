/* cmd_set.c -- headway set: one update of one task, from a script.
 *
 * The run hangs on no connection, but on a process if one is named (--pid,
 * HEADWAY_PID).  Waits for the broker's word, a second at most, so that a typing
 * error is not lost; whether there is a broker at all is never the script's
 * problem. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/holder.h"
#include "client/report.h"
#include "task/update.h"

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_set = {
	.name = "set",
	.usage = "NAME [MOVED [TOTAL]] [options]",
	.summary = "say how far a task is",
	.options =
	    "  --title TEXT, --message TEXT, --unit UNIT\n"
	    "  --done, --failed, --cancelled  the task has ended\n"
	    "  --exit N                       its exit status, 0 to 255\n"
	    "  --lap                          it starts over\n"
	    "  --pid PID                      its run is lost when this process dies without an end\n"
	    "                                 (HEADWAY_PID)\n"
	    "  --quiet                        no warning if the broker is away\n"
	    "  --publish-socket PATH          the broker's (HEADWAY_PUBLISH_SOCKET)\n",
	.run = run,
};

struct options {
	struct update *update;
	struct holder holder;
	const char *socket;
	bool quiet;
};

static void
add_number(const struct command *self, struct update *u, enum field field, const char *text)
{
	char err[UPDATE_ERR], *end;
	double n = strtod(text, &end);

	if (*text == '\0' || *end != '\0' || strspn(text, "0123456789.eE+-") != strlen(text))
		command_usage(self, "\"%s\" is no number", text);
	if (!update_set_number(u, field, n, err))
		command_usage(self, "%s", err);
}

static void
add_end(const struct command *self, struct update *u, enum state state)
{
	if (update_state(u) != STATE_UNSAID && update_state(u) != state)
		command_usage(self, "a task ends in one way only");
	update_set_state(u, state);
}

static void
set_holder(const struct command *self, struct options *o, const char *text)
{
	pid_t pid = (pid_t)cli_number("pid", text, 1, UPDATE_PID_MAX);
	int error = holder_of_pid(pid, &o->holder);

	if (error == ESRCH)
		command_usage(self, "--pid %d: there is no such process", (int)pid);
	if (error != 0)
		command_usage(self, "--pid %d: %s", (int)pid, error == EINVAL ? "is a thread" : strerror(error));
}

static void
read_options(const struct command *self, struct options *o, int argc, char *argv[])
{
	enum { TITLE = 1, MESSAGE, UNIT, DONE, FAILED, CANCELLED, EXIT, LAP, PID, QUIET, SOCKET, HELP };
	static const struct option long_options[] = {
		{ "title", required_argument, NULL, TITLE },
		{ "message", required_argument, NULL, MESSAGE },
		{ "unit", required_argument, NULL, UNIT },
		{ "done", no_argument, NULL, DONE },
		{ "failed", no_argument, NULL, FAILED },
		{ "cancelled", no_argument, NULL, CANCELLED },
		{ "exit", required_argument, NULL, EXIT },
		{ "lap", no_argument, NULL, LAP },
		{ "pid", required_argument, NULL, PID },
		{ "quiet", no_argument, NULL, QUIET },
		{ "publish-socket", required_argument, NULL, SOCKET },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case TITLE: command_text(self, o->update, FIELD_TITLE, optarg); break;
		case MESSAGE: command_text(self, o->update, FIELD_MESSAGE, optarg); break;
		case UNIT: command_text(self, o->update, FIELD_UNIT, optarg); break;
		case DONE: add_end(self, o->update, STATE_DONE); break;
		case FAILED: add_end(self, o->update, STATE_FAILED); break;
		case CANCELLED: add_end(self, o->update, STATE_CANCELLED); break;
		case EXIT: add_number(self, o->update, FIELD_EXIT, optarg); break;
		case LAP: update_set_lap(o->update, true); break;
		case PID: set_holder(self, o, optarg); break;
		case QUIET: o->quiet = true; break;
		case SOCKET: o->socket = optarg; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway set --help");
		}
}

/* False: it cannot be told of, which is not the script's mistake. */
static bool
read_words(const struct command *self, struct options *o, int n, char *words[])
{
	struct update *u = o->update;
	bool named;

	if (n < 1 || n > 3)
		command_usage(self, "NAME, and at most MOVED and TOTAL, are expected");
	named = command_name(self, u, words[0], o->quiet);
	if (n > 1)
		add_number(self, u, FIELD_MOVED, words[1]);
	if (n > 2)
		add_number(self, u, FIELD_TOTAL, words[2]);
	return named;
}

/* The run that this script is the command of has a holder already. */
static bool
is_own_run(const struct update *u)
{
	const char *task = getenv("HEADWAY_TASK");

	return task != NULL && strcmp(update_name(u), task) == 0;
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct options o = { .update = update_new(), .holder = { .pidfd = -1 } };
	struct report *report;
	int status = 0;

	read_options(self, &o, argc, argv);
	if (!read_words(self, &o, argc - optind, argv + optind)) {
		update_free(o.update);
		return 0;
	}
	if (o.holder.pid == 0 && !is_own_run(o.update))
		o.holder = holder_of_environment();
	update_set_ack(o.update, true);
	update_set_pid(o.update, o.holder.pid);
	report = report_new(o.socket, o.quiet);
	report_set_pidfd(report, o.holder.pidfd);
	if (report_end(report, o.update) == REPORT_REFUSED) {
		warnx("%s", report_refusal(report));
		status = EXIT_REFUSED;
	}
	report_free(report);
	update_free(o.update);
	return status;
}
