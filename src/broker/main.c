/* main.c -- headwayd, the broker: options, sockets, the parts and their order.
 *
 * Owns the two listening sockets (door.c) and the order in which things begin and end.
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
#include <unistd.h>

#include "base/acceptor.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/daemon.h"
#include "base/log.h"
#include "base/service.h"
#include "base/unixsock.h"
#include "broker/door.h"
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
	struct door_wish publish, subscribe;
	int ready_fd;           /* -1: nobody waits */
};

/* What a service manager calls the sockets that it hands over. */
#define HANDED 2
static const char *const handed_names[HANDED] = { "publish", "subscribe" };

static const char usage_text[] =
    "usage: headwayd [options]\n"
    "  --publish-socket PATH    where jobs write (HEADWAY_PUBLISH_SOCKET)\n"
    "  --subscribe-socket PATH  where responders read (HEADWAY_SUBSCRIBE_SOCKET)\n"
    "  --publish-group GROUP    whose members may write there (the group of the process)\n"
    "  --subscribe-group GROUP  whose members may read there\n"
    "  --keep SECONDS           how long an ended task is shown (86400)\n"
    "  --silence SECONDS        without a holder and an update for so long, a task is lost (86400; 0: never)\n"
    "  --demo                   run the simulated worker\n"
    "  --demo-interval MS       its step (100)\n"
    "  --ready-fd N             write a newline to descriptor N when serving\n"
    "  --debug                  say more on stderr\n"
    "  --help, --version\n";

enum { OPT_DEMO = 1, OPT_INTERVAL, OPT_KEEP, OPT_SILENCE, OPT_PUBLISH, OPT_SUBSCRIBE,
	OPT_PUBLISH_GROUP, OPT_SUBSCRIBE_GROUP, OPT_READY, OPT_DEBUG, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{ "demo", no_argument, NULL, OPT_DEMO },
	{ "demo-interval", required_argument, NULL, OPT_INTERVAL },
	{ "keep", required_argument, NULL, OPT_KEEP },
	{ "silence", required_argument, NULL, OPT_SILENCE },
	{ "publish-socket", required_argument, NULL, OPT_PUBLISH },
	{ "subscribe-socket", required_argument, NULL, OPT_SUBSCRIBE },
	{ "publish-group", required_argument, NULL, OPT_PUBLISH_GROUP },
	{ "subscribe-group", required_argument, NULL, OPT_SUBSCRIBE_GROUP },
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
		.silence = SILENCE_DEFAULT, .ready_fd = -1,
		.publish = { .option = "publish-socket", .group_option = "publish-group",
			.env = "HEADWAY_PUBLISH_SOCKET", .file = "publish.sock", .group = UNIXSOCK_OWN_GROUP },
		.subscribe = { .option = "subscribe-socket", .group_option = "subscribe-group",
			.env = "HEADWAY_SUBSCRIBE_SOCKET", .file = "subscribe.sock", .group = UNIXSOCK_OWN_GROUP } };
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case OPT_DEMO: o.demo = true; break;
		case OPT_INTERVAL: o.demo_interval = (unsigned)cli_number("demo-interval", optarg, 1, 3600000); break;
		case OPT_KEEP: o.keep = cli_number("keep", optarg, 0, YEAR); break;
		case OPT_SILENCE: o.silence = cli_number("silence", optarg, 0, YEAR); break;
		case OPT_PUBLISH: o.publish.path = optarg; break;
		case OPT_SUBSCRIBE: o.subscribe.path = optarg; break;
		case OPT_PUBLISH_GROUP: o.publish.group = cli_group("publish-group", optarg); break;
		case OPT_SUBSCRIBE_GROUP: o.subscribe.group = cli_group("subscribe-group", optarg); break;
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

static void
on_sweep(evutil_socket_t fd, short what, void *runs)
{
	(void)fd, (void)what;
	runs_sweep(runs, clock_now());
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

	door_close(publish_door);
	door_close(subscribe_door);
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
	int handed[HANDED];

	cli_fill_descriptors();
	o = read_options(argc, argv);
	log_init("headwayd", o.debug);
	if (!service_sockets(handed_names, handed, HANDED, err))
		fatalx("%s", err);
	o.publish.handed = handed[0];
	o.subscribe.handed = handed[1];
	acceptor_raise_limit();
	if (!door_open(&publish_door, &o.publish, err))
		fatalx("%s", err);
	if (!door_open(&subscribe_door, &o.subscribe, err)) {
		door_close(&publish_door);
		fatalx("%s", err);
	}
	serve(&o, &publish_door, &subscribe_door);
	return 0;
}
