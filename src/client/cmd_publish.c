/* cmd_publish.c -- headway publish: lines of the protocol from stdin to the
 * broker, for who can reach this machine but not its socket:
 *
 *     ssh login headway publish < lines
 *
 * Lines go as they come and as they are.  What they hold hangs on this
 * process: when the ssh connection breaks, its runs are lost.  Whoever writes
 * the lines is waited for, never kept waiting; see passer.h. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "client/command.h"
#include "client/passer.h"

#define READ_MAX 65536 /* bytes at once */

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_publish = {
	.name = "publish",
	.usage = "[options] < LINES",
	.summary = "pass lines of the protocol on to the broker",
	.options =
	    "  --quiet                no warning if the broker is away\n"
	    "  --publish-socket PATH  the broker's (HEADWAY_PUBLISH_SOCKET)\n"
	    "A line is {\"task\":\"backup/db\",\"moved\":45,\"total\":100}; see headway-protocol(7).\n",
	.run = run,
};

struct options {
	const char *socket;
	bool quiet;
};

struct publishing {
	struct passer *passer;
	char *line;       /* what has come of the next one: PASSER_LINE_MAX bytes at most */
	size_t len;
	bool too_long;    /* the rest of it is not taken */
	uint64_t number;  /* of the lines that have come whole */
	int status;
};

static void
read_options(const struct command *self, struct options *o, int argc, char *argv[])
{
	enum { QUIET = 1, SOCKET, HELP };
	static const struct option long_options[] = {
		{ "quiet", no_argument, NULL, QUIET },
		{ "publish-socket", required_argument, NULL, SOCKET },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case QUIET: o->quiet = true; break;
		case SOCKET: o->socket = optarg; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway publish --help");
		}
	if (optind < argc)
		command_usage(self, "\"%s\" is not expected: publish reads stdin", argv[optind]);
}

/* ---- answers ---- */

static void
on_refused(void *arg, uint64_t number, const char *why)
{
	struct publishing *p = arg;

	if (number > 0)
		warnx("line %" PRIu64 ": %s", number, why);
	else
		warnx("%s", why);
	p->status = EXIT_REFUSED;
}

/* A pipe that nobody reads must not stop us: it takes PIPE_BUF bytes whole if it
 * is writable at all (pipe(7)), and no answer is longer. */
static void
on_answered(void *arg, const char *line, size_t len)
{
	struct pollfd out = { STDOUT_FILENO, POLLOUT, 0 };
	char whole[4096];

	(void)arg;
	if (len >= sizeof whole || poll(&out, 1, 0) != 1 || !(out.revents & POLLOUT))
		return;
	memcpy(whole, line, len);
	whole[len] = '\n';
	if (write(STDOUT_FILENO, whole, len + 1) < 0)
		return; /* whoever does not read answers has none */
}

/* ---- lines ---- */

/* The broker would close the connection for these, and what it holds with it. */
static void
end_line(struct publishing *p)
{
	p->number++;
	if (p->too_long)
		on_refused(p, p->number, "is longer than 65536 bytes");
	else if (utf8_check(p->line, p->len) == UTF8_BROKEN)
		on_refused(p, p->number, "is not UTF-8");
	else
		passer_put(p->passer, p->line, p->len, p->number);
	p->len = 0;
	p->too_long = false;
}

static void
take_bytes(struct publishing *p, const char *bytes, size_t len)
{
	while (len > 0) {
		const char *lf = memchr(bytes, '\n', len);
		size_t n = lf != NULL ? (size_t)(lf - bytes) : len;

		if (p->len + n > PASSER_LINE_MAX)
			p->too_long = true;
		if (!p->too_long) {
			memcpy(p->line + p->len, bytes, n);
			p->len += n;
		}
		if (lf == NULL)
			return;
		end_line(p);
		bytes += n + 1;
		len -= n + 1;
	}
}

/* False: there is no more. */
static bool
read_some(struct publishing *p)
{
	char bytes[READ_MAX];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);

	if (n > 0)
		take_bytes(p, bytes, (size_t)n);
	if (n < 0 && errno != EINTR && errno != EAGAIN) {
		warn("stdin");
		p->status = EXIT_REFUSED;
		return false;
	}
	return n != 0;
}

static void
pass_all(struct publishing *p)
{
	bool more = true;

	while (more) {
		struct pollfd polls[2] = {
			{ passer_full(p->passer) ? -1 : STDIN_FILENO, POLLIN, 0 },
			{ passer_fd(p->passer), (short)(POLLIN | (passer_wants_write(p->passer) ? POLLOUT : 0)), 0 },
		};

		if (poll(polls, 2, passer_timeout(p->passer)) < 0)
			continue;
		if (polls[0].revents != 0)
			more = read_some(p);
		passer_serve(p->passer);
	}
	if (p->len > 0 || p->too_long)
		end_line(p); /* a last line without LF: JSON tells by itself whether it is whole */
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct options o = { .socket = NULL };
	struct publishing p = { .status = 0 };
	struct passer_user user = { on_answered, on_refused, &p };

	read_options(self, &o, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	p.line = xcalloc(PASSER_LINE_MAX, 1);
	p.passer = passer_new(o.socket, o.quiet, &user);
	pass_all(&p);
	passer_settle(p.passer);
	passer_free(p.passer);
	free(p.line);
	return p.status;
}
