/* cmd_run.c -- headway run: a command, with a bar in the browser.
 *
 * The order of things: what the command gets as descriptors, the run's
 * beginning (so that it is shown even if it never prints anything), the command
 * itself, and how both ended.  Between is supervisor.c's. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signame.h"
#include "client/command.h"
#include "client/job.h"
#include "client/meter/meter.h"
#include "client/names.h"
#include "client/report.h"
#include "client/signals.h"
#include "client/supervisor.h"
#include "client/teller.h"
#include "client/wiring.h"

#define NAME_WAIT 200      /* milliseconds: the command starts by then, whether or not its name is confirmed */
#define GRACE 10           /* seconds between SIGTERM and SIGKILL */
#define GRACE_MAX 86400
#define RUN_FAILED 125     /* we, not the command; as of env(1), nohup(1), timeout(1) */

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_run = {
	.name = "run",
	.usage = "[options] [--] COMMAND [ARGUMENT...]",
	.summary = "run a command and say how far it is",
	.options =
	    "  --name NAME            the task (the command's file name)\n"
	    "  --title TEXT, --message TEXT\n"
	    "  --match REGEX          what says how far it is: (PERCENT), or (MOVED).*(TOTAL)\n"
	    "  --allow-cancel         headway cancel may stop it\n"
	    "  --grace SECONDS        from SIGTERM to SIGKILL then (10)\n"
	    "  --no-log               its output lines are not sent\n"
	    "  --quiet                no warning if the broker is away, no hint\n"
	    "  --publish-socket PATH  the broker's (HEADWAY_PUBLISH_SOCKET)\n",
	.run = run,
};

struct options {
	struct update *first; /* what the run begins with */
	const char *name, *match, *socket;
	bool titled, allow_cancel, no_log, quiet;
	unsigned grace;
	char **argv;
};

struct running {
	const struct options *o;
	struct report *report;
	struct meter *meter;
	struct teller *teller;
	struct signals signals;
	struct wiring wiring;
	struct job job;
};

/* ---- options ---- */

static void
read_options(const struct command *self, struct options *o, int argc, char *argv[])
{
	enum { NAME = 1, TITLE, MESSAGE, MATCH, ALLOW_CANCEL, GRACE_TIME, NO_LOG, QUIET, SOCKET, HELP };
	static const struct option long_options[] = {
		{ "name", required_argument, NULL, NAME },
		{ "title", required_argument, NULL, TITLE },
		{ "message", required_argument, NULL, MESSAGE },
		{ "match", required_argument, NULL, MATCH },
		{ "allow-cancel", no_argument, NULL, ALLOW_CANCEL },
		{ "grace", required_argument, NULL, GRACE_TIME },
		{ "no-log", no_argument, NULL, NO_LOG },
		{ "quiet", no_argument, NULL, QUIET },
		{ "publish-socket", required_argument, NULL, SOCKET },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	/* "+": from the first word on, everything is the command's */
	while ((c = getopt_long(argc, argv, "+", long_options, NULL)) != -1)
		switch (c) {
		case NAME: o->name = optarg; break;
		case TITLE: command_text(self, o->first, FIELD_TITLE, optarg); o->titled = true; break;
		case MESSAGE: command_text(self, o->first, FIELD_MESSAGE, optarg); break;
		case MATCH: o->match = optarg; break;
		case ALLOW_CANCEL: o->allow_cancel = true; break;
		case GRACE_TIME: o->grace = (unsigned)cli_number("grace", optarg, 0, GRACE_MAX); break;
		case NO_LOG: o->no_log = true; break;
		case QUIET: o->quiet = true; break;
		case SOCKET: o->socket = optarg; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway run --help");
		}
	if (optind == argc)
		command_usage(self, "a COMMAND is expected");
	o->argv = argv + optind;
}

static struct meter *
make_meter(const struct command *self, const struct options *o)
{
	char *why = NULL;
	struct meter *meter = meter_new(o->argv, o->match, &why);

	if (meter == NULL)
		command_usage(self, "--match \"%s\": %s", o->match, why != NULL ? why : "cannot be used");
	return meter;
}

/* Its arguments may have secrets in them: only the file is shown. */
static void
add_title(struct options *o, const char *name)
{
	const char *slash = strrchr(o->argv[0], '/'), *file = slash != NULL ? slash + 1 : o->argv[0];
	char err[UPDATE_ERR];

	if (!o->titled && strcmp(file, name) != 0)
		update_set_text(o->first, FIELD_TITLE, file, err); /* or none, if it is no text */
}

/* False: it cannot be told of, which is no reason not to run it. */
static bool
add_name(const struct command *self, struct options *o)
{
	char own[NAME_SEGMENT_BYTES_MAX + 1];
	const char *name = o->name;

	if (name == NULL) {
		names_of_command(o->argv[0], own);
		name = own;
	}
	add_title(o, name);
	return command_name(self, o->first, name, o->quiet);
}

/* ---- the run ---- */

static void
begin(struct running *r)
{
	struct update *u = r->o->first;

	update_set_hold(u, true);
	update_set_ack(u, true);
	update_set_started(u, clock_wall());
	if (r->o->allow_cancel)
		update_set_cancel(u, CANCEL_ALLOWED);
	if (report_ask(r->report, u, NAME_WAIT) == REPORT_REFUSED)
		report_warn_refused(r->report);
	report_set_quiet(r->report, true); /* the screen is the command's now */
}

static void
set_end(struct update *u, bool cancelled, int status)
{
	char err[UPDATE_ERR], name[SIGNAME_MAX];

	if (WIFSIGNALED(status))
		update_set_text(u, FIELD_SIGNAL, signame(WTERMSIG(status), name), err);
	else if (cancelled || WEXITSTATUS(status) != 0)
		update_set_number(u, FIELD_EXIT, WEXITSTATUS(status), err);
	update_set_state(u, cancelled ? STATE_CANCELLED : status == 0 ? STATE_DONE : STATE_FAILED);
}

/* Output that could not be written is a failure, even if the command had ended
 * well before it could be told. */
static int
final_status(const struct supervision *s)
{
	return s->lost != 0 && s->status == 0 ? W_EXITCODE(EXIT_REFUSED, 0) : s->status;
}

/* How it ended is told at once; if that is not to be known, the broker finds
 * out that we have gone. */
static void
on_end(void *arg, const struct supervision *s)
{
	struct running *r = arg;
	struct update *u;
	char err[UPDATE_ERR], *message;

	if (s->unknown)
		return;
	u = update_new();
	if (s->lost != 0) {
		message = xasprintf(NULL, "%s: %s", s->lost_to, strerror(s->lost));
		update_set_text(u, FIELD_MESSAGE, message, err);
		free(message);
	}
	set_end(u, s->cancelled, final_status(s));
	teller_say(r->teller, u);
	update_free(u);
}

/* The command never ran. */
static int
fail_start(struct running *r, int error)
{
	int status = job_start_status(error);
	struct update *u = update_new();
	char err[UPDATE_ERR];

	update_set_text(u, FIELD_MESSAGE, strerror(error), err);
	set_end(u, false, W_EXITCODE(status, 0));
	teller_say(r->teller, u);
	update_free(u);
	warnx("%s: %s", r->o->argv[0], strerror(error));
	return status;
}

static void
say_afterwards(const struct running *r, const struct supervision *s)
{
	const char *hint;

	if (s->unknown)
		warnx("%s: how it ended cannot be known: the process in between was killed", r->o->argv[0]);
	if (s->lost != 0)
		warnx("%s: %s", s->lost_to, strerror(s->lost));
	if (r->o->quiet)
		return;
	if (report_refusal(r->report)[0] != '\0')
		report_warn_refused(r->report);
	else if (!teller_knew(r->teller) && (hint = meter_hint(r->meter)) != NULL)
		warnx("%s", hint);
}

/* Its exit status; or -1 and *sig, the signal that ended it. */
static int
run_command(struct running *r, int *sig)
{
	struct supervision s = {
		.signals = &r->signals, .wiring = &r->wiring, .job = &r->job, .teller = r->teller,
		.report = r->report, .allow_cancel = r->o->allow_cancel, .grace = r->o->grace,
		.ended = on_end, .arg = r,
	};
	const char *task = report_name(r->report);
	struct job_start start = {
		.argv = r->o->argv, .task = task[0] != '\0' ? task : NULL, .wiring = &r->wiring,
		.signals = &r->signals,
		.foreground = r->wiring.interactive && terminal_foreground(&r->wiring.terminal),
	};
	int error = job_start(&r->job, &start), status;

	if (error != 0)
		return fail_start(r, error);
	supervise(&s);
	report_set_quiet(r->report, r->o->quiet);
	say_afterwards(r, &s);
	if (s.unknown)
		return RUN_FAILED;
	status = final_status(&s);
	*sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	return *sig != 0 ? -1 : WEXITSTATUS(status);
}

/* Where there is no pseudo-terminal or pipe to be had, the command runs as if
 * we had not been there. */
static int
run_bare(const struct options *o)
{
	if (!o->quiet)
		warn("going on without a report: cannot listen to the command");
	execvp(o->argv[0], o->argv);
	warn("%s", o->argv[0]);
	return job_start_status(errno);
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct options o = { .first = update_new(), .grace = GRACE };
	struct running r = { .o = &o };
	int status, sig = 0;
	bool named;

	read_options(self, &o, argc, argv);
	r.meter = make_meter(self, &o);
	named = add_name(self, &o);
	if (!wiring_make(&r.wiring) || !signals_block(&r.signals))
		return run_bare(&o);
	r.report = report_new(o.socket, o.quiet);
	r.teller = teller_new(named ? r.report : NULL, r.meter, !o.no_log);
	if (named)
		begin(&r);
	status = run_command(&r, &sig);
	if (named)
		report_settle(r.report, REPORT_ANSWER_MAX);
	report_free(r.report);
	teller_free(r.teller);
	meter_free(r.meter);
	update_free(o.first);
	if (sig != 0)
		signals_die_of(sig);
	return status >= 0 ? status : RUN_FAILED;
}
