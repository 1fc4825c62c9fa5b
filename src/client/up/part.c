/* part.c -- see part.h.  Owns the processes and the pipes they print into. */
#include "client/up/part.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/service.h"

#define OUT_OF_THE_WAY 64 /* no descriptor that is passed on is to have such a number */

/* ---- the start, in the new process ---- */

static void
take_descriptors(int out, const int pass[PART_PASS_MAX])
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), aside[PART_PASS_MAX];

	out = fcntl(out, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
	for (int i = 0; i < PART_PASS_MAX; i++)
		aside[i] = pass[i] < 0 ? -1 : fcntl(pass[i], F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	for (int i = 0; i < PART_PASS_MAX; i++)
		if (aside[i] >= 0)
			dup2(aside[i], PART_PASS_FIRST + i);
}

/* sd_listen_fds(3): the number of descriptors, and whom they are meant for. */
static void
tell_of_socket(void)
{
	char pid[16];

	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "1", 1);
}

static void
become(const struct signals *signals, const char *const argv[], pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127); /* it was killed before the kernel knew that we are to be told */
	signals_restore(signals);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

struct part *
part_start(struct parts *ps, const char *name, const char *const argv[], const int pass[PART_PASS_MAX], bool listens)
{
	struct part *p = &ps->part[ps->count];
	pid_t self = getpid();
	int out[2];

	*p = (struct part){ .name = name, .began = clock_mono() };
	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) < 0)
		return NULL;
	fcntl(out[1], F_SETFL, 0); /* a program's stderr is not to say EAGAIN */
	p->out = out[0];
	if ((p->pid = fork()) < 0) {
		close(out[0]);
		close(out[1]);
		return NULL;
	}
	if (p->pid == 0) {
		take_descriptors(out[1], pass);
		service_forget(); /* else a part would say READY=1, or STOPPING=1, of us */
		if (listens)
			tell_of_socket();
		become(ps->signals, argv, self);
	}
	close(out[1]);
	ps->count++;
	return p;
}

/* ---- what they print ---- */

static void
say_line(const struct part *p, const char *line, size_t len)
{
	size_t n = strlen(p->name);
	bool named = len > n && memcmp(line, p->name, n) == 0 && line[n] == ':';

	fprintf(stderr, "%s%s%.*s\n", named ? "" : p->name, named ? "" : ": ", (int)len, line);
}

/* Whole lines; with `rest` also a last one that has no end. */
static void
say_text(struct part *p, bool rest)
{
	char *line = p->text, *lf;

	while ((lf = memchr(line, '\n', p->len)) != NULL) {
		say_line(p, line, (size_t)(lf - line));
		p->len -= (size_t)(lf - line) + 1;
		line = lf + 1;
	}
	if (p->len > 0 && (rest || p->len == PART_TEXT_MAX)) {
		say_line(p, line, p->len);
		p->len = 0;
	}
	memmove(p->text, line, p->len);
}

static void
read_text(struct parts *ps, struct part *p)
{
	while (p->out >= 0) {
		ssize_t n;

		if (p->len == PART_TEXT_MAX) { /* the newer half stays */
			p->len -= PART_TEXT_MAX / 2;
			memmove(p->text, p->text + PART_TEXT_MAX / 2, p->len);
		}
		n = read(p->out, p->text + p->len, PART_TEXT_MAX - p->len);
		if (n < 0 && errno != EINTR)
			return;
		if (n == 0) {
			close(p->out);
			p->out = -1;
		}
		if (n > 0)
			p->len += (size_t)n;
		if (ps->passing_on)
			say_text(p, n == 0);
	}
}

void
part_tell(struct part *p)
{
	say_text(p, true);
}

void
parts_show(struct parts *ps)
{
	ps->passing_on = true;
	for (size_t i = 0; i < ps->count; i++)
		ps->part[i].len = 0;
}

/* ---- waiting ---- */

/* One that has ended, and whose last words are read. */
static struct part *
reap(struct parts *ps)
{
	for (size_t i = 0; i < ps->count; i++) {
		struct part *p = &ps->part[i];

		if (p->pid > 0 && waitpid(p->pid, &p->status, WNOHANG) == p->pid) {
			p->pid = 0;
			read_text(ps, p);
			return p;
		}
	}
	return NULL;
}

static bool
asked_to_stop(const struct parts *ps)
{
	bool stop = false;
	pid_t sender;
	int sig;

	while ((sig = signals_next(ps->signals, &sender)) != 0)
		switch (sig) {
		case SIGINT:
		case SIGTERM:
		case SIGHUP:
		case SIGQUIT:
			stop = true;
			break;
		case SIGTSTP: /* we alone: the parts go on, and `bg` lets us follow */
			signals_stop(sig, false);
			break;
		default:
			break;
		}
	return stop;
}

enum parts_event
parts_wait(struct parts *ps, int fd, int ms, struct part **which)
{
	uint64_t deadline = clock_mono() + (uint64_t)(ms < 0 ? 0 : ms) * 1000;

	for (;;) {
		struct pollfd polls[PARTS_MAX + 2] = { { ps->signals->fd, POLLIN, 0 }, { fd, POLLIN, 0 } };
		uint64_t now = clock_mono();
		int left = ms < 0 ? -1 : deadline <= now ? 0 : (int)((deadline - now + 999) / 1000);

		for (size_t i = 0; i < ps->count; i++)
			polls[i + 2] = (struct pollfd){ ps->part[i].out, POLLIN, 0 };
		if ((*which = reap(ps)) != NULL)
			return PARTS_ENDED;
		if (ms >= 0 && left == 0)
			return PARTS_LATE;
		if (poll(polls, ps->count + 2, left) < 0)
			continue;
		for (size_t i = 0; i < ps->count; i++)
			if (polls[i + 2].revents != 0)
				read_text(ps, &ps->part[i]);
		if (polls[0].revents != 0 && asked_to_stop(ps))
			return PARTS_STOP;
		if (polls[1].revents != 0)
			return PARTS_READABLE;
	}
}

/* ---- the end ---- */

void
part_forget(struct parts *ps, struct part *p)
{
	size_t after = (size_t)(&ps->part[ps->count] - (p + 1));

	if (p->out >= 0)
		close(p->out);
	memmove(p, p + 1, after * sizeof *p);
	ps->count--;
}

/* Further signals change nothing: one ^C may arrive twice (make(1) passes on
 * what we have had already), and it does not take long. */
static void
stop(struct parts *ps, struct part *p)
{
	uint64_t deadline = clock_mono() + PART_STOP_MS * UINT64_C(1000);
	struct part *ended;

	if (p->pid > 0)
		kill(p->pid, SIGTERM);
	while (p->pid > 0) {
		uint64_t now = clock_mono();

		if (now >= deadline)
			kill(p->pid, SIGKILL);
		parts_wait(ps, -1, now >= deadline ? -1 : (int)((deadline - now) / 1000) + 1, &ended);
	}
}

void
parts_stop(struct parts *ps)
{
	ps->passing_on = false; /* that they stop is no news */
	for (size_t i = ps->count; i-- > 0;)
		stop(ps, &ps->part[i]);
	for (size_t i = 0; i < ps->count; i++)
		if (ps->part[i].out >= 0)
			close(ps->part[i].out);
	ps->count = 0;
}
