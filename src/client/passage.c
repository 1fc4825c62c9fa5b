/* passage.c -- see passage.h.  Owns the relays. */
#include "client/passage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "client/descriptors.h"

#define LINGER 100000   /* microseconds: a command that has closed its output has mostly ended, else its readers see the end now */
#define DRAIN_ROUNDS 64 /* of relaying before a stop: what was printed is to be seen by then */

enum { KEYS, OUTPUT = 2 }; /* places in the polls, two for each relay */

struct passage {
	struct wiring *wiring;
	struct relay keys;
	bool literal; /* see terminal_key() */
	struct relay output[WIRING_OUTPUTS];
	uint64_t close_at[WIRING_OUTPUTS]; /* clock_mono(); 0: no need */
	bool finished;
};

/* ---- keys ---- */

/* A key that would have interrupted our whole process group, had the terminal
 * been left to make the signal of it: the others of the group get it too.  (At
 * ^Z they are stopped together with us, if the command is.) */
static void
hear_keys(void *arg, const char *bytes, size_t len)
{
	struct passage *p = arg;
	const struct wiring *w = p->wiring;
	struct termios modes;
	int sig;

	if (tcgetpgrp(w->terminal.fd) != getpgrp() || tcgetattr(p->keys.out, &modes) < 0)
		return;
	for (size_t i = 0; i < len; i++) {
		sig = terminal_key(&modes, (unsigned char)bytes[i], &p->literal);
		if (sig != 0 && !(sig == SIGTSTP && w->interactive))
			kill(0, sig);
	}
}

static void
open_keys(struct passage *p)
{
	const struct wiring *w = p->wiring;

	relay_begin(&p->keys, -1);
	if (w->keys < 0)
		return;
	p->keys.in = relay_reopen(w->terminal.fd, O_RDONLY);
	if (p->keys.in < 0)
		p->keys.in = fcntl(w->terminal.fd, F_DUPFD_CLOEXEC, 0);
	relay_to_own(&p->keys, w->source[w->keys]);
	p->keys.tap = hear_keys;
	p->keys.tap_arg = p;
	p->keys.paused = true;
}

void
passage_take_keys(struct passage *p)
{
	terminal_raw(&p->wiring->terminal);
	p->keys.paused = false;
}

void
passage_leave_keys(struct passage *p)
{
	if (p->wiring->keys >= 0 && terminal_foreground(&p->wiring->terminal))
		terminal_restore(&p->wiring->terminal);
	p->keys.paused = true;
}

void
passage_forget_keys(struct passage *p)
{
	p->wiring->terminal.raw = false;
	p->keys.paused = true;
}

bool
passage_has_keys(const struct passage *p)
{
	return p->keys.in >= 0 && !p->keys.paused;
}

bool
passage_could_have_keys(const struct passage *p)
{
	return p->keys.in >= 0;
}

/* Without a terminal as its input, the command uses the one of its output as a
 * keyboard if it sets it up for that. */
static void
follow_modes(struct passage *p)
{
	struct wiring *w = p->wiring;
	bool wanted;

	if (w->interactive || p->keys.in < 0)
		return;
	wanted = terminal_is_keyboard(w->source[w->keys], &w->modes) && terminal_foreground(&w->terminal);
	if (wanted && p->keys.paused)
		passage_take_keys(p);
	else if (!wanted && !p->keys.paused)
		passage_leave_keys(p);
}

/* The two terminals go together: if ours is gone, so is the command's. */
static void
check_hangup(struct passage *p)
{
	const struct wiring *w = p->wiring;

	if (w->keys < 0 || (p->keys.in >= 0 && p->output[w->keys].in >= 0))
		return;
	relay_free(&p->keys);
	if (w->interactive)
		relay_free(&p->output[0]);
}

/* ---- outputs ---- */

struct passage *
passage_open(struct wiring *w, struct teller *t)
{
	struct passage *p = xcalloc(1, sizeof *p);

	p->wiring = w;
	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		relay_begin(&p->output[i], w->source[i]);
		if (w->source[i] < 0)
			continue;
		relay_to_shared(&p->output[i], STDOUT_FILENO + i);
		p->output[i].tap = ear_hear;
		p->output[i].tap_arg = teller_listen(t, w->pty[i]);
	}
	open_keys(p);
	return p;
}

static bool
is_open(const struct relay *r)
{
	return r->in >= 0 || relay_pending(r);
}

static void
serve_outputs(struct passage *p, const struct pollfd *polls)
{
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		if (is_open(&p->output[i]))
			relay_serve(&p->output[i], polls + OUTPUT + 2 * i);
}

/* The descriptors that nothing more can go to are closed, though not at once: at
 * the very end there may be something for us to say. */
static void
close_done(struct passage *p)
{
	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		if (!relay_is_done(&p->output[i]) || p->output[i].out < 0)
			continue;
		if (p->close_at[i] == 0) {
			p->close_at[i] = clock_mono() + LINGER;
		} else if (clock_mono() >= p->close_at[i]) {
			relay_close(&p->output[i]);
			if (i == 0 && p->wiring->together)
				descriptors_blank(STDERR_FILENO);
		}
	}
}

void
passage_poll(const struct passage *p, struct pollfd polls[PASSAGE_POLLS])
{
	relay_poll(&p->keys, polls + KEYS);
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		relay_poll(&p->output[i], polls + OUTPUT + 2 * i);
}

int
passage_timeout(const struct passage *p)
{
	for (int i = 0; i < WIRING_OUTPUTS && !p->finished; i++)
		if (p->close_at[i] != 0 && p->output[i].out >= 0)
			return LINGER / 1000 + 1;
	return -1;
}

void
passage_serve(struct passage *p, const struct pollfd polls[PASSAGE_POLLS])
{
	serve_outputs(p, polls);
	if (p->finished)
		return;
	if (is_open(&p->keys))
		relay_serve(&p->keys, polls + KEYS);
	check_hangup(p);
	follow_modes(p);
	close_done(p);
}

void
passage_drain(struct passage *p)
{
	struct pollfd polls[PASSAGE_POLLS];

	for (int round = 0; round < DRAIN_ROUNDS; round++) {
		passage_poll(p, polls);
		if (poll(polls + OUTPUT, PASSAGE_POLLS - OUTPUT, 0) <= 0)
			return;
		serve_outputs(p, polls);
	}
}

/* ---- the end ---- */

/* What is printed to the command's terminal from now on goes to ours when that
 * is not raw any more. */
void
passage_finish(struct passage *p)
{
	p->finished = true;
	if (p->wiring->interactive && p->output[0].in >= 0)
		terminal_make_exact(p->output[0].in);
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		relay_take_rest(&p->output[i]);
	relay_free(&p->keys);
}

bool
passage_pending(const struct passage *p)
{
	return relay_pending(&p->output[0]) || relay_pending(&p->output[1]);
}

void
passage_give_up(struct passage *p)
{
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		relay_free(&p->output[i]);
}

int
passage_lost(const struct passage *p, const char **to)
{
	static const char *const names[WIRING_OUTPUTS] = { "stdout", "stderr" };

	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		int error = p->output[i].error;

		*to = names[i];
		if (error != 0 && error != EPIPE && !p->wiring->pty[i])
			return error;
	}
	return 0;
}

void
passage_deafen(struct passage *p)
{
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		p->output[i].tap = NULL;
}

/* Until nobody writes any more, or nobody reads. */
static void __attribute__((noreturn))
stay(struct passage *p, int also)
{
	struct pollfd polls[PASSAGE_POLLS];
	int keep[3 * WIRING_OUTPUTS + 1], n = 0;

	keep[n++] = also;
	passage_deafen(p);
	for (int i = 0; i < WIRING_OUTPUTS; i++) {
		keep[n++] = p->output[i].in;
		keep[n++] = p->output[i].out;
		keep[n++] = p->output[i].shared;
	}
	descriptors_close_but(keep, (size_t)n);
	if (chdir("/") < 0) { /* then the directory stays in use, no more */
	}
	while (is_open(&p->output[0]) || is_open(&p->output[1])) {
		passage_poll(p, polls);
		poll(polls + OUTPUT, PASSAGE_POLLS - OUTPUT, -1);
		serve_outputs(p, polls);
	}
	_exit(0);
}

void
passage_close(struct passage *p, int also)
{
	passage_leave_keys(p);
	if ((p->output[0].in >= 0 || p->output[1].in >= 0) && fork() == 0)
		stay(p, also);
	passage_give_up(p);
	relay_free(&p->keys);
	free(p);
}
