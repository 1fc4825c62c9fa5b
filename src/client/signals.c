/* signals.c -- see signals.h. */
#include "client/signals.h"

#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* SIGTTIN and SIGTTOU are the kernel's word to a whole group that it may not
 * use the terminal now: we stop by them as the others do.  A fault must end us
 * where it happens. */
static const int unblocked[] = {
	SIGTTIN, SIGTTOU, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS,
};

bool
signals_block(struct signals *s)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t set;

	sigfillset(&set);
	for (size_t i = 0; i < sizeof unblocked / sizeof unblocked[0]; i++)
		sigdelset(&set, unblocked[i]);
	if (sigprocmask(SIG_BLOCK, &set, &s->before) < 0)
		return false;
	sigaction(SIGCHLD, &dfl, &s->chld); /* if ignored, children would vanish without a status */
	s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->fd >= 0;
}

void
signals_restore(const struct signals *s)
{
	sigaction(SIGCHLD, &s->chld, NULL);
	sigprocmask(SIG_SETMASK, &s->before, NULL);
}

int
signals_next(const struct signals *s, pid_t *sender)
{
	struct signalfd_siginfo info;

	if (read(s->fd, &info, sizeof info) != (ssize_t)sizeof info)
		return 0;
	*sender = (pid_t)info.ssi_pid;
	return (int)info.ssi_signo;
}

/* Lets one pending or coming signal through, with what it does by default. */
static void
let_through(int sig, struct sigaction *was, sigset_t *mask)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, sig);
	sigaction(sig, &dfl, was);
	sigprocmask(SIG_UNBLOCK, &only, mask);
}

void
signals_stop(int sig, bool group)
{
	struct sigaction was;
	sigset_t mask;

	if (sig == SIGSTOP) { /* of one process, and not to be caught */
		raise(sig);
		return;
	}
	let_through(sig, &was, &mask);
	kill(group ? 0 : getpid(), sig);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(sig, &was, NULL);
}

/* The command has dumped its core, if it was to; ours would tell nothing and
 * overwrite it. */
void
signals_die_of(int sig)
{
	struct sigaction was;
	sigset_t mask;

	prctl(PR_SET_DUMPABLE, 0);
	let_through(sig, &was, &mask);
	kill(getpid(), sig);
}
