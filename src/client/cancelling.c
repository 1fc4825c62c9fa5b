/* cancelling.c -- see cancelling.h.  Owns a pidfd for each process, so that no signal
 * ever goes to another one that has been given its pid. */
#include "client/cancelling.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "client/proc.h"

#define HEADWAY_PID_ENTRY 32 /* bytes of "HEADWAY_PID=" and a number */
#define LOOK_AGAIN 100       /* milliseconds: after SIGKILL, a process that was being born may have escaped */

struct victim {
	struct proc proc;
	int pidfd; /* -1: dead */
};

struct cancelling {
	struct proc command;
	char entry[HEADWAY_PID_ENTRY];
	int epoll;
	uint64_t kill_at, look_at; /* clock_mono(); look_at 0: not killed yet */
	struct victim *victims;
	size_t n, alive;
};

/* ---- who belongs to it ---- */

struct census {
	struct proc *procs;
	size_t n, room;
};

static void
count_one(void *arg, const struct proc *p)
{
	struct census *census = arg;

	if (census->n == census->room) {
		census->room = census->room == 0 ? 256 : 2 * census->room;
		census->procs = xreallocarray(census->procs, census->room, sizeof *census->procs);
	}
	census->procs[census->n++] = *p;
}

static bool
is_known(const struct cancelling *c, const struct proc *p)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->victims[i].proc.pid == p->pid && c->victims[i].proc.start == p->start)
			return true;
	return false;
}

static bool
lives(const struct cancelling *c, pid_t pid)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->victims[i].proc.pid == pid && c->victims[i].pidfd >= 0)
			return true;
	return false;
}

static bool
belongs(const struct cancelling *c, const struct proc *p)
{
	if (p->pid == c->command.pid)
		return p->start == c->command.start;
	if (lives(c, p->parent))
		return true;
	return p->session == c->command.session && p->pid != getpid() && proc_has_environ(p->pid, c->entry);
}

static void
add(struct cancelling *c, const struct proc *p)
{
	struct epoll_event event = { .events = EPOLLIN };
	int pidfd = proc_open(p);

	if (pidfd < 0)
		return;
	c->victims = xreallocarray(c->victims, c->n + 1, sizeof *c->victims);
	event.data.u64 = c->n;
	epoll_ctl(c->epoll, EPOLL_CTL_ADD, pidfd, &event);
	c->victims[c->n++] = (struct victim){ .proc = *p, .pidfd = pidfd };
	c->alive++;
}

/* Children have not always greater pids than their parents: round by round,
 * until none is found. */
static void
find(struct cancelling *c)
{
	struct census census = { 0 };
	size_t before;

	proc_each(count_one, &census);
	do {
		before = c->n;
		for (size_t i = 0; i < census.n; i++)
			if (!is_known(c, &census.procs[i]) && belongs(c, &census.procs[i]))
				add(c, &census.procs[i]);
	} while (c->n > before);
	free(census.procs);
}

static void
signal_all(const struct cancelling *c, int sig)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->victims[i].pidfd >= 0)
			pidfd_signal(c->victims[i].pidfd, sig);
}

/* Each victim takes a descriptor. */
static void
allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- in time ---- */

struct cancelling *
cancelling_begin(pid_t command, unsigned grace)
{
	struct cancelling *c = xcalloc(1, sizeof *c);

	allow_descriptors();
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->kill_at = clock_mono() + grace * UINT64_C(1000000);
	snprintf(c->entry, sizeof c->entry, "HEADWAY_PID=%d", (int)command);
	if (proc_look(command, &c->command))
		find(c);
	else
		kill(command, SIGTERM); /* without /proc: the command alone */
	signal_all(c, SIGTERM);
	signal_all(c, SIGCONT);
	return c;
}

void
cancelling_free(struct cancelling *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		if (c->victims[i].pidfd >= 0)
			close(c->victims[i].pidfd);
	close(c->epoll);
	free(c->victims);
	free(c);
}

int
cancelling_fd(const struct cancelling *c)
{
	return c->epoll;
}

int
cancelling_timeout(const struct cancelling *c)
{
	uint64_t now = clock_mono(), at = c->look_at != 0 ? c->look_at : c->kill_at;

	if (c->alive == 0)
		return -1;
	return now >= at ? 0 : (int)((at - now) / 1000) + 1;
}

static void
count_the_dead(struct cancelling *c)
{
	struct epoll_event event;

	while (epoll_wait(c->epoll, &event, 1, 0) == 1) {
		struct victim *v = &c->victims[event.data.u64];

		close(v->pidfd); /* epoll forgets it */
		v->pidfd = -1;
		c->alive--;
	}
}

void
cancelling_serve(struct cancelling *c)
{
	count_the_dead(c);
	if (cancelling_timeout(c) != 0)
		return;
	find(c);
	signal_all(c, SIGKILL);
	c->look_at = clock_mono() + LOOK_AGAIN * UINT64_C(1000);
}

bool
cancelling_over(const struct cancelling *c)
{
	return c->alive == 0;
}
