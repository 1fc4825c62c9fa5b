/* supervisor.c -- see supervisor.h.  Owns the loop. */
#include "client/supervisor.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/cancelling.h"
#include "client/descriptors.h"
#include "client/passage.h"
#include "client/witness.h"

#define LOOK_FOR_FOREGROUND 200 /* milliseconds: nobody tells a running job that it has come to the foreground */

enum { POLL_SIGNAL, POLL_KEEPER, POLL_REPORT, POLL_CANCELLING, POLL_PASSAGE, POLLS = POLL_PASSAGE + PASSAGE_POLLS };

struct supervisor {
	struct supervision *s;
	struct witness witness;
	struct passage *passage;
	struct cancelling *cancelling; /* NULL: not begun */
	bool stopped;                  /* the command, if interactive */
	bool ended, told;
};

/* ---- stopping and going on ---- */

/* In the foreground our terminal is the command's; in the background we leave
 * it alone, and the command is stopped if it touches its own. */
static void
take_place(struct supervisor *v, bool go_on)
{
	struct wiring *w = v->s->wiring;
	bool foreground = terminal_foreground(&w->terminal);

	if (foreground) { /* a shell's line editor had the modes while we were in the background */
		passage_take_keys(v->passage);
		terminal_set_modes(w->source[0], &w->modes, &w->terminal.before);
	} else {
		passage_leave_keys(v->passage);
	}
	wiring_resize(w);
	job_show(v->s->job, foreground, go_on || v->stopped);
	v->stopped = false;
}

/* The shell that has started us is to see what it would have seen. */
static void
stop_too(struct supervisor *v, int sig)
{
	const struct wiring *w = v->s->wiring;

	passage_drain(v->passage);
	if (!w->interactive && sig == SIGSTOP)
		return; /* of somebody who watches the command, and will continue it and not us */
	v->stopped = true;
	if ((sig == SIGTTIN || sig == SIGTTOU) && w->interactive && v->s->job->behind &&
	    terminal_foreground(&w->terminal)) {
		take_place(v, true); /* we have come to the foreground meanwhile */
		return;
	}
	passage_leave_keys(v->passage);
	signals_stop(sig, w->interactive);
	witness_saw(&v->witness, sig);
	if (w->interactive && terminal_foreground(&w->terminal))
		take_place(v, true);
}

static void
on_continued(struct supervisor *v)
{
	passage_forget_keys(v->passage);
	if (v->s->wiring->interactive) {
		take_place(v, true);
		return;
	}
	wiring_resize(v->s->wiring);
	job_signal(v->s->job, SIGCONT, false);
}

static bool
is_waiting_for_foreground(const struct supervisor *v)
{
	return v->s->wiring->interactive && !v->ended && passage_could_have_keys(v->passage) &&
	    !passage_has_keys(v->passage);
}

static void
look_for_foreground(struct supervisor *v)
{
	if (is_waiting_for_foreground(v) && terminal_foreground(&v->s->wiring->terminal))
		take_place(v, false);
}

/* ---- signals ---- */

/* After the command's end only our own waiting for a reader is left to be ended. */
static void
give_up(struct supervisor *v, int sig)
{
	if (sig != SIGINT && sig != SIGTERM && sig != SIGHUP && sig != SIGQUIT)
		return;
	passage_give_up(v->passage);
	v->s->status = sig;
}

static void
pass_on(struct supervisor *v, int sig, pid_t sender)
{
	bool group = witness_saw(&v->witness, sig);

	if (sender == getpid())
		return; /* of a key, or of a write into a pipe that nobody reads */
	if (v->ended)
		give_up(v, sig);
	else if (v->s->wiring->interactive)
		job_signal(v->s->job, sig, group);
	else if (!group)
		job_signal(v->s->job, sig, false);
}

static void
on_signals(struct supervisor *v)
{
	pid_t sender;
	int sig;

	while ((sig = signals_next(v->s->signals, &sender)) != 0)
		switch (sig) {
		case SIGCHLD:
			break; /* the job is looked at in any case */
		case SIGCONT:
			on_continued(v);
			break;
		case SIGWINCH:
			wiring_resize(v->s->wiring);
			if (!v->s->wiring->interactive) /* it may have looked too early */
				job_signal(v->s->job, sig, false);
			break;
		default:
			pass_on(v, sig, sender);
			break;
		}
}

/* ---- the command ---- */

static void
on_end(struct supervisor *v, bool known)
{
	v->ended = true;
	v->s->unknown = !known;
	v->s->status = v->s->job->status;
	passage_finish(v->passage);
	v->s->lost = passage_lost(v->passage, &v->s->lost_to);
	teller_finish(v->s->teller);
	passage_deafen(v->passage);
}

static void
look_at_job(struct supervisor *v)
{
	enum job_change change;

	while ((change = job_look(v->s->job)) != JOB_SAME)
		switch (change) {
		case JOB_STOPPED:
			stop_too(v, v->s->job->signal);
			break;
		case JOB_ENDED:
		case JOB_UNKNOWN:
			on_end(v, change == JOB_ENDED);
			break;
		default:
			break;
		}
}

static void
serve_cancelling(struct supervisor *v)
{
	struct update *u;

	if (v->cancelling != NULL) {
		cancelling_serve(v->cancelling);
		return;
	}
	if (v->ended || !v->s->allow_cancel || !report_cancelled(v->s->report))
		return;
	v->cancelling = cancelling_begin(v->s->job->pid, v->s->grace);
	v->s->cancelled = true;
	u = update_new();
	update_set_cancel(u, CANCEL_STOPPING);
	teller_say(v->s->teller, u);
	update_free(u);
}

/* An end is told once nothing of the job is left that was to be stopped. */
static void
tell_end(struct supervisor *v)
{
	if (!v->ended || v->told || (v->cancelling != NULL && !cancelling_over(v->cancelling)))
		return;
	v->told = true;
	v->s->ended(v->s->arg, v->s);
}

/* ---- the loop ---- */

static void
wait_for_any(struct supervisor *v, struct pollfd *polls)
{
	const struct supervision *s = v->s;
	int ms = clock_sooner(teller_timeout(s->teller), report_timeout(s->report));

	polls[POLL_SIGNAL] = (struct pollfd){ .fd = s->signals->fd, .events = POLLIN };
	polls[POLL_KEEPER] = (struct pollfd){ .fd = v->ended ? -1 : s->job->keeper, .events = POLLIN };
	polls[POLL_REPORT] = (struct pollfd){ .fd = report_fd(s->report),
		.events = (short)(POLLIN | (report_wants_write(s->report) ? POLLOUT : 0)) };
	polls[POLL_CANCELLING] = (struct pollfd){ .fd = v->cancelling != NULL ? cancelling_fd(v->cancelling) : -1, .events = POLLIN };
	passage_poll(v->passage, polls + POLL_PASSAGE);
	ms = clock_sooner(ms, passage_timeout(v->passage));
	if (v->cancelling != NULL)
		ms = clock_sooner(ms, cancelling_timeout(v->cancelling));
	if (is_waiting_for_foreground(v))
		ms = clock_sooner(ms, LOOK_FOR_FOREGROUND);
	poll(polls, POLLS, ms);
}

static bool
is_over(const struct supervisor *v)
{
	return v->told && !passage_pending(v->passage);
}

static void
loop(struct supervisor *v)
{
	struct pollfd polls[POLLS];

	while (!is_over(v)) {
		wait_for_any(v, polls);
		passage_serve(v->passage, polls + POLL_PASSAGE);
		on_signals(v);
		look_at_job(v);
		look_for_foreground(v);
		report_serve(v->s->report);
		serve_cancelling(v);
		teller_serve(v->s->teller);
		tell_end(v);
	}
}

void
supervise(struct supervision *s)
{
	struct supervisor v = { .s = s };

	wiring_let_go(s->wiring);
	if (!s->wiring->interactive)
		descriptors_blank(STDIN_FILENO);
	descriptors_leave();
	v.passage = passage_open(s->wiring, s->teller);
	witness_begin(&v.witness);
	if (s->wiring->interactive)
		take_place(&v, false);
	loop(&v);
	witness_end(&v.witness);
	cancelling_free(v.cancelling);
	passage_close(v.passage, s->job->keeper); /* which keeps the session as long as somebody has this */
	job_leave(s->job);
	descriptors_blank(STDOUT_FILENO); /* who reads us need not wait for the broker */
}
