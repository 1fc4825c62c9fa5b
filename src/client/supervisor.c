/* supervisor.c -- see supervisor.h.  Owns the relays and the loop. */
#include "client/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "client/cancelling.h"
#include "client/descriptors.h"
#include "client/witness.h"

#define LOOK_FOR_FOREGROUND 200 /* milliseconds: nobody tells a running job that it has come to the foreground */
#define LINGER 100000           /* microseconds: a command that has closed its output has mostly ended, else its readers see the end now */
#define DRAIN_ROUNDS 64         /* of relaying before a stop: what was printed is to be seen by then */

enum { POLL_SIGNAL, POLL_KEEPER, POLL_REPORT, POLL_CANCELLING, POLL_INPUT, POLL_INPUT_OUT, POLL_OUTPUT,
	POLLS = POLL_OUTPUT + 2 * WIRING_OUTPUTS };

struct supervisor {
	struct supervision *s;
	struct witness witness;
	struct relay output[WIRING_OUTPUTS];
	uint64_t close_at[WIRING_OUTPUTS]; /* clock_mono(); 0: no need */
	struct relay input;    /* if there are keys: from our terminal to the command's */
	bool literal;          /* see terminal_key() */
	struct cancelling *cancelling; /* NULL: not begun */
	bool stopped;          /* the command, if interactive */
	bool ended, told;
};

/* ---- what passes through ---- */

static bool
is_open(const struct relay *r)
{
	return r->in >= 0 || relay_pending(r);
}

/* A key that would have interrupted our whole process group, had the terminal
 * been left to make the signal of it: the others of the group get it too.  (At
 * ^Z they are stopped together with us.) */
static void
hear_keys(void *arg, const char *bytes, size_t len)
{
	struct supervisor *v = arg;
	const struct wiring *w = v->s->wiring;
	struct termios modes;
	int sig;

	if (tcgetpgrp(w->terminal.fd) != getpgrp() || tcgetattr(v->input.out, &modes) < 0)
		return;
	for (size_t i = 0; i < len; i++) {
		sig = terminal_key(&modes, (unsigned char)bytes[i], &v->literal);
		if (sig != 0 && !(sig == SIGTSTP && w->interactive))
			kill(0, sig);
	}
}

static void
begin_relays(struct supervisor *v)
{
	struct wiring *w = v->s->wiring;

	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		relay_begin(&v->output[i], w->source[i]);
		if (w->source[i] < 0)
			continue;
		relay_to_shared(&v->output[i], STDOUT_FILENO + i);
		v->output[i].tap = ear_hear;
		v->output[i].tap_arg = teller_listen(v->s->teller, w->pty[i]);
	}
	relay_begin(&v->input, -1);
	if (w->keys < 0)
		return;
	v->input.in = relay_reopen(w->terminal.fd, O_RDONLY);
	if (v->input.in < 0)
		v->input.in = fcntl(w->terminal.fd, F_DUPFD_CLOEXEC, 0);
	relay_to_own(&v->input, w->source[w->keys]);
	v->input.tap = hear_keys;
	v->input.tap_arg = v;
	v->input.paused = true;
}

static void
note_loss(struct supervisor *v)
{
	static const char *const names[WIRING_OUTPUTS] = { "stdout", "stderr" };

	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		int error = v->output[i].error;

		if (v->s->lost == 0 && error != 0 && error != EPIPE && !v->s->wiring->pty[i]) {
			v->s->lost = error;
			v->s->lost_to = names[i];
		}
	}
}

/* The descriptors that nothing more can go to are closed, though not at once: at
 * the very end there may be something for us to say. */
static void
close_done(struct supervisor *v)
{
	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		if (!relay_is_done(&v->output[i]) || v->output[i].out < 0 || v->ended)
			continue;
		if (v->close_at[i] == 0) {
			v->close_at[i] = clock_mono() + LINGER;
		} else if (clock_mono() >= v->close_at[i]) {
			relay_close(&v->output[i]);
			if (i == 0 && v->s->wiring->together)
				descriptors_blank(STDERR_FILENO);
		}
	}
}

static int
close_timeout(const struct supervisor *v)
{
	bool waiting = false;

	for (int i = 0; i < WIRING_OUTPUTS; i++)
		waiting |= v->close_at[i] != 0 && v->output[i].out >= 0 && !v->ended;
	return waiting ? LINGER / 1000 + 1 : -1;
}

static void
put_terminal_back(struct supervisor *v)
{
	struct terminal *t = &v->s->wiring->terminal;

	if (v->s->wiring->keys >= 0 && terminal_foreground(t))
		terminal_restore(t);
}

/* The two terminals go together: if ours is gone, so is the command's. */
static void
check_hangup(struct supervisor *v)
{
	struct wiring *w = v->s->wiring;

	if (w->keys < 0 || (v->input.in >= 0 && v->output[w->keys].in >= 0))
		return;
	relay_free(&v->input);
	if (w->interactive)
		relay_free(&v->output[0]);
}

/* Without a terminal as its input, the command uses the one of its output as a
 * keyboard if it sets it up for that. */
static void
follow_modes(struct supervisor *v)
{
	struct wiring *w = v->s->wiring;
	bool wanted;

	if (w->interactive || w->keys < 0 || v->input.in < 0)
		return;
	wanted = terminal_is_keyboard(w->source[w->keys], &w->modes) && terminal_foreground(&w->terminal);
	if (wanted == !v->input.paused)
		return;
	if (wanted)
		terminal_raw(&w->terminal);
	else
		put_terminal_back(v);
	v->input.paused = !wanted;
}

static void
relay_all(struct supervisor *v, struct pollfd *polls)
{
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		if (is_open(&v->output[i]))
			relay_serve(&v->output[i], polls + POLL_OUTPUT + 2 * i);
	if (is_open(&v->input))
		relay_serve(&v->input, polls + POLL_INPUT);
	note_loss(v);
	if (!v->ended) {
		check_hangup(v);
		follow_modes(v);
	}
	close_done(v);
}

static void
poll_relays(const struct supervisor *v, struct pollfd *polls)
{
	relay_poll(&v->input, polls + POLL_INPUT);
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		relay_poll(&v->output[i], polls + POLL_OUTPUT + 2 * i);
}

/* As far as it goes without waiting. */
static void
drain(struct supervisor *v)
{
	struct pollfd polls[POLLS];

	for (int round = 0; round < DRAIN_ROUNDS; round++) {
		poll_relays(v, polls);
		if (poll(polls + POLL_OUTPUT, 2 * WIRING_OUTPUTS, 0) <= 0)
			return;
		for (int i = 0; i < WIRING_OUTPUTS; i++)
			if (is_open(&v->output[i]))
				relay_serve(&v->output[i], polls + POLL_OUTPUT + 2 * i);
	}
}

/* ---- stopping and going on ---- */

/* In the foreground our terminal is the command's; in the background we leave
 * it alone, and the command is stopped if it touches its own. */
static void
take_place(struct supervisor *v, bool go_on)
{
	struct wiring *w = v->s->wiring;
	bool foreground = terminal_foreground(&w->terminal);

	if (foreground) { /* a shell's line editor had the modes while we were in the background */
		terminal_raw(&w->terminal);
		terminal_set_modes(w->source[0], &w->modes, &w->terminal.before);
	}
	wiring_resize(w);
	v->input.paused = !foreground;
	job_show(v->s->job, foreground, go_on || v->stopped);
	v->stopped = false;
}

/* SIGSTOP is somebody's who watches the command, and will continue it and not
 * us. */
static void
stop_alone(struct supervisor *v, int sig)
{
	if (sig == SIGSTOP)
		return;
	put_terminal_back(v);
	v->input.paused = true;
	signals_stop(sig, false);
}

/* The shell that has started us is to see what it would have seen. */
static void
stop_too(struct supervisor *v, int sig)
{
	struct wiring *w = v->s->wiring;

	drain(v);
	if (!w->interactive) {
		stop_alone(v, sig);
		return;
	}
	v->stopped = true;
	if ((sig == SIGTTIN || sig == SIGTTOU) && terminal_foreground(&w->terminal)) {
		take_place(v, true); /* it was stopped before we had seen that we are there */
		return;
	}
	put_terminal_back(v);
	v->input.paused = true;
	signals_stop(sig, true);
	witness_saw(&v->witness, sig);
	if (terminal_foreground(&w->terminal))
		take_place(v, true);
}

static void
on_continued(struct supervisor *v)
{
	struct wiring *w = v->s->wiring;

	w->terminal.raw = false; /* the shell has had it meanwhile */
	if (!w->interactive) {
		v->input.paused = true;
		wiring_resize(w);
		job_signal(v->s->job, SIGCONT, false);
		return;
	}
	take_place(v, true);
}

static void
look_for_foreground(struct supervisor *v)
{
	struct wiring *w = v->s->wiring;

	if (w->interactive && v->input.in >= 0 && v->input.paused && terminal_foreground(&w->terminal))
		take_place(v, false);
}

/* ---- signals ---- */

/* After the command's end only our own waiting for a reader is left to be ended. */
static void
give_up(struct supervisor *v, int sig)
{
	if (sig != SIGINT && sig != SIGTERM && sig != SIGHUP && sig != SIGQUIT)
		return;
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		relay_free(&v->output[i]);
	v->s->status = sig;
}

static void
pass_on(struct supervisor *v, int sig, pid_t sender)
{
	bool group = witness_saw(&v->witness, sig);

	if (sender == getpid())
		return; /* of hear_keys(), or of a write into a pipe that nobody reads */
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
	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		if (v->s->wiring->interactive && i == 0 && v->output[i].in >= 0)
			terminal_make_exact(v->output[i].in);
		relay_take_rest(&v->output[i]);
	}
	note_loss(v);
	relay_free(&v->input);
	teller_finish(v->s->teller);
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
	poll_relays(v, polls);
	ms = clock_sooner(ms, close_timeout(v));
	if (v->cancelling != NULL)
		ms = clock_sooner(ms, cancelling_timeout(v->cancelling));
	if (s->wiring->interactive && v->input.in >= 0 && v->input.paused)
		ms = clock_sooner(ms, LOOK_FOR_FOREGROUND);
	poll(polls, POLLS, ms);
}

static bool
is_over(const struct supervisor *v)
{
	return v->told && !relay_pending(&v->output[0]) && !relay_pending(&v->output[1]);
}

static void
loop(struct supervisor *v)
{
	struct pollfd polls[POLLS];

	while (!is_over(v)) {
		wait_for_any(v, polls);
		relay_all(v, polls);
		on_signals(v);
		look_at_job(v);
		look_for_foreground(v);
		report_serve(v->s->report);
		serve_cancelling(v);
		teller_serve(v->s->teller);
		tell_end(v);
	}
}

/* ---- what outlives the command ---- */

/* Passes on until nobody writes any more, or nobody reads. */
static void __attribute__((noreturn))
stay(struct supervisor *v)
{
	struct pollfd polls[POLLS];
	int keep[3 * WIRING_OUTPUTS + 1], n = 0;

	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		v->output[i].tap = NULL;
		keep[n++] = v->output[i].in;
		keep[n++] = v->output[i].out;
		keep[n++] = v->output[i].shared;
	}
	keep[n++] = v->s->job->keeper; /* it keeps the session as long as we have this */
	descriptors_close_but(keep, (size_t)n);
	if (chdir("/") < 0) { /* then the directory stays in use, no more */
	}
	while (is_open(&v->output[0]) || is_open(&v->output[1])) {
		poll_relays(v, polls);
		poll(polls + POLL_OUTPUT, 2 * WIRING_OUTPUTS, -1);
		for (int i = 0; i < WIRING_OUTPUTS; i++)
			if (is_open(&v->output[i]))
				relay_serve(&v->output[i], polls + POLL_OUTPUT + 2 * i);
	}
	_exit(0);
}

static void
leave(struct supervisor *v)
{
	bool left = v->output[0].in >= 0 || v->output[1].in >= 0;

	put_terminal_back(v);
	if (left && fork() == 0)
		stay(v);
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		relay_free(&v->output[i]);
	relay_free(&v->input);
	job_leave(v->s->job);
	descriptors_blank(STDOUT_FILENO);
}

void
supervise(struct supervision *s)
{
	struct supervisor v = { .s = s };

	wiring_let_go(s->wiring);
	if (!s->wiring->interactive)
		descriptors_blank(STDIN_FILENO);
	descriptors_leave();
	begin_relays(&v);
	witness_begin(&v.witness);
	if (s->wiring->interactive)
		take_place(&v, false);
	loop(&v);
	witness_end(&v.witness);
	cancelling_free(v.cancelling);
	leave(&v);
}
