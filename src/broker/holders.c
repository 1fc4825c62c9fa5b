/* holders.c -- see holders.h.  Owns the holders, what watches them, and their
 * timers; what is lost, and what of it is told, is runs.c's. */
#include "broker/holders.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uthash.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "broker/death.h"

static const struct how unknown = { false, 0 };

struct held {
	struct holder holder; /* first: it is all that runs.c sees */
	struct holders *all;
	struct death *death;  /* of its process; NULL: not watched */
	bool died;            /* its process has, or cannot be watched: the connection alone counts */
	bool said;            /* what hung on it when that died is lost */
	struct event *timer;  /* the grace, then the reason's; NULL: neither has begun */
	uint64_t key;         /* of a process, in holders->processes; 0: not there */
	bool late;            /* a closed connection that is waited for */
	bool idle;            /* in holders->idle */
	TAILQ_ENTRY(held) next_idle;
	LIST_ENTRY(held) next;
	UT_hash_handle hh;
};

struct holders {
	struct event_base *base;
	struct runs *runs;
	const struct kernel *kernel;
	struct held *processes;      /* that live, by key */
	size_t late;
	LIST_HEAD(, held) list;
	TAILQ_HEAD(, held) idle;
};

struct holders *
holders_new(struct event_base *base, struct runs *rs, const struct kernel *k)
{
	struct holders *hs = xcalloc(1, sizeof *hs);

	hs->base = base;
	hs->runs = rs;
	hs->kernel = k;
	LIST_INIT(&hs->list);
	TAILQ_INIT(&hs->idle);
	return hs;
}

const struct kernel *
holders_kernel(const struct holders *hs)
{
	return hs->kernel;
}

/* Not at once: whoever lets go of it may not be done with it. */
static void
on_idle(struct holder *holder)
{
	struct held *h = (struct held *)holder;

	if (!h->idle)
		TAILQ_INSERT_TAIL(&h->all->idle, h, next_idle);
	h->idle = true;
}

static struct held *
held_new(struct holders *hs)
{
	struct held *h = xcalloc(1, sizeof *h);

	h->all = hs;
	h->holder.idle = on_idle;
	LIST_INIT(&h->holder.runs);
	LIST_INIT(&h->holder.lost);
	LIST_INSERT_HEAD(&hs->list, h, next);
	return h;
}

static void
unlist(struct held *h)
{
	if (h->key != 0)
		HASH_DEL(h->all->processes, h);
	h->key = 0;
}

static void
stop_watching(struct held *h)
{
	death_free(h->death);
	h->death = NULL;
	if (h->timer != NULL)
		event_free(h->timer);
	h->timer = NULL;
	h->holder.leaving = false;
}

static void
held_free(struct held *h)
{
	stop_watching(h);
	unlist(h);
	if (h->idle)
		TAILQ_REMOVE(&h->all->idle, h, next_idle);
	h->all->late -= h->late;
	LIST_REMOVE(h, next);
	seconds_clear(&h->holder.seconds);
	free(h);
}

void
holders_free(struct holders *hs)
{
	struct held *h;

	while ((h = LIST_FIRST(&hs->list)) != NULL)
		held_free(h);
	free(hs);
}

/* ---- going ---- */

/* Nothing more will be known of it.  A connection that is open stays, with what
 * its next lines bring. */
static void
done(struct held *h, struct how how)
{
	runs_explain(h->all->runs, &h->holder, how);
	stop_watching(h);
	if (!h->holder.is_process && h->holder.connection == NULL)
		held_free(h);
	else
		on_idle(&h->holder);
}

static void
lose(struct held *h, struct how how)
{
	h->holder.leaving = false;
	h->said = true;
	runs_lose(h->all->runs, &h->holder, how, clock_now());
}

static void
set_timer(struct held *h, time_t seconds, unsigned ms)
{
	struct timeval tv = { seconds, ms * 1000 };

	if (evtimer_add(h->timer, &tv) < 0)
		fatalx("out of memory");
}

void
holders_settle(struct holder *holder)
{
	struct held *h = (struct held *)holder;

	if (!holder->leaving)
		return;
	lose(h, unknown);
	set_timer(h, HOLDER_REASON, 0);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct held *h = arg;
	struct holders *hs = h->all;

	(void)fd, (void)what;
	if (h->holder.leaving) {
		holders_settle(&h->holder);
	} else {
		done(h, unknown);
		holders_tidy(hs);
	}
}

/* It is gone; how is awaited. */
static void
leave(struct held *h)
{
	h->holder.leaving = true;
	if (h->timer == NULL && (h->timer = evtimer_new(h->all->base, on_timer, h)) == NULL)
		fatalx("out of memory");
	set_timer(h, 0, HOLDER_GRACE);
}

static void
on_death(void *arg, struct how how, bool last)
{
	struct held *h = arg;
	struct holders *hs = h->all;

	h->died = true;
	unlist(h);
	if (last) {
		if (!h->said)
			lose(h, how);
		done(h, how);
		holders_tidy(hs);
	} else if (!h->said && !h->holder.leaving) {
		leave(h);
	}
}

/* ---- connections ---- */

struct holder *
holders_connection(struct holders *hs, struct source *src, const struct process *who)
{
	struct held *h = held_new(hs);

	h->holder.connection = src;
	h->holder.process = *who;
	return &h->holder;
}

void
holders_watch(struct holder *holder, int fd)
{
	struct held *h = (struct held *)holder;
	struct holders *hs = h->all;
	int pidfd;

	if (holder->is_process || LIST_EMPTY(&holder->runs) || h->death != NULL || h->died || fd < 0)
		return;
	pidfd = process_open_caller(hs->kernel, fd, &holder->process);
	if (pidfd < 0 && (errno == EMFILE || errno == ENFILE))
		log_warn("the process of a connection that holds is not watched");
	if (pidfd < 0 || process_dead(pidfd)) {
		h->died = true;
		if (pidfd >= 0)
			close(pidfd);
		return;
	}
	h->death = death_watch(hs->base, hs->kernel, pidfd, on_death, h);
	h->said = false;
}

void
holders_disconnect(struct holder *holder)
{
	struct held *h = (struct held *)holder;

	holder->connection = NULL;
	if (h->death == NULL || (LIST_EMPTY(&holder->runs) && LIST_EMPTY(&holder->lost)) || h->all->late == HOLDERS_LATE_MAX) {
		lose(h, unknown);
		done(h, unknown);
		return;
	}
	h->late = true;
	h->all->late++;
	h->said = false;
	leave(h);
}

/* ---- processes ---- */

/* Two that live and have one number in our namespace are one. */
static uint64_t
key_of(const struct process *p)
{
	return p->inode != 0 ? p->inode : (uint64_t)p->pid;
}

struct holder *
holders_process(struct holders *hs, int pidfd, char *err)
{
	struct process who = process_of(hs->kernel, pidfd);
	uint64_t key = key_of(&who);
	struct held *h;

	if (key == 0) {
		snprintf(err, UPDATE_ERR, "\"pid\" is of another pid namespace, which this kernel cannot tell from others");
		close(pidfd);
		return NULL;
	}
	HASH_FIND(hh, hs->processes, &key, sizeof key, h);
	if (h != NULL && !death_happened(h->death)) {
		close(pidfd);
		return &h->holder;
	}
	if (h != NULL)
		unlist(h); /* it had the same pid */
	if (HASH_COUNT(hs->processes) >= HOLDERS_MAX) {
		snprintf(err, UPDATE_ERR, "%d processes hold tasks, the limit", HOLDERS_MAX);
		close(pidfd);
		return NULL;
	}
	h = held_new(hs);
	h->holder.is_process = true;
	h->holder.process = who;
	h->key = key;
	HASH_ADD(hh, hs->processes, key, sizeof h->key, h);
	h->death = death_watch(hs->base, hs->kernel, pidfd, on_death, h);
	on_idle(&h->holder);
	return &h->holder;
}

void
holders_tidy(struct holders *hs)
{
	struct held *h;

	while ((h = TAILQ_FIRST(&hs->idle)) != NULL) {
		TAILQ_REMOVE(&hs->idle, h, next_idle);
		h->idle = false;
		if (!LIST_EMPTY(&h->holder.runs) || !LIST_EMPTY(&h->holder.lost))
			continue;
		if (h->holder.is_process)
			held_free(h);
		else if (h->holder.connection != NULL)
			stop_watching(h);
	}
}
