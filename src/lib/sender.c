/* sender.c -- see sender.h.  Owns the connection; what is said on it is news.c's.
 *
 * The thread waits in poll(2) for the broker and for the bell, a timerfd that
 * whoever has news sets off.  A timerfd, since the program is not ours: one that
 * closes descriptors it does not know (closefrom(3)) may get our numbers for
 * files of its own.  timerfd_settime(2) on these is an error, where a write to
 * an eventfd(2) would spoil them; the connection is told from others by its
 * SO_COOKIE (socket(7), Linux 4.12).  The thread may sleep on then, since
 * poll(2) keeps what is closed. */
#include "lib/sender.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "lib/hear.h"
#include "lib/news.h"

#define MS UINT64_C(1000) /* in microseconds, as of clock_mono() */

#ifndef SO_COOKIE
#define SO_COOKIE 57 /* include/uapi/asm-generic/socket.h */
#endif

/* ---- the bell ---- */

static bool
set_bell(int bell, bool ring)
{
	struct itimerspec at = { .it_value = { .tv_nsec = ring } };

	return timerfd_settime(bell, 0, &at, NULL) == 0;
}

bool
sender_ring(struct headway *h)
{
	int bell = atomic_load(&h->bell), error = errno;
	bool heard = bell < 0 || set_bell(bell, true);

	errno = error;
	return heard;
}

void
sender_wake(struct headway *h)
{
	if (atomic_exchange(&h->asleep, false))
		sender_ring(h);
}

/* Without a bell the thread looks by itself, each period. */
static void
silence(struct headway *h)
{
	if (atomic_load(&h->bell) >= 0 && !set_bell(atomic_load(&h->bell), false))
		atomic_store(&h->bell, -1);
}

/* ---- the connection ---- */

static uint64_t
cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof cookie;

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) == 0 ? cookie : 0;
}

/* A kernel without cookies gives 0 each time: then it is believed. */
static bool
is_ours(const struct headway *h)
{
	return h->link.fd >= 0 && cookie_of(h->link.fd) == h->cookie;
}

/* The program has closed it; the number is perhaps that of something else now. */
static void
look_after_link(struct headway *h)
{
	if (h->link.fd >= 0 && !is_ours(h)) {
		h->link.fd = -1;
		link_close(&h->link);
	}
}

/* True: connected. */
static bool
reconnect(struct headway *h, uint64_t now)
{
	bool hurry = h->end != 0 && !h->tried;

	if (now < h->link.retry_at && !hurry)
		return false;
	h->tried = h->end != 0;
	if (link_connect(&h->link, NULL)) {
		h->cookie = cookie_of(h->link.fd);
		h->fresh = true;
		return true;
	}
	if (h->end != 0 && errno == EAGAIN) /* it lives, but has no room to listen just now */
		h->link.retry_at = now + SENDER_BACKLOG * MS;
	else if (h->end != 0)
		h->outcome = OUTCOME_AWAY;
	return false;
}

/* ---- what is said ---- */

/* False: the connection is no more, or its socket is full. */
static bool
speak(struct headway *h, uint64_t now)
{
	size_t len;

	for (;;) {
		if (!link_flush(&h->link) || !link_idle(&h->link))
			return false;
		pthread_mutex_lock(&h->lock);
		len = news_line(h, h->end != 0 || now >= h->sent_at + SENDER_PERIOD * MS);
		pthread_mutex_unlock(&h->lock);
		if (len == 0)
			return true;
		link_put(&h->link, h->line, len, -1);
		h->sent_at = now;
	}
}

/* ---- what is heard ---- */

static void
take(struct headway *h, const char *line, size_t len)
{
	char name[NAME_BYTES_MAX + 1];

	switch (hear(line, len, name)) {
	case HEARD_OK:
		if (name[0] != '\0') { /* a second holder's: ours from now on, also for another broker */
			pthread_mutex_lock(&h->lock);
			strcpy(h->name, name);
			pthread_mutex_unlock(&h->lock);
		}
		if (h->end_sent && link_idle(&h->link))
			h->outcome = OUTCOME_TOLD;
		break;
	case HEARD_ERROR:
		link_close(&h->link);
		h->link.retry_at = clock_mono() + SENDER_REFUSED * MS;
		if (h->end != 0)
			h->outcome = OUTCOME_REFUSED;
		break;
	case HEARD_OTHER:
		break;
	}
}

static void
listen_to(struct headway *h)
{
	const char *line;
	size_t len;

	while (h->link.fd >= 0 && link_read(&h->link, &line, &len) == LINK_LINE)
		take(h, line, len);
}

/* ---- the thread ---- */

/* Whatever can be done now. */
static void
serve(struct headway *h)
{
	uint64_t now = clock_mono();

	silence(h); /* first: who has rung before has said before what he had to say */
	pthread_mutex_lock(&h->lock);
	h->end = h->how;
	pthread_mutex_unlock(&h->lock);
	look_after_link(h);
	if (h->link.fd < 0 && !reconnect(h, now))
		return;
	speak(h, now);
	listen_to(h);
}

/* Milliseconds from `now` to `at`, rounded up. */
static int
until(uint64_t at, uint64_t now)
{
	return at > now ? (int)((at - now + MS - 1) / MS) : 0;
}

/* Milliseconds to wait if nothing is heard; -1: for ever.
 *
 * A program's thread may write its news and find us awake, and we may have
 * looked for the last time before what it wrote got here: it has no fence, to
 * be fast.  So we look once more, a period after we have said that we sleep.
 * What was written before is here by then (C11, 7.17.3: within a reasonable
 * time), and who writes later finds us asleep. */
static int
patience(struct headway *h, uint64_t now)
{
	if (h->link.fd < 0)
		return until(h->link.retry_at, now);
	if (!link_idle(&h->link))
		return -1;
	if (now < h->sent_at + SENDER_PERIOD * MS)
		return until(h->sent_at + SENDER_PERIOD * MS, now);
	if (atomic_load(&h->bell) < 0)
		return SENDER_PERIOD;
	if (!atomic_exchange(&h->asleep, true))
		h->asleep_at = now;
	return now < h->asleep_at + SENDER_PERIOD * MS ? until(h->asleep_at + SENDER_PERIOD * MS, now) : -1;
}

/* Serves, and says what to wait for; false: the end has come out. */
static bool
turn(struct headway *h, struct pollfd p[2], int *ms)
{
	uint64_t now;

	serve(h);
	now = clock_mono();
	*ms = patience(h, now);
	if (h->end != 0) {
		if (h->outcome == OUTCOME_NONE && now >= h->deadline)
			h->outcome = OUTCOME_LATE;
		if (*ms < 0 || *ms > until(h->deadline, now))
			*ms = until(h->deadline, now);
	}
	p[0] = (struct pollfd){ .fd = atomic_load(&h->bell), .events = POLLIN };
	p[1] = (struct pollfd){ .fd = h->link.fd, .events = link_idle(&h->link) ? POLLIN : POLLIN | POLLOUT };
	return h->outcome == OUTCOME_NONE;
}

static void *
run(void *arg)
{
	struct headway *h = arg;
	struct pollfd p[2];
	bool more;
	int ms;

	uselocale(h->locale);
	pthread_setname_np(pthread_self(), "headway");
	for (;;) {
		pthread_mutex_lock(&h->io);
		more = turn(h, p, &ms);
		pthread_mutex_unlock(&h->io);
		if (!more)
			return NULL;
		poll(p, 2, ms);
	}
}

/* A stack for us alone; if the program's thread-local storage, which is taken
 * from it, does not fit in, the usual one. */
static int
create(struct headway *h)
{
	pthread_attr_t attr;
	int error;

	if ((error = pthread_attr_init(&attr)) != 0)
		return error;
	pthread_attr_setstacksize(&attr, SENDER_STACK);
	error = pthread_create(&h->thread, &attr, run, h);
	pthread_attr_destroy(&attr);
	return error == EINVAL ? pthread_create(&h->thread, NULL, run, h) : error;
}

bool
sender_start(struct headway *h)
{
	sigset_t all, before;
	int error;

	/* the program's signals are for its own threads */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = create(h);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return error == 0;
}

void
sender_leave(struct headway *h)
{
	pthread_detach(h->thread);
}

enum outcome
sender_join(struct headway *h)
{
	pthread_join(h->thread, NULL);
	return h->outcome;
}

void
sender_close(struct headway *h)
{
	struct itimerspec at;
	int bell = atomic_exchange(&h->bell, -1);

	if (bell >= 0 && timerfd_gettime(bell, &at) == 0)
		close(bell);
	if (is_ours(h))
		close(h->link.fd);
	h->link.fd = -1;
}
