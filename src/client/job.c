/* job.c -- see job.h.  Owns the child process and the keeper's socket. */
#include "client/job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/keeper.h"

#define PID_TEXT 16

/* ---- in the child ---- */

struct execution {
	const struct job_start *start;
	int failure;  /* close-on-exec: errno goes there, or the end of file that says it runs */
	pid_t parent; /* 0: a keeper's child, which gets SIGHUP instead */
};

static void
set_environment(const char *task)
{
	char pid[PID_TEXT];

	if (task == NULL)
		return;
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("HEADWAY_TASK", task, 1);
	setenv("HEADWAY_PID", pid, 1);
}

static void __attribute__((noreturn))
fail(const struct execution *e, int error)
{
	if (write(e->failure, &error, sizeof error) < 0)
		_exit(JOB_NOT_EXECUTABLE);
	_exit(job_start_status(error));
}

/* Whoever kills us means the command: without us it would have been hit
 * itself.  (The kernel forgets this if the command is set-user-ID.) */
static void
die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		raise(SIGKILL);
}

/* `error`: what has gone wrong before already. */
static void __attribute__((noreturn))
execute(void *arg, int error)
{
	const struct execution *e = arg;

	if (error != 0)
		fail(e, error);
	wiring_connect(e->start->wiring);
	set_environment(e->start->task);
	if (e->parent != 0)
		die_with(e->parent);
	signals_restore(e->start->signals);
	execvp(e->start->argv[0], e->start->argv);
	fail(e, errno);
}

/* ---- the start ---- */

static void
start_plain(struct job *job, struct execution *e)
{
	e->parent = getpid();
	job->pid = fork();
	if (job->pid == 0)
		execute(e, 0);
}

static void
start_kept(struct job *job, struct execution *e)
{
	int ends[2];
	struct keeper k = {
		.slave = e->start->wiring->slave, .ours = &e->start->wiring->terminal,
		.foreground = e->start->foreground, .execute = execute, .arg = e,
	};

	job->pid = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return;
	job->pid = job->keeper_pid = fork();
	if (job->pid == 0) {
		k.socket = ends[1];
		keeper_live(&k);
	}
	close(ends[1]);
	job->keeper = ends[0];
}

/* The keeper's first word, which it says at once. */
static void
learn_pid(struct job *job)
{
	struct keeper_message m;

	if (recv(job->keeper, &m, sizeof m, 0) == (ssize_t)sizeof m && m.word == KEEPER_STARTED)
		job->pid = m.value;
}

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int
job_start_status(int error)
{
	return error == ENOENT ? JOB_NOT_FOUND : JOB_NOT_EXECUTABLE;
}

int
job_start(struct job *job, const struct job_start *start)
{
	struct execution e = { .start = start };
	int failure[2], error = 0;
	ssize_t n;

	*job = (struct job){ .keeper = -1 };
	if (pipe2(failure, O_CLOEXEC) < 0)
		return errno;
	e.failure = failure[1];
	if (start->wiring->interactive)
		start_kept(job, &e);
	else
		start_plain(job, &e);
	if (job->pid < 0)
		error = errno;
	close(failure[1]);
	if (error == 0 && job->keeper >= 0)
		learn_pid(job);
	while ((n = read(failure[0], &error, sizeof error)) < 0 && errno == EINTR)
		;
	close(failure[0]);
	if (error == 0)
		return 0;
	if (job->keeper >= 0)
		close(job->keeper);
	if (job->keeper_pid > 0 || job->pid > 0)
		reap(job->keeper_pid > 0 ? job->keeper_pid : job->pid);
	job->pid = 0;
	return error;
}

/* ---- what becomes of it ---- */

static enum job_change
look_kept(struct job *job)
{
	struct keeper_message m;
	int heard = keeper_hear(job->keeper, &m);

	if (heard == 0)
		return JOB_SAME;
	if (heard < 0) {
		job->pid = 0;
		return JOB_UNKNOWN;
	}
	switch (m.word) {
	case KEEPER_STOPPED:
	case KEEPER_STOPPED_BEHIND:
		job->signal = m.value;
		job->behind = m.word == KEEPER_STOPPED_BEHIND;
		return JOB_STOPPED;
	case KEEPER_ENDED:
		job->pid = 0;
		job->status = m.value;
		return JOB_ENDED;
	default:
		return JOB_SAME;
	}
}

static enum job_change
look_plain(struct job *job)
{
	int status;

	if (waitpid(job->pid, &status, WNOHANG | WUNTRACED) <= 0)
		return JOB_SAME;
	if (WIFSTOPPED(status)) {
		job->signal = WSTOPSIG(status);
		return JOB_STOPPED;
	}
	job->pid = 0;
	job->status = status;
	return JOB_ENDED;
}

enum job_change
job_look(struct job *job)
{
	if (job->pid == 0)
		return JOB_SAME;
	return job->keeper >= 0 ? look_kept(job) : look_plain(job);
}

void
job_signal(struct job *job, int sig, bool group)
{
	if (job->pid == 0)
		return;
	if (job->keeper >= 0)
		keeper_say(job->keeper, group ? KEEPER_SIGNAL_GROUP : KEEPER_SIGNAL, sig);
	else
		kill(job->pid, sig);
}

void
job_show(struct job *job, bool foreground, bool go_on)
{
	if (job->pid != 0 && job->keeper >= 0)
		keeper_say(job->keeper, foreground ? KEEPER_FOREGROUND : KEEPER_BACKGROUND, go_on);
}

void
job_leave(struct job *job)
{
	if (job->keeper >= 0)
		close(job->keeper);
	job->keeper = -1;
}
