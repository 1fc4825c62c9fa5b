/* headway.c -- see headway.h: the program's side of a handle.
 *
 * Takes down what is said and wakes the sender, if it sleeps.  Never does I/O,
 * and waits for nobody but in headway_end(). */
#include "lib/headway.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

#include "base/clock.h"
#include "lib/forks.h"
#include "lib/handle.h"
#include "lib/sender.h"

#define LOG_ROOM TAIL_ROOM /* bytes of what one headway_log() says; the rest is cut */

/* ---- birth and death ---- */

static void
destroy(struct headway *h)
{
	if (h->locale != (locale_t)0)
		freelocale(h->locale);
	free(h);
}

/* The handle, but for what fork(2) must know of. */
static struct headway *
make(const char *socket, const char *name)
{
	struct headway *h = aligned_alloc(_Alignof(struct headway), sizeof *h);

	if (h == NULL)
		return NULL;
	memset(h, 0, sizeof *h);
	if (name_below(h->name, getenv("HEADWAY_TASK"), name) != NULL) {
		free(h);
		errno = EINVAL;
		return NULL;
	}
	amount_init(&h->amount);
	atomic_init(&h->asleep, false);
	atomic_init(&h->inert, false);
	atomic_init(&h->bell, -1);
	pthread_mutex_init(&h->lock, NULL);
	pthread_mutex_init(&h->io, NULL);
	link_init(&h->link, socket);
	h->began = clock_now();
	/* the sender writes numbers, and in the program's locale they may have a comma */
	h->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return h;
}

/* While forks are held. */
static bool
bear(struct headway *h)
{
	int error;

	if (h->locale == (locale_t)0)
		return false;
	atomic_store(&h->bell, timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
	if (atomic_load(&h->bell) < 0)
		return false;
	if (sender_start(h)) {
		forks_add(h);
		return true;
	}
	error = errno;
	sender_close(h);
	errno = error;
	return false;
}

struct headway *
headway_open_at(const char *socket, const char *name)
{
	int before = errno, error;
	struct headway *h;
	bool born;

	if (name == NULL) {
		errno = EINVAL;
		return NULL;
	}
	if ((h = make(socket, name)) == NULL)
		return NULL;
	born = forks_hold();
	if (born) {
		born = bear(h);
		error = errno;
		forks_release();
		errno = error;
	}
	if (born) {
		errno = before;
		return h;
	}
	error = errno;
	destroy(h);
	errno = error;
	return NULL;
}

struct headway *
headway_open(const char *name)
{
	return headway_open_at(NULL, name);
}

/* ---- numbers ---- */

static bool
takes_no_more(const struct headway *h)
{
	return h == NULL || atomic_load_explicit(&h->inert, memory_order_relaxed);
}

static void
wake(struct headway *h)
{
	if (atomic_load_explicit(&h->asleep, memory_order_relaxed))
		sender_wake(h);
}

static void
replace(struct headway *h, double moved, double total, bool lap)
{
	if (takes_no_more(h))
		return;
	pthread_mutex_lock(&h->lock);
	amount_replace(&h->amount, moved, total, clock_mono());
	h->lap = h->lap || lap;
	pthread_mutex_unlock(&h->lock);
}

void
headway_set(struct headway *h, double moved, double total)
{
	if (h == NULL)
		return;
	if (!amount_set(&h->amount, moved, total))
		replace(h, moved, total, false);
	wake(h);
}

void
headway_add(struct headway *h, double moved, double total)
{
	if (h == NULL)
		return;
	amount_add(&h->amount, moved, total);
	wake(h);
}

void
headway_lap(struct headway *h, double total)
{
	if (h == NULL)
		return;
	replace(h, 0, total, true);
	wake(h);
}

/* ---- texts ---- */

static void
set_text(struct headway *h, char *text, size_t room, const char *value, unsigned bit)
{
	size_t len = value != NULL ? strnlen(value, room - 1) : 0;

	pthread_mutex_lock(&h->lock);
	if (strlen(text) != len || memcmp(text, value != NULL ? value : "", len) != 0) {
		memcpy(text, value, len);
		text[len] = '\0';
		h->news |= bit;
	}
	pthread_mutex_unlock(&h->lock);
	wake(h);
}

void
headway_title(struct headway *h, const char *title)
{
	if (!takes_no_more(h))
		set_text(h, h->title, sizeof h->title, title, NEWS_TITLE);
}

void
headway_unit(struct headway *h, const char *unit)
{
	if (!takes_no_more(h))
		set_text(h, h->unit, sizeof h->unit, unit, NEWS_UNIT);
}

/* A text that cannot be formatted (a wide character that is none) is "". */
static void __attribute__((format(printf, 3, 0)))
format_text(char *text, size_t room, const char *format, va_list ap)
{
	int error = errno;

	if (format == NULL || vsnprintf(text, room, format, ap) < 0)
		text[0] = '\0';
	errno = error;
}

void
headway_message(struct headway *h, const char *format, ...)
{
	char text[sizeof h->message];
	va_list ap;

	if (takes_no_more(h))
		return;
	va_start(ap, format);
	format_text(text, sizeof text, format, ap);
	va_end(ap);
	set_text(h, h->message, sizeof h->message, text, NEWS_MESSAGE);
}

void
headway_log(struct headway *h, const char *format, ...)
{
	char text[LOG_ROOM];
	va_list ap;

	if (takes_no_more(h))
		return;
	va_start(ap, format);
	format_text(text, sizeof text, format, ap);
	va_end(ap);
	pthread_mutex_lock(&h->lock);
	tail_add(&h->tail, text, strlen(text));
	pthread_mutex_unlock(&h->lock);
	wake(h);
}

size_t
headway_name(struct headway *h, char *name, size_t size)
{
	size_t len;

	if (size > 0)
		name[0] = '\0';
	if (takes_no_more(h))
		return 0;
	pthread_mutex_lock(&h->lock);
	len = strlen(h->name);
	if (size > 0) {
		size_t n = len < size ? len : size - 1;

		memcpy(name, h->name, n);
		name[n] = '\0';
	}
	pthread_mutex_unlock(&h->lock);
	return len;
}

/* ---- the end ---- */

/* Frees the handle, unless a thread that cannot be reached still has it. */
static enum outcome
end(struct headway *h, enum headway_how how, unsigned milliseconds)
{
	enum outcome outcome;

	pthread_mutex_lock(&h->lock);
	h->how = how;
	h->deadline = clock_mono() + milliseconds * UINT64_C(1000);
	pthread_mutex_unlock(&h->lock);
	if (!sender_ring(h)) {
		sender_leave(h);
		return OUTCOME_LATE;
	}
	outcome = sender_join(h);
	forks_hold();
	forks_remove(h);
	sender_close(h);
	forks_release();
	destroy(h);
	return outcome;
}

int
headway_end_within(struct headway *h, enum headway_how how, unsigned milliseconds)
{
	static const int errors[] = {
		[OUTCOME_REFUSED] = EPROTO, [OUTCOME_AWAY] = ENOTCONN, [OUTCOME_LATE] = ETIMEDOUT,
	};
	int before = errno, cancel;
	enum outcome outcome = OUTCOME_TOLD;

	if (how < HEADWAY_DONE || how > HEADWAY_CANCELLED) {
		errno = EINVAL;
		return -1;
	}
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	if (!takes_no_more(h))
		outcome = end(h, how, milliseconds);
	else if (h != NULL)
		destroy(h);
	pthread_setcancelstate(cancel, NULL);
	errno = outcome == OUTCOME_TOLD ? before : errors[outcome];
	return outcome == OUTCOME_TOLD ? 0 : -1;
}

int
headway_end(struct headway *h, enum headway_how how)
{
	return headway_end_within(h, how, HEADWAY_WAIT);
}
