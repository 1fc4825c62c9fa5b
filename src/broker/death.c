/* death.c -- see death.h.  Owns the pidfd, the event that it becomes readable
 * (pidfd_open(2)), and a timer afterwards: that a dead process was waited for
 * makes no further event on older kernels. */
#include "broker/death.h"

#include <event2/event.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

struct death {
	const struct kernel *kernel;
	int pidfd;
	struct event *died, *look;
	unsigned pause; /* milliseconds */
	void (*told)(void *, struct how, bool);
	void *arg;
};

static void
look_later(struct death *d)
{
	struct timeval pause = { d->pause / 1000, d->pause % 1000 * 1000 };

	if (evtimer_add(d->look, &pause) < 0)
		fatalx("out of memory");
	d->pause = d->pause * 2 < DEATH_LOOK_LAST ? d->pause * 2 : DEATH_LOOK_LAST;
}

static void
on_died(evutil_socket_t fd, short what, void *arg)
{
	struct death *d = arg;
	struct how how;
	bool last = !process_ended(d->kernel, d->pidfd, &how) || how.known;

	(void)fd, (void)what;
	if (!last)
		look_later(d);
	d->told(d->arg, how, last); /* may free d */
}

static void
on_look(evutil_socket_t fd, short what, void *arg)
{
	struct death *d = arg;
	struct how how;

	(void)fd, (void)what;
	if (process_ended(d->kernel, d->pidfd, &how) && !how.known)
		look_later(d);
	else
		d->told(d->arg, how, true);
}

struct death *
death_watch(struct event_base *base, const struct kernel *k, int pidfd,
    void (*told)(void *, struct how, bool), void *arg)
{
	struct death *d = xcalloc(1, sizeof *d);

	*d = (struct death){ .kernel = k, .pidfd = pidfd, .pause = DEATH_LOOK_FIRST, .told = told, .arg = arg };
	d->died = event_new(base, pidfd, EV_READ, on_died, d);
	d->look = evtimer_new(base, on_look, d);
	if (d->died == NULL || d->look == NULL || event_add(d->died, NULL) < 0)
		fatalx("out of memory");
	return d;
}

bool
death_happened(const struct death *d)
{
	return process_dead(d->pidfd);
}

void
death_free(struct death *d)
{
	if (d == NULL)
		return;
	event_free(d->died);
	event_free(d->look);
	close(d->pidfd);
	free(d);
}
