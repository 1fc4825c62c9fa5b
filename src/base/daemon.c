/* daemon.c -- see daemon.h.  Owns the loop and its signals; never forks, that
 * is for whoever supervises us. */
#include "base/daemon.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/service.h"

static const int stops[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };

#define STOPS (sizeof stops / sizeof stops[0])

struct daemon {
	struct event_base *base;
	struct event *stop[STOPS];
};

static void
on_stop(evutil_socket_t sig, short what, void *base)
{
	(void)what;
	log_debug("signal %d: stopping", (int)sig);
	event_base_loopbreak(base);
}

struct daemon *
daemon_new(void)
{
	struct daemon *d = xcalloc(1, sizeof *d);
	struct event_config *config = event_config_new();

	/* rounds are paced by the millisecond, and the worker's 100 ms should be 100 ms */
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	d->base = event_base_new_with_config(config);
	event_config_free(config);
	if (d->base == NULL)
		fatalx("cannot make an event loop");
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < STOPS; i++) {
		d->stop[i] = evsignal_new(d->base, stops[i], on_stop, d->base);
		if (d->stop[i] == NULL || event_add(d->stop[i], NULL) < 0)
			fatalx("cannot catch signal %d", stops[i]);
	}
	return d;
}

void
daemon_free(struct daemon *d)
{
	for (size_t i = 0; i < STOPS; i++)
		event_free(d->stop[i]);
	event_base_free(d->base);
	free(d);
}

struct event_base *
daemon_base(const struct daemon *d)
{
	return d->base;
}

void
daemon_run(struct daemon *d, int ready_fd)
{
	if (ready_fd >= 0) {
		if (write(ready_fd, "\n", 1) != 1)
			log_warn("--ready-fd %d", ready_fd);
		if (ready_fd > STDERR_FILENO)
			close(ready_fd);
	}
	service_notify("READY=1");
	event_base_dispatch(d->base);
	service_notify("STOPPING=1");
}
