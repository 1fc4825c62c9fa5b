/* cmd_up.c -- headway up: broker, responder and a lighttpd of one's own, in the
 * foreground, for a user without root.
 *
 * Owns the order in which they begin, and what is said.  It ends when a signal
 * asks it to, or when one of them ends that cannot be started again; then nothing
 * of it is left. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signame.h"
#include "base/unixsock.h"
#include "client/command.h"
#include "client/places.h"
#include "client/signals.h"
#include "client/up/lighttpd.h"
#include "client/up/part.h"
#include "client/up/sockets.h"
#include "client/up/text.h"
#include "client/up/userdir.h"
#include "client/up/web.h"

#define BROKER "headwayd"
#define RESPONDER "headway.fcgi"
#define SERVED_MS 2000  /* what ends sooner after its start would only end again */
#define READY_MS 10000  /* to start a part: generous, a busy login node is no error */
#define ORIGINS_MAX 64  /* as many as the responder takes */
#define READY_FD "3"    /* PART_PASS_FIRST, as an option's value */
#define EXIT_TROUBLE 1

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_up = {
	.name = "up",
	.usage = "[--port N | --socket[=PATH]] [options]",
	.summary = "serve the page from here, without root: broker, responder and lighttpd",
	.options =
	    "  --port N               on 127.0.0.1 (3000, or the next one that is free; 0: any)\n"
	    "  --socket[=PATH]        on a Unix socket that only you can reach: for shared machines\n"
	    "  --allow-origin ORIGIN  let pages of this origin read (repeatable)\n"
	    "  --demo                 with the simulated worker\n",
	.run = run,
};

struct up {
	bool demo, by_path;       /* by_path: HTTP on a Unix socket */
	int port;                 /* -1: not chosen */
	const char *wish;         /* the path of that socket; NULL: not chosen */
	char *origins[ORIGINS_MAX];
	size_t norigins;

	char *lighttpd;           /* the program */
	struct up_sockets sockets;
	char *path;               /* of the web's socket */
	struct web web;
	struct signals signals;
	struct parts parts;
};

static void
read_options(const struct command *self, struct up *up, int argc, char *argv[])
{
	enum { PORT = 1, SOCKET, ORIGIN, DEMO, HELP };
	static const struct option long_options[] = {
		{ "port", required_argument, NULL, PORT },
		{ "socket", optional_argument, NULL, SOCKET },
		{ "allow-origin", required_argument, NULL, ORIGIN },
		{ "demo", no_argument, NULL, DEMO },
		{ "help", no_argument, NULL, HELP },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case PORT: up->port = (int)cli_number("port", optarg, 0, 65535); break;
		case SOCKET: up->by_path = true; up->wish = optarg; break;
		case ORIGIN:
			if (up->norigins == ORIGINS_MAX)
				command_usage(self, "one --allow-origin too many (%d at most)", ORIGINS_MAX);
			up->origins[up->norigins++] = optarg;
			break;
		case DEMO: up->demo = true; break;
		case HELP: command_help(self);
		default: command_usage(self, "see headway up --help");
		}
	if (optind < argc)
		command_usage(self, "\"%s\" is not expected", argv[optind]);
	if (up->wish != NULL && (*up->wish == '\0' || up->wish[strlen(up->wish) - 1] == '/'))
		command_usage(self, "--socket=%s names no file", up->wish);
	if (up->by_path && up->port >= 0)
		command_usage(self, "--port and --socket are two ways, take one");
}

/* ---- where everything is ---- */

static bool
listen_on_path(struct up *up, char *err)
{
	bool ok = true;

	if (up->wish == NULL) {
		up->path = xasprintf(NULL, "%s/web.sock", up->sockets.directory);
	} else {
		char *absolute = up->wish[0] == '/' ? NULL : getcwd(NULL, 0), *parent;

		up->path = absolute != NULL ? xasprintf(NULL, "%s/%s", absolute, up->wish) : xstrdup(up->wish);
		free(absolute);
		parent = xstrdup(up->path);
		ok = userdir_private(dirname(parent), err);
		free(parent);
	}
	return ok && web_listen_path(&up->web, up->path, err);
}

static bool
listen_somewhere(struct up *up, char *err)
{
	bool ok;

	if (up->by_path)
		return listen_on_path(up, err);
	ok = up->port >= 0 ? web_listen_port(&up->web, (unsigned)up->port, err) : web_listen_some_port(&up->web, err);
	if (ok && up->port < 0 && up->web.port != WEB_PORT)
		warnx("port %d is taken, this is %u", WEB_PORT, up->web.port);
	return ok;
}

/* ---- the parts ---- */

static const char *
end_of(int status, char text[64])
{
	char name[SIGNAME_MAX];

	if (WIFSIGNALED(status))
		snprintf(text, 64, "was ended by SIG%s", signame(WTERMSIG(status), name));
	else
		snprintf(text, 64, "has ended with status %d", WEXITSTATUS(status));
	return text;
}

static void
say_end(struct part *p)
{
	char how[64];

	part_tell(p);
	warnx("%s %s", p->name, end_of(p->status, how));
}

/* False: `part` or another one has ended, or it took too long: it is said.  Or a
 * signal came; then *stopped. */
static bool
await(struct up *up, struct part *part, int fd, bool *stopped)
{
	struct part *ended;

	switch (parts_wait(&up->parts, fd, READY_MS, &ended)) {
	case PARTS_READABLE:
		return true;
	case PARTS_STOP:
		*stopped = true;
		break;
	case PARTS_ENDED:
		say_end(ended);
		break;
	case PARTS_LATE:
		part_tell(part);
		warnx("%s is not ready after %d s", part->name, READY_MS / 1000);
		break;
	}
	return false;
}

/* A daemon of ours, which says by --ready-fd that it serves.  An end before that
 * closes the descriptor, which is readable then too. */
static bool
start_daemon(struct up *up, const char *name, const char *const argv[], bool *stopped)
{
	int ready[2];
	struct part *p;
	char c;
	bool ok;

	if (pipe2(ready, O_CLOEXEC) < 0 || (p = part_start(&up->parts, name, argv, (int[PART_PASS_MAX]){ ready[1], -1, -1 },
	    false)) == NULL) {
		warn("cannot start %s", name);
		return false;
	}
	close(ready[1]);
	ok = await(up, p, ready[0], stopped);
	if (ok && read(ready[0], &c, 1) != 1)
		ok = await(up, p, -1, stopped);
	close(ready[0]);
	return ok;
}

static bool
start_broker(struct up *up, bool *stopped)
{
	char *program = places_path(PLACE_BROKER);
	const char *argv[] = { program, "--ready-fd", READY_FD, "--publish-socket", up->sockets.publish, "--subscribe-socket",
		up->sockets.subscribe, up->demo ? "--demo" : NULL, NULL };
	bool ok = up->sockets.broker || start_daemon(up, BROKER, argv, stopped);

	free(program);
	return ok;
}

static bool
start_responder(struct up *up, bool *stopped)
{
	char *program = places_path(PLACE_RESPONDER);
	const char *argv[8 + 2 * ORIGINS_MAX] = { program, "--ready-fd", READY_FD, "--listen", up->sockets.responder,
		"--subscribe-socket", up->sockets.subscribe };
	bool ok;

	for (size_t i = 0; i < up->norigins; i++) {
		argv[7 + 2 * i] = "--allow-origin";
		argv[8 + 2 * i] = up->origins[i];
	}
	ok = start_daemon(up, RESPONDER, argv, stopped);
	free(program);
	return ok;
}

/* lighttpd says that it serves by serving: what is asked goes through all
 * parts. */
static bool
start_lighttpd(struct up *up, bool *stopped)
{
	struct lighttpd l = { .program = up->lighttpd, .web = &up->web, .responder = up->sockets.responder };
	char err[LIGHTTPD_ERR], answer[512] = "";
	struct part *p = lighttpd_start(&up->parts, &l, err);
	bool ok = false;
	int fd;

	if (p == NULL) {
		warnx("%s", err);
		return false;
	}
	if ((fd = web_ask(&up->web, "/healthz")) < 0)
		warn("cannot connect to lighttpd, on this very machine");
	web_hand_over(&up->web);
	if (fd < 0 || !await(up, p, fd, stopped)) {
		/* it is said */
	} else if (read(fd, answer, sizeof answer - 1) <= 0) {
		await(up, p, -1, stopped); /* it has closed: it ends, or it does not serve */
	} else if (strncmp(answer, "HTTP/1.", 7) != 0 || strncmp(answer + 8, " 200", 4) != 0) {
		part_tell(p);
		warnx("lighttpd answers \"%.*s\" instead of \"HTTP/1.0 200 OK\"", (int)strcspn(answer, "\r\n"), answer);
	} else {
		ok = true;
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

/* ---- the whole ---- */

static void
announce(const struct up *up)
{
	struct up_text text = {
		.port = up->web.port, .path = up->path,
		.broker = up->sockets.broker ? up->sockets.publish : NULL,
		.publish = up->sockets.known ? NULL : up->sockets.publish, .subscribe = up->sockets.subscribe,
	};

	up_text_print(stdout, &text);
	fflush(stdout);
}

/* A daemon of ours is started again, as a service manager would; browsers and
 * jobs come back to it.  Not one that has hardly served, which would only end
 * again, nor lighttpd, which has had our socket. */
static bool
start_again(struct up *up, struct part *ended, bool *stopped)
{
	static const struct {
		const char *name;
		bool (*start)(struct up *, bool *);
	} daemons[] = { { BROKER, start_broker }, { RESPONDER, start_responder } };
	const char *name = ended->name;
	bool served = clock_mono() - ended->began >= SERVED_MS * UINT64_C(1000);

	say_end(ended);
	if (!served)
		return false;
	part_forget(&up->parts, ended);
	for (size_t i = 0; i < sizeof daemons / sizeof daemons[0]; i++)
		if (strcmp(name, daemons[i].name) == 0) {
			warnx("starting %s again", name);
			return daemons[i].start(up, stopped);
		}
	return false;
}

/* 0: a signal ended it. */
static int
serve(struct up *up)
{
	bool stopped = false, serving;
	struct part *ended;

	serving = start_broker(up, &stopped) && start_responder(up, &stopped) && start_lighttpd(up, &stopped);
	if (serving) {
		announce(up);
		parts_show(&up->parts);
	}
	while (serving) {
		stopped = parts_wait(&up->parts, -1, -1, &ended) == PARTS_STOP;
		serving = !stopped && start_again(up, ended, &stopped);
	}
	if (stopped && isatty(STDOUT_FILENO))
		puts(""); /* a terminal has shown ^C */
	return stopped ? 0 : EXIT_TROUBLE;
}

static int
prepare_and_serve(struct up *up)
{
	char err[UNIXSOCK_ERR];
	int status;

	if ((up->lighttpd = lighttpd_find()) == NULL) {
		warnx("%s", lighttpd_missing);
		return EXIT_TROUBLE;
	}
	if (!up_sockets_choose(&up->sockets, up->demo, err) || !listen_somewhere(up, err)) {
		warnx("%s", err);
		return EXIT_TROUBLE;
	}
	status = serve(up);
	parts_stop(&up->parts);
	web_remove(&up->web);
	return status;
}

static int
run(const struct command *self, int argc, char *argv[])
{
	struct up up = { .port = -1, .web = { .fd = -1 } };
	int status;

	read_options(self, &up, argc, argv);
	if (!signals_block(&up.signals))
		err(EXIT_TROUBLE, "signals");
	up.parts.signals = &up.signals;
	status = prepare_and_serve(&up);
	free(up.lighttpd);
	up_sockets_clean(&up.sockets);
	up_sockets_free(&up.sockets);
	free(up.path);
	return status;
}
