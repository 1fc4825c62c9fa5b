/* cmd_wait.c -- headway wait: until a task has ended, with its exit status. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "client/command.h"
#include "client/ending.h"
#include "client/figures.h"
#include "client/status.h"
#include "task/view.h"

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_wait = {
	.name = "wait",
	.usage = "NAME [options]",
	.summary = "wait until a task has ended, and exit as it did",
	.options =
	    "  --timeout SECONDS        at most so long\n"
	    "  --must-exist             do not wait for a task that is not known\n"
	    "  --quiet                  say nothing\n"
	    "  --subscribe-socket PATH  the broker's (HEADWAY_SUBSCRIBE_SOCKET)\n",
	.run = run,
};

static void
read_options(const struct command *self, struct ending_wish *wish, int argc, char *argv[])
{
	enum { TIMEOUT = 1, MUST_EXIST, QUIET, SOCKET, HELP };
	static const struct option long_options[] = {
		{ "timeout", required_argument, NULL, TIMEOUT },
		{ "must-exist", no_argument, NULL, MUST_EXIST },
		{ "quiet", no_argument, NULL, QUIET },
		{ "subscribe-socket", required_argument, NULL, SOCKET },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case TIMEOUT: wish->timeout = command_seconds(self, "--timeout", optarg); break;
		case MUST_EXIST: wish->must_exist = true; break;
		case QUIET: wish->quiet = true; break;
		case SOCKET: wish->socket = optarg; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway wait --help");
		}
	if (argc - optind != 1)
		command_usage(self, "one NAME is expected");
	wish->name = command_task(self, argv[optind]);
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct ending_wish wish = { .timeout = -1 };
	struct view v;
	enum ending result;
	int status;

	read_options(self, &wish, argc, argv);
	result = ending_wait(&wish, &v);
	if (!wish.quiet)
		ending_say(stderr, &wish, result, &v);
	status = ending_status(result, &v);
	view_free(&v);
	return status;
}
