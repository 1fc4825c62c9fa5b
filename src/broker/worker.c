/* worker.c -- see worker.h.  Owns a timer and a counter.  Knows nothing of
 * subscribers, frames or browsers: it says how far it is, and that is all. */
#include "broker/worker.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "broker/publish.h"

struct worker {
	struct event *tick;
	struct publish *publish;
	struct publisher self;
	struct evbuffer *answers; /* errors, if it ever made any */
	unsigned moved;
};

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;
	char line[64];
	int len = snprintf(line, sizeof line, "{\"moved\":%u,\"total\":%d}", w->moved, WORKER_TOTAL);

	(void)fd, (void)what;
	publish_line(w->publish, &w->self, line, (size_t)len);
	w->moved = w->moved < WORKER_TOTAL ? w->moved + 1 : 0;
}

struct worker *
worker_new(struct event_base *base, struct publish *p, unsigned interval_ms)
{
	static const struct caller nobody = { .uid = (uid_t)-1 };
	struct worker *w = xcalloc(1, sizeof *w);
	struct timeval interval = { interval_ms / 1000, interval_ms % 1000 * 1000 };

	w->publish = p;
	w->answers = evbuffer_new();
	publisher_init(p, &w->self, &nobody, -1, w->answers);
	w->tick = event_new(base, -1, EV_PERSIST, on_tick, w);
	if (w->answers == NULL || w->tick == NULL || event_add(w->tick, &interval) < 0)
		fatalx("out of memory");
	return w;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	event_free(w->tick);
	evbuffer_free(w->answers);
	free(w);
}
