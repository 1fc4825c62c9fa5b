/* main.c -- headway.fcgi, the responder: options, socket, server.
 *
 * Whoever spawns a FastCGI program (lighttpd, mod_fcgid, spawn-fcgi, systemd)
 * hands it its listening socket as descriptor 0, FCGI_LISTENSOCK_FILENO of the
 * FastCGI Specification 1.0, section 2.2; with --listen it makes its own. */
#include <config.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/acceptor.h"
#include "base/cli.h"
#include "base/daemon.h"
#include "base/log.h"
#include "base/unixsock.h"
#include "responder/origin.h"
#include "responder/server.h"
#include "responder/streams.h"

#define ORIGINS_MAX 64
#define SPARE_DESCRIPTORS 64 /* for everything that is no stream */

struct options {
	struct server_config server;
	const char *listen;
	gid_t listen_group;
	const char *origins[ORIGINS_MAX + 1];
	size_t norigins;
	int ready_fd;
	bool debug;
};

static const char usage_text[] =
    "usage: headway.fcgi [options], started by a web server or spawn-fcgi\n"
    "  --listen PATH            make this socket instead of using descriptor 0\n"
    "  --listen-group GROUP     whose members may connect to it (the group of the process)\n"
    "  --subscribe-socket PATH  the broker's (HEADWAY_SUBSCRIBE_SOCKET)\n"
    "  --allow-origin ORIGIN    let pages of this origin read (repeatable; * for all)\n"
    "  --base PATH              where the routes are mounted (found out by itself)\n"
    "  --heartbeat SECONDS      1 to 30 (15)\n"
    "  --max-stream SECONDS     end each stream after that long; 0 never does (0)\n"
    "  --max-streams N          at once (16384, as far as descriptors last)\n"
    "  --ready-fd N             write a newline to descriptor N when serving\n"
    "  --debug                  say more on stderr\n"
    "  --help, --version\n";

enum {
	OPT_LISTEN = 1, OPT_LISTEN_GROUP, OPT_SUBSCRIBE, OPT_ORIGIN, OPT_BASE, OPT_HEARTBEAT, OPT_STREAM, OPT_STREAMS,
	OPT_READY, OPT_DEBUG, OPT_HELP, OPT_VERSION
};

static const struct option long_options[] = {
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "listen-group", required_argument, NULL, OPT_LISTEN_GROUP },
	{ "subscribe-socket", required_argument, NULL, OPT_SUBSCRIBE },
	{ "allow-origin", required_argument, NULL, OPT_ORIGIN },
	{ "base", required_argument, NULL, OPT_BASE },
	{ "heartbeat", required_argument, NULL, OPT_HEARTBEAT },
	{ "max-stream", required_argument, NULL, OPT_STREAM },
	{ "max-streams", required_argument, NULL, OPT_STREAMS },
	{ "ready-fd", required_argument, NULL, OPT_READY },
	{ "debug", no_argument, NULL, OPT_DEBUG },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static void
usage_error(const char *what, const char *value)
{
	fprintf(stderr, "headway.fcgi: %s: \"%s\"\n%s", what, value, usage_text);
	exit(EXIT_USAGE);
}

/* What it is made is no longer than it was, and argv may be written to (C11,
 * 5.1.2.2.1). */
static void
add_origin(struct options *o, char *text)
{
	char origin[ORIGIN_BYTES_MAX + 1];
	const char *wrong = origin_read(origin, text);

	if (wrong != NULL) {
		fprintf(stderr, "headway.fcgi: --allow-origin takes scheme://host[:port] or *; \"%s\" %s\n", text, wrong);
		exit(EXIT_USAGE);
	}
	if (o->norigins == ORIGINS_MAX)
		usage_error("one --allow-origin too many (64 at most)", text);
	o->origins[o->norigins++] = strcpy(text, origin);
}

static void
say_and_exit(const char *text)
{
	fputs(text, stdout);
	exit(0);
}

static void
read_options(struct options *o, int argc, char *argv[])
{
	struct server_config *sv = &o->server;
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case OPT_LISTEN: o->listen = optarg; break;
		case OPT_LISTEN_GROUP: o->listen_group = cli_group("listen-group", optarg); break;
		case OPT_SUBSCRIBE: sv->subscribe_socket = optarg; break;
		case OPT_ORIGIN: add_origin(o, optarg); break;
		case OPT_BASE:
			if (optarg[0] != '/')
				usage_error("--base takes a path that begins with /", optarg);
			sv->request.base = optarg;
			break;
		case OPT_HEARTBEAT: sv->heartbeat = (unsigned)cli_number("heartbeat", optarg, 1, HEARTBEAT_MAX); break;
		case OPT_STREAM: sv->max_stream = (unsigned)cli_number("max-stream", optarg, 0, STREAM_SECONDS_MAX); break;
		case OPT_STREAMS: sv->max_streams = cli_number("max-streams", optarg, 1, 1000000); break;
		case OPT_READY: o->ready_fd = (int)cli_number("ready-fd", optarg, 0, 1 << 20); break;
		case OPT_DEBUG: o->debug = true; break;
		case OPT_HELP: say_and_exit(usage_text); break;
		case OPT_VERSION: say_and_exit("headway.fcgi " PACKAGE_VERSION "\n"); break;
		default: fputs(usage_text, stderr); exit(EXIT_USAGE);
		}
	if (optind < argc)
		usage_error("this is no option", argv[optind]);
	if (o->listen_group != UNIXSOCK_OWN_GROUP && o->listen == NULL) {
		fprintf(stderr, "headway.fcgi: --listen-group goes with --listen: the group of descriptor 0 is its maker's affair\n");
		exit(EXIT_USAGE);
	}
}

/* FastCGI has no authentication, and only on a Unix socket is it known when a
 * write cannot block: see fcgi.h. */
static int
inherited_socket(void)
{
	char err[UNIXSOCK_ERR];

	if (!unixsock_handed(STDIN_FILENO, err))
		fatalx("descriptor 0 %s: start me from a web server or with spawn-fcgi -s PATH, or use --listen PATH", err);
	return STDIN_FILENO;
}

/* Descriptors are shared out before they are needed: some are spare, what is
 * left are connections, and a sixteenth of these are for whoever is no stream,
 * to be told `busy` for instance. */
static void
limit_streams(struct server_config *sv)
{
	size_t descriptors = acceptor_raise_limit();
	size_t most;

	sv->max_conns = descriptors > 4 * SPARE_DESCRIPTORS ? descriptors - SPARE_DESCRIPTORS : descriptors / 2;
	most = sv->max_conns - sv->max_conns / 16 - 1;
	if (sv->max_streams > most)
		sv->max_streams = most;
}

int
main(int argc, char *argv[])
{
	struct options o = { .ready_fd = -1, .listen_group = UNIXSOCK_OWN_GROUP, .server = {
		.heartbeat = HEARTBEAT_DEFAULT, .max_streams = SERVER_STREAMS_DEFAULT } };
	struct daemon *daemon;
	struct server *server;
	struct unixsock_file born;
	char err[UNIXSOCK_ERR];
	int fd;

	cli_fill_descriptors();
	read_options(&o, argc, argv);
	o.server.request.origins = o.origins;
	log_init("headway.fcgi", o.debug);
	limit_streams(&o.server);
	fd = o.listen != NULL ? unixsock_listen(o.listen, o.listen_group, &born, err) : inherited_socket();
	if (fd < 0)
		fatalx("%s", err);
	daemon = daemon_new(); /* before FCGX_Init(), which would otherwise take the signals */
	server = server_new(daemon_base(daemon), fd, &o.server);

	daemon_run(daemon, o.ready_fd);

	if (o.listen != NULL)
		unixsock_remove(o.listen, &born);
	server_free(server);
	daemon_free(daemon);
	return 0;
}
