/* cmd_pipe.c -- headway pipe: stdin to stdout, with a bar in the browser.
 *
 * The copy comes first: what the broker does never changes a byte, the speed
 * or the exit status.  The task is held by the connection, so a pipe that is
 * killed is `lost` and never looks alive. */
#include "base/time64.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "client/command.h"
#include "client/copy.h"
#include "client/report.h"
#include "task/number.h"
#include "task/update.h"

#define REPORT_PERIOD 50000 /* microseconds: as often as a browser is told */

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_pipe = {
	.name = "pipe",
	.usage = "--name NAME [options] < IN > OUT",
	.summary = "copy stdin to stdout and say how far it is",
	.options =
	    "  --name NAME            the task\n"
	    "  --size N[KMGT]         bytes to come (a regular file's size is known)\n"
	    "  --title TEXT, --message TEXT\n"
	    "  --quiet                no warning if the broker is away\n"
	    "  --publish-socket PATH  the broker's (HEADWAY_PUBLISH_SOCKET)\n",
	.run = run,
};

struct options {
	struct update *update;
	const char *name;
	bool unreported, quiet; /* unreported: it cannot be told of */
	double size; /* bytes; 0: not known */
	const char *socket;
};

struct job {
	struct copy copy;
	struct report *report; /* NULL: nothing is told */
	struct update *update; /* scratch; has the name */
	double moved;
	uint64_t told;   /* clock_mono() of the last report */
	bool untold;     /* something has moved since */
};

static volatile sig_atomic_t caught; /* the signal that is to end us; handlers can reach nothing else */

/* A signal that comes just before a call that waits does not interrupt it; the
 * alarm a second later does. */
static void
on_signal(int sig)
{
	if (sig != SIGALRM)
		caught = sig;
	alarm(1);
}

/* No SA_RESTART: a blocked read or write must come back.  What was ignored
 * from the start (nohup) stays ignored. */
static void
catch_signals(void)
{
	static const int endings[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM };
	struct sigaction sa = { .sa_handler = on_signal }, old;

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (sigaction(endings[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(endings[i], &sa, NULL);
}

/* ---- options ---- */

static double
read_size(const struct command *self, const char *text)
{
	static const char suffixes[] = "KMGT";
	size_t len = strlen(text);
	const char *suffix = len > 0 ? strchr(suffixes, text[len - 1]) : NULL;
	uint64_t n;
	double size;

	if (suffix != NULL)
		len--;
	if (!decimal_parse(text, len, (uint64_t)NUMBER_MAX, &n))
		command_usage(self, "--size takes bytes, or a number with K, M, G or T, not \"%s\"", text);
	size = (double)n;
	for (const char *s = suffixes; suffix != NULL && s <= suffix; s++)
		size *= 1024;
	if (!number_ok(size))
		command_usage(self, "--size %s is beyond 2^53 bytes", text);
	return size;
}

static void
read_options(const struct command *self, struct options *o, int argc, char *argv[])
{
	enum { NAME = 1, SIZE, TITLE, MESSAGE, QUIET, SOCKET, HELP };
	static const struct option long_options[] = {
		{ "name", required_argument, NULL, NAME },
		{ "size", required_argument, NULL, SIZE },
		{ "title", required_argument, NULL, TITLE },
		{ "message", required_argument, NULL, MESSAGE },
		{ "quiet", no_argument, NULL, QUIET },
		{ "publish-socket", required_argument, NULL, SOCKET },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case NAME: o->name = optarg; break;
		case SIZE: o->size = read_size(self, optarg); break;
		case TITLE: command_text(self, o->update, FIELD_TITLE, optarg); break;
		case MESSAGE: command_text(self, o->update, FIELD_MESSAGE, optarg); break;
		case QUIET: o->quiet = true; break;
		case SOCKET: o->socket = optarg; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway pipe --help");
		}
	if (o->name == NULL)
		command_usage(self, "--name NAME is needed");
	if (optind < argc)
		command_usage(self, "\"%s\" is not expected: pipe reads stdin", argv[optind]);
	o->unreported = !command_name(self, o->update, o->name, o->quiet);
}

/* What is left of a regular file; 0 if that cannot be known. */
static double
file_size(int fd)
{
	struct stat st;
	off_t at;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (at = lseek(fd, 0, SEEK_CUR)) < 0 || at > st.st_size)
		return 0;
	return (double)(st.st_size - at);
}

/* ---- reporting ---- */

static void
tell(struct job *job)
{
	char err[UPDATE_ERR];

	update_set_number(job->update, FIELD_MOVED, job->moved, err);
	if (job->report != NULL)
		report_say(job->report, job->update);
	job->told = clock_mono();
	job->untold = false;
}

static void
tell_in_time(struct job *job)
{
	if (clock_mono() - job->told >= REPORT_PERIOD)
		tell(job);
	else
		job->untold = true;
}

/* The next step may wait for long.  Before it does, what has moved is told. */
static void
tell_before_waiting(struct job *job)
{
	struct pollfd p[2] = { { job->copy.in, POLLIN, 0 }, { job->copy.out, POLLOUT, 0 } };

	while (job->untold && !caught) {
		uint64_t since = clock_mono() - job->told;

		if (since >= REPORT_PERIOD) {
			tell(job);
			return;
		}
		poll(p, 2, (int)((REPORT_PERIOD - since) / 1000) + 1);
		for (int i = 0; i < 2; i++)
			if (p[i].revents != 0)
				p[i].fd = -1; /* ready: poll(2) passes over it from now on */
		if (p[0].fd < 0 && p[1].fd < 0)
			return;
	}
}

static void
begin(struct job *job, double size)
{
	char err[UPDATE_ERR];

	update_set_text(job->update, FIELD_UNIT, "B", err);
	if (size > 0)
		update_set_number(job->update, FIELD_TOTAL, size, err);
	update_set_hold(job->update, true);
	tell(job);
}

static void
end(struct job *job, enum state state, const char *signal_name, const char *message)
{
	char err[UPDATE_ERR];

	update_set_number(job->update, FIELD_MOVED, job->moved, err);
	update_set_state(job->update, state);
	if (signal_name != NULL)
		update_set_text(job->update, FIELD_SIGNAL, signal_name, err);
	if (message != NULL)
		update_set_text(job->update, FIELD_MESSAGE, message, err);
	if (job->report != NULL && report_end(job->report, job->update) == REPORT_REFUSED)
		report_warn_refused(job->report);
}

/* ---- the copy ---- */

/* Dies of the signal as if it had never been caught, so that a shell or a
 * pipeline sees what it would see of cat(1). */
static void
die_of(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

static bool
ignored(int sig)
{
	struct sigaction sa;

	return sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

static int
fail(struct job *job, int error)
{
	if (caught || (error == EPIPE && !ignored(SIGPIPE))) {
		int sig = error == EPIPE ? SIGPIPE : caught;

		end(job, STATE_FAILED, sigabbrev_np(sig), NULL);
		die_of(sig);
	} else {
		end(job, STATE_FAILED, NULL, strerror(error));
		warnx("%s: %s", job->copy.failed_out ? "stdout" : "stdin", strerror(error));
	}
	return EXIT_REFUSED;
}

/* Descriptors that somebody else has made non-blocking: wait for what copy_step()
 * would have waited for. */
static void
wait_for_both(const struct copy *c)
{
	struct pollfd in = { c->in, POLLIN, 0 }, out = { c->out, POLLOUT, 0 };

	if (c->held == c->at && poll(&in, 1, -1) < 0)
		return;
	poll(&out, 1, -1);
}

static int
copy_all(struct job *job)
{
	ssize_t n = 1;

	while (n != 0) {
		tell_before_waiting(job);
		n = caught ? -1 : copy_step(&job->copy);
		if (caught)
			return fail(job, EINTR);
		if (n < 0 && errno == EAGAIN)
			wait_for_both(&job->copy);
		else if (n < 0 && errno != EINTR)
			return fail(job, errno);
		if (n > 0) {
			job->moved += (double)n;
			tell_in_time(job);
		}
	}
	/* who reads us need not wait until the broker has been told */
	if (close(STDOUT_FILENO) < 0) {
		job->copy.failed_out = true;
		return fail(job, errno);
	}
	end(job, STATE_DONE, NULL, NULL);
	return 0;
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct options o = { .update = update_new() };
	struct job job = { .copy = copy_make(STDIN_FILENO, STDOUT_FILENO) };
	int status;

	read_options(self, &o, argc, argv);
	catch_signals();
	job.update = o.update;
	if (!o.unreported)
		job.report = report_new(o.socket, o.quiet);
	begin(&job, o.size > 0 ? o.size : file_size(STDIN_FILENO));
	status = copy_all(&job);
	copy_free(&job.copy);
	if (job.report != NULL)
		report_free(job.report);
	update_free(o.update);
	return status;
}
