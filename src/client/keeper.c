/* keeper.c -- see keeper.h.  Owns the command's process: only here is it
 * waited for, so only here is its pid certain to be its own. */
#include "client/keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/descriptors.h"

bool
keeper_say(int socket, enum keeper_word word, int value)
{
	struct keeper_message m;

	memset(&m, 0, sizeof m);
	m.word = word;
	m.value = value;
	return send(socket, &m, sizeof m, MSG_NOSIGNAL) == (ssize_t)sizeof m;
}

int
keeper_hear(int socket, struct keeper_message *m)
{
	ssize_t n = recv(socket, m, sizeof *m, MSG_DONTWAIT);

	if (n == (ssize_t)sizeof *m)
		return 1;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* ---- in the command's process ---- */

/* Without SIGTTOU blocked, a process that takes the terminal from the
 * background is stopped. */
static void
take_foreground(int tty, pid_t group)
{
	sigset_t ttou, was;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &was);
	tcsetpgrp(tty, group);
	sigprocmask(SIG_SETMASK, &was, NULL);
}

static void __attribute__((noreturn))
become_command(const struct keeper *k)
{
	setpgid(0, 0);
	if (k->foreground)
		take_foreground(k->slave, getpid());
	k->execute(k->arg, 0);
}

/* ---- in the keeper ---- */

struct command {
	pid_t pid;    /* and its process group; 0: ended */
	int slave;    /* -1: let go */
	pid_t parent; /* ours */
	bool told_to_go_on;
};

/* The foreground may have gone to a group that the command has made. */
static pid_t
foreground_group(const struct command *c)
{
	pid_t group = c->slave >= 0 ? tcgetpgrp(c->slave) : -1;

	return group > 0 && group != getpgrp() ? group : c->pid;
}

static bool
is_behind(const struct command *c)
{
	return tcgetpgrp(c->slave) == getpgrp();
}

/* It comes to the foreground.  A stop that is found now, and was not before, is
 * because it touched the terminal a moment too early. */
static bool
come_forward(const struct command *c)
{
	siginfo_t info = { 0 };

	take_foreground(c->slave, c->pid);
	return waitid(P_PID, (id_t)c->pid, &info, WSTOPPED | WNOHANG) == 0 && info.si_pid == c->pid &&
	    (info.si_status == SIGTTIN || info.si_status == SIGTTOU);
}

static void
show(struct command *c, bool foreground, bool go_on)
{
	pid_t now = tcgetpgrp(c->slave);

	c->told_to_go_on = false;
	if (!foreground)
		take_foreground(c->slave, getpgrp());
	else if (is_behind(c))
		go_on |= come_forward(c);
	if (!go_on)
		return;
	c->told_to_go_on = true;
	kill(-c->pid, SIGCONT);
	if (foreground && now > 0 && now != getpgrp() && now != c->pid)
		kill(-now, SIGCONT);
}

static void
obey(struct command *c, const struct keeper_message *m)
{
	if (c->pid == 0)
		return;
	switch (m->word) {
	case KEEPER_SIGNAL:
		kill(c->pid, m->value);
		break;
	case KEEPER_SIGNAL_GROUP:
		kill(-c->pid, m->value);
		break;
	case KEEPER_FOREGROUND:
		show(c, true, m->value);
		break;
	case KEEPER_BACKGROUND:
		show(c, false, m->value);
		break;
	default:
		break;
	}
}

/* Somebody else has continued the command: its shell is to see that, so the
 * process that the shell knows must go on too. */
static void
on_continued(struct command *c)
{
	if (!c->told_to_go_on && getppid() == c->parent)
		kill(c->parent, SIGCONT);
	c->told_to_go_on = false;
}

/* What outlives the command is in the background from now on, and neither
 * terminal is held open by us. */
static void
tell(const struct keeper *k, struct command *c)
{
	int status;

	while (c->pid != 0 && waitpid(c->pid, &status, WNOHANG | WUNTRACED | WCONTINUED) > 0) {
		if (WIFSTOPPED(status)) {
			keeper_say(k->socket, is_behind(c) ? KEEPER_STOPPED_BEHIND : KEEPER_STOPPED, WSTOPSIG(status));
		} else if (WIFCONTINUED(status)) {
			on_continued(c);
		} else {
			take_foreground(c->slave, getpgrp());
			close(c->slave);
			close(k->ours->fd);
			c->slave = -1;
			c->pid = 0;
			keeper_say(k->socket, KEEPER_ENDED, status);
		}
	}
}

/* We have gone.  If that was before the command, its terminal has gone too. */
static void __attribute__((noreturn))
finish(const struct keeper *k, const struct command *c)
{
	if (c->pid != 0) {
		pid_t group = foreground_group(c);

		terminal_repair(k->ours);
		kill(-c->pid, SIGHUP);
		kill(-c->pid, SIGCONT);
		if (group != c->pid) {
			kill(-group, SIGHUP);
			kill(-group, SIGCONT);
		}
	}
	_exit(0);
}

static void __attribute__((noreturn))
keep(const struct keeper *k, struct command *c)
{
	struct pollfd p[2] = { { .fd = k->socket, .events = POLLIN }, { .events = POLLIN } };
	struct signalfd_siginfo info;
	struct keeper_message m;
	sigset_t chld;
	int heard;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	p[1].fd = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	for (;;) {
		tell(k, c);
		poll(p, 2, -1);
		while (read(p[1].fd, &info, sizeof info) > 0)
			;
		while ((heard = keeper_hear(k->socket, &m)) > 0) {
			tell(k, c); /* what has happened before it was said */
			obey(c, &m);
		}
		if (heard < 0)
			finish(k, c);
	}
}

void
keeper_live(const struct keeper *k)
{
	int keep_open[] = { k->socket, k->slave, k->ours->fd };
	struct command c = { .slave = k->slave, .parent = getppid() };

	if (setsid() < 0 || ioctl(k->slave, TIOCSCTTY, 0) < 0 || (c.pid = fork()) < 0)
		k->execute(k->arg, errno);
	if (c.pid == 0)
		become_command(k);
	setpgid(c.pid, c.pid);
	keeper_say(k->socket, KEEPER_STARTED, c.pid);
	descriptors_close_but(keep_open, sizeof keep_open / sizeof keep_open[0]);
	keep(k, &c);
}
