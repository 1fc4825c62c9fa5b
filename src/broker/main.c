/* main.c -- headwayd, the broker: options, sockets, the parts and their order.
 *
 * Owns the two listening sockets and the order in which things begin and end.
 * Jobs write to the publish socket (peer.c, publish.c, runs.c), and are watched
 * while they hold something (holders.c); responders
 * read from the subscribe socket (subscriber.c).  The table between them is
 * task/table.c.  Errors that a person can mend appear before it serves. */
#include <config.h>

#include <event2/event.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/acceptor.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/daemon.h"
#include "base/log.h"
#include "base/unixsock.h"
#include "broker/holders.h"
#include "broker/peer.h"
#include "broker/publish.h"
#include "broker/runs.h"
#include "broker/subscriber.h"
#include "broker/tail.h"
#include "broker/worker.h"
#include "task/table.h"

#define KEEP_DEFAULT 86400 /* seconds */
#define SILENCE_DEFAULT 86400
#define YEAR 31536000      /* the most of either */

struct options {
	bool demo, debug;
	unsigned demo_interval; /* milliseconds */
	uint64_t keep;          /* seconds */
	uint64_t silence;       /* seconds; 0: never */
	const char *publish_socket, *subscribe_socket;
	int ready_fd;           /* -1: nobody waits */
};

/* A socket of ours: where, and what listens on it. */
struct door {
	char *path;
	struct stat born;
	int fd;
	struct acceptor *acceptor;
};

static const char usage_text[] =
    "usage: headwayd [options]\n"
    "  --publish-socket PATH    where jobs write (HEADWAY_PUBLISH_SOCKET)\n"
    "  --subscribe-socket PATH  where responders read (HEADWAY_SUBSCRIBE_SOCKET)\n"
    "  --keep SECONDS           how long an ended task is shown (86400)\n"
    "  --silence SECONDS        without a holder and an update for so long, a task is lost (86400; 0: never)\n"
    "  --demo                   run the simulated worker\n"
    "  --demo-interval MS       its step (100)\n"
    "  --ready-fd N             write a newline to descriptor N when serving\n"
    "  --debug                  say more on stderr\n"
    "  --help, --version\n";

enum { OPT_DEMO = 1, OPT_INTERVAL, OPT_KEEP, OPT_SILENCE, OPT_PUBLISH, OPT_SUBSCRIBE, OPT_READY, OPT_DEBUG, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{ "demo", no_argument, NULL, OPT_DEMO },
	{ "demo-interval", required_argument, NULL, OPT_INTERVAL },
	{ "keep", required_argument, NULL, OPT_KEEP },
	{ "silence", required_argument, NULL, OPT_SILENCE },
	{ "publish-socket", required_argument, NULL, OPT_PUBLISH },
	{ "subscribe-socket", required_argument, NULL, OPT_SUBSCRIBE },
	{ "ready-fd", required_argument, NULL, OPT_READY },
	{ "debug", no_argument, NULL, OPT_DEBUG },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static void
say_and_exit(const char *text)
{
	fputs(text, stdout);
	exit(0);
}

static struct options
read_options(int argc, char *argv[])
{
	struct options o = { .demo_interval = WORKER_INTERVAL, .keep = KEEP_DEFAULT,
		.silence = SILENCE_DEFAULT, .ready_fd = -1 };
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case OPT_DEMO: o.demo = true; break;
		case OPT_INTERVAL: o.demo_interval = (unsigned)cli_number("demo-interval", optarg, 1, 3600000); break;
		case OPT_KEEP: o.keep = cli_number("keep", optarg, 0, YEAR); break;
		case OPT_SILENCE: o.silence = cli_number("silence", optarg, 0, YEAR); break;
		case OPT_PUBLISH: o.publish_socket = optarg; break;
		case OPT_SUBSCRIBE: o.subscribe_socket = optarg; break;
		case OPT_READY: o.ready_fd = (int)cli_number("ready-fd", optarg, 0, 1 << 20); break;
		case OPT_DEBUG: o.debug = true; break;
		case OPT_HELP: say_and_exit(usage_text); break;
		case OPT_VERSION: say_and_exit("headwayd " PACKAGE_VERSION "\n"); break;
		default: fputs(usage_text, stderr); exit(EXIT_USAGE);
		}
	if (optind < argc) {
		fprintf(stderr, "headwayd: \"%s\" is no option\n%s", argv[optind], usage_text);
		exit(EXIT_USAGE);
	}
	return o;
}

/* Not a clock: a table born twice in a second, or before a device knows the
 * time, must still be another one. */
static uint64_t
draw_life(void)
{
	uint64_t life;

	if (getrandom(&life, sizeof life, 0) != (ssize_t)sizeof life)
		fatal("getrandom");
	return life & ID_PART_MAX;
}

static bool
open_door(struct door *door, const char *option, const char *env, const char *name, char *err)
{
	memset(door, 0, sizeof *door);
	door->path = unixsock_place(option, env, name, err);
	return door->path != NULL && (door->fd = unixsock_listen(door->path, &door->born, err)) >= 0;
}

static void
close_door(struct door *door)
{
	acceptor_free(door->acceptor);
	unixsock_remove(door->path, &door->born);
	close(door->fd);
	free(door->path);
}

static void
on_sweep(evutil_socket_t fd, short what, void *runs)
{
	(void)fd, (void)what;
	runs_sweep(runs, (struct now){ clock_wall(), clock_mono() });
}

static void
serve(const struct options *o, struct door *publish_door, struct door *subscribe_door)
{
	static const struct timeval each_second = { 1, 0 };
	struct daemon *daemon = daemon_new();
	struct event_base *base = daemon_base(daemon);
	struct table *table = table_new(draw_life(), run_forget);
	struct runs *runs = runs_new(table, o->keep, o->silence);
	struct holders *holders = holders_new(base, runs, &kernel_here);
	struct publish *publish = publish_new(runs, holders);
	struct peers *peers = peers_new(base, publish, &kernel_here);
	struct subscribers *subscribers = subscribers_new(base, table);
	struct worker *worker = o->demo ? worker_new(base, publish, o->demo_interval) : NULL;
	struct event *sweep = event_new(base, -1, EV_PERSIST, on_sweep, runs);

	tails_pace(runs_tails(runs), base);
	if (sweep == NULL || event_add(sweep, &each_second) < 0)
		fatalx("out of memory");
	publish_door->acceptor = acceptor_new(base, publish_door->fd, false, peers_accept, peers);
	subscribe_door->acceptor = acceptor_new(base, subscribe_door->fd, false, subscribers_accept, subscribers);
	log_info("serving: jobs on %s, responders on %s", publish_door->path, subscribe_door->path);

	daemon_run(daemon, o->ready_fd);

	close_door(publish_door);
	close_door(subscribe_door);
	worker_free(worker);
	subscribers_free(subscribers);
	table_free(table);
	peers_free(peers);
	publish_free(publish);
	holders_free(holders);
	runs_free(runs);
	event_free(sweep);
	daemon_free(daemon);
}

int
main(int argc, char *argv[])
{
	struct options o;
	struct door publish_door, subscribe_door;
	char err[UNIXSOCK_ERR];

	cli_fill_descriptors();
	o = read_options(argc, argv);
	log_init("headwayd", o.debug);
	acceptor_raise_limit();
	if (!open_door(&publish_door, o.publish_socket, "HEADWAY_PUBLISH_SOCKET", "publish.sock", err))
		fatalx("%s", err);
	if (!open_door(&subscribe_door, o.subscribe_socket, "HEADWAY_SUBSCRIBE_SOCKET", "subscribe.sock", err)) {
		close_door(&publish_door);
		fatalx("%s", err);
	}
	serve(&o, &publish_door, &subscribe_door);
	return 0;
}
