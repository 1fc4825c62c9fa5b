/* command.h -- the commands of headway(1), one table of descriptors.
 *
 * Exit status: 0; EXIT_REFUSED, the broker said no (or, for pipe, the data
 * could not be copied); EXIT_USAGE.  A broker that is away is no failure of a
 * job; what readers say of it, and of a job's end, is in status.h. */
#ifndef HEADWAY_COMMAND_H
#define HEADWAY_COMMAND_H

#include "base/cli.h"
#include "task/update.h"

#define EXIT_REFUSED 1

struct command {
	const char *name;
	const char *usage;   /* what follows "headway NAME " */
	const char *summary;
	const char *options; /* one line each, indented */
	int (*run)(const struct command *self, int argc, char *argv[]); /* argv[0] is "headway NAME" */
};

extern const struct command command_cancel, command_doctor, command_pipe, command_publish, command_run, command_set,
    command_up, command_wait, command_watch;

/* Prints the command's help; exits with 0. */
void command_help(const struct command *cmd) __attribute__((noreturn));
/* Says what was wrong, and how it goes; exits with EXIT_USAGE. */
void command_usage(const struct command *cmd, const char *fmt, ...) __attribute__((noreturn, format(printf, 2, 3)));

/* What several commands take the same way; a wrong one is a usage error.
 *
 * A name is meant below HEADWAY_TASK, see names.h.  False, after a warning unless
 * `quiet`: it is wrong only there, too long or too deep.  That is not the job's
 * mistake, which goes on, and nothing is told of it. */
bool command_name(const struct command *cmd, struct update *u, const char *name, bool quiet);
void command_text(const struct command *cmd, struct update *u, enum field field, const char *text);

/* The task that a reader means: its whole name, which may begin with a slash
 * like a publisher's, or NAME_UNNAMED.  Points into `name`. */
const char *command_task(const struct command *cmd, const char *name);
double command_seconds(const struct command *cmd, const char *option, const char *text); /* 0 or more */

#endif
