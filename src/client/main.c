/* main.c -- headway, the job's side: finds the command in the table and runs
 * it.  Knows nothing of any command but its descriptor. */
#include <config.h>

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/command.h"
#include "client/complete.h"
#include "client/names.h"
#include "task/name.h"

#define SECONDS_MAX 1000000000 /* longer than a machine lives */

static const struct command *const commands[] = {
	&command_cancel,
	&command_doctor,
	&command_pipe,
	&command_publish,
	&command_run,
	&command_set,
	&command_up,
	&command_wait,
	&command_watch,
};

#define COUNT (sizeof commands / sizeof commands[0])

static void
print_usage(FILE *out)
{
	fputs("usage: headway COMMAND ...\n", out);
	for (size_t i = 0; i < COUNT; i++)
		fprintf(out, "  %-7s %s\n", commands[i]->name, commands[i]->summary);
	fputs("headway COMMAND --help says more; so does headway(1).\n", out);
}

void
command_help(const struct command *cmd)
{
	printf("usage: headway %s %s\n%s.\n%s", cmd->name, cmd->usage, cmd->summary, cmd->options);
	exit(0);
}

void
command_usage(const struct command *cmd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
	fprintf(stderr, "usage: headway %s %s\n", cmd->name, cmd->usage);
	exit(EXIT_USAGE);
}

bool
command_name(const struct command *cmd, struct update *u, const char *name, bool quiet)
{
	char whole[NAME_BYTES_MAX + 1], err[UPDATE_ERR];
	bool outer;

	if (names_resolve(getenv("HEADWAY_TASK"), name, whole, err, &outer) && update_set_name(u, whole, err))
		return true;
	if (!outer)
		command_usage(cmd, "%s", err);
	if (!quiet)
		warnx("going on without a report: %s", err);
	return false;
}

void
command_text(const struct command *cmd, struct update *u, enum field field, const char *text)
{
	char err[UPDATE_ERR];

	if (!update_set_text(u, field, text, err))
		command_usage(cmd, "%s", err);
}

const char *
command_task(const struct command *cmd, const char *name)
{
	const char *whole = *name == '/' ? name + 1 : name;
	const char *wrong = strcmp(whole, NAME_UNNAMED) == 0 ? NULL : name_wrong(whole, strlen(whole));

	if (wrong != NULL)
		command_usage(cmd, "the task name \"%s\" %s", name, wrong);
	return whole;
}

double
command_seconds(const struct command *cmd, const char *option, const char *text)
{
	char *end;
	double n = strtod(text, &end);

	if (*text == '\0' || *end != '\0' || text[strspn(text, "0123456789.")] != '\0' || n > SECONDS_MAX)
		command_usage(cmd, "%s takes seconds, 0 to %d, such as 2.5, not \"%s\"", option, SECONDS_MAX, text);
	return n;
}

/* getopt(3) begins its messages with argv[0]. */
static int
run(const struct command *cmd, int argc, char *argv[])
{
	char *full = xasprintf(NULL, "headway %s", cmd->name);
	int status;

	argv[0] = full;
	status = cmd->run(cmd, argc, argv);
	free(full);
	return status;
}

int
main(int argc, char *argv[])
{
	cli_fill_descriptors();
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0) {
		print_usage(stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("headway " PACKAGE_VERSION);
		return 0;
	}
	if (strcmp(argv[1], "--complete") == 0)
		return complete(commands, COUNT, argc - 2, argv + 2);
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return run(commands[i], argc - 1, argv + 1);
	warnx("there is no command \"%s\"", argv[1]);
	print_usage(stderr);
	return EXIT_USAGE;
}
