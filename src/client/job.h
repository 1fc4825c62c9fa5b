/* job.h -- the command: a process of ours, or of a keeper's if it has a
 * terminal of its own; how it is started, told signals, and what becomes of it. */
#ifndef HEADWAY_JOB_H
#define HEADWAY_JOB_H

#include <stdbool.h>
#include <sys/types.h>

#include "client/signals.h"
#include "client/wiring.h"

#define JOB_NOT_FOUND 127      /* exit status, as of env(1) and the shell */
#define JOB_NOT_EXECUTABLE 126

struct job_start {
	char *const *argv;
	const char *task;          /* HEADWAY_TASK; NULL: not set */
	const struct wiring *wiring;
	const struct signals *signals;
	bool foreground;           /* if interactive: it may use its terminal at once */
};

enum job_change {
	JOB_SAME,
	JOB_STOPPED,   /* job->signal, job->behind */
	JOB_ENDED,     /* job->status, as of wait(2) */
	JOB_UNKNOWN,   /* it cannot be known any more: the keeper was killed */
};

struct job {
	pid_t pid;     /* the command's; 0: not running */
	int keeper;    /* its socket; -1: none */
	pid_t keeper_pid;
	int signal;
	bool behind;   /* it was in the background of its own terminal then */
	int status;
};

/* 0, or the errno of execvp(3) or of what precedes it; then nothing runs. */
int job_start(struct job *job, const struct job_start *start);
int job_start_status(int error); /* JOB_NOT_FOUND, JOB_NOT_EXECUTABLE */

/* What has happened since; call it until JOB_SAME after a SIGCHLD, and when
 * `keeper` is readable. */
enum job_change job_look(struct job *job);

void job_signal(struct job *job, int sig, bool group);

/* If interactive: may it use its terminal, and does it go on? */
void job_show(struct job *job, bool foreground, bool go_on);

/* It is not ours any more; a keeper stays until copies of the socket are gone. */
void job_leave(struct job *job);

#endif
