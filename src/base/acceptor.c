/* acceptor.c -- see acceptor.h.  Owns a libevent listener and a timer; never
 * the descriptors on either side of it. */
#include "base/acceptor.h"

#include <event2/event.h>
#include <event2/listener.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/mem.h"

struct acceptor {
	struct evconnlistener *listener;
	struct event *resume; /* after an error */
	bool paused;          /* by acceptor_pause() */
	void (*accepted)(int, void *);
	void *arg;
};

static void
on_accept(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *sa, int len, void *arg)
{
	struct acceptor *a = arg;

	(void)l, (void)sa, (void)len;
	a->accepted(fd, a->arg);
}

/* libevent has already tried again after what is worth trying again. */
static void
on_error(struct evconnlistener *l, void *arg)
{
	struct acceptor *a = arg;
	struct timeval pause = { ACCEPTOR_PAUSE, 0 };

	log_warn("accept; pausing for %d s", ACCEPTOR_PAUSE);
	evconnlistener_disable(l);
	evtimer_add(a->resume, &pause);
}

static void
on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct acceptor *a = arg;

	(void)fd, (void)what;
	if (!a->paused)
		evconnlistener_enable(a->listener);
}

void
acceptor_pause(struct acceptor *a)
{
	a->paused = true;
	evconnlistener_disable(a->listener);
}

void
acceptor_resume(struct acceptor *a)
{
	a->paused = false;
	evconnlistener_enable(a->listener);
}

struct acceptor *
acceptor_new(struct event_base *base, int fd, bool blocking, void (*accepted)(int, void *), void *arg)
{
	struct acceptor *a = xcalloc(1, sizeof *a);

	a->accepted = accepted;
	a->arg = arg;
	evutil_make_socket_nonblocking(fd);
	a->listener = evconnlistener_new(base, on_accept, a,
	    LEV_OPT_CLOSE_ON_EXEC | (blocking ? LEV_OPT_LEAVE_SOCKETS_BLOCKING : 0), 0, fd);
	a->resume = evtimer_new(base, on_resume, a);
	if (a->listener == NULL || a->resume == NULL)
		fatal("cannot listen on descriptor %d", fd);
	evconnlistener_set_error_cb(a->listener, on_error);
	return a;
}

void
acceptor_free(struct acceptor *a)
{
	if (a == NULL)
		return;
	evconnlistener_free(a->listener);
	event_free(a->resume);
	free(a);
}

unsigned long
acceptor_raise_limit(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0)
		fatal("getrlimit");
	if (rl.rlim_cur < rl.rlim_max) {
		rlim_t soft = rl.rlim_cur;

		rl.rlim_cur = rl.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &rl) < 0)
			rl.rlim_cur = soft;
	}
	/* RLIM_INFINITY is more than a long where that has 32 bits */
	return rl.rlim_cur < ULONG_MAX ? (unsigned long)rl.rlim_cur : ULONG_MAX;
}
