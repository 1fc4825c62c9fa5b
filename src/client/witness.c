/* witness.c -- see witness.h.  Owns one child, which dies with us. */
#include "client/witness.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/descriptors.h"
#include "client/proc.h"

static void
stand_by(pid_t parent)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	descriptors_close_but(NULL, 0); /* a pipe must not stay open because of us */
	for (;;)
		pause();
}

void
witness_begin(struct witness *w)
{
	pid_t parent = getpid();

	w->pid = fork();
	if (w->pid == 0)
		stand_by(parent);
}

void
witness_end(struct witness *w)
{
	if (w->pid < 0)
		return;
	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	w->pid = -1;
}

/* What is pending stays so: another one takes over. */
bool
witness_saw(struct witness *w, int sig)
{
	if (w->pid < 0 || !proc_has_pending(w->pid, sig))
		return false;
	witness_end(w);
	witness_begin(w);
	return true;
}
