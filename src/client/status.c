/* status.c -- see status.h.  Pure. */
#include "client/status.h"

#include <signal.h>
#include <string.h>

#include "base/decimal.h"
#include "task/view.h"

#define FAILED 1

/* RTMIN, RTMIN+3, RTMAX-1: where they begin is up to the C library. */
static int
realtime_number(const char *name)
{
	bool min = strncmp(name, "RTMIN", 5) == 0;
	const char *rest = name + 5;
	uint64_t n = 0;

	if (!min && strncmp(name, "RTMAX", 5) != 0)
		return 0;
	if (*rest != '\0' && (*rest != (min ? '+' : '-') ||
	    !decimal_parse(rest + 1, strlen(rest + 1), (uint64_t)(SIGRTMAX - SIGRTMIN), &n)))
		return 0;
	return min ? SIGRTMIN + (int)n : SIGRTMAX - (int)n;
}

/* The number of a signal by its name without SIG; 0: this system has none. */
static int
signal_number(const char *name)
{
	for (int sig = 1; sig < SIGRTMIN; sig++) {
		const char *known = sigabbrev_np(sig);

		if (known != NULL && strcmp(known, name) == 0)
			return sig;
	}
	return realtime_number(name);
}

int
status_of(const struct view *v)
{
	int sig = v->signal != NULL ? signal_number(v->signal) : 0;

	if (v->state == STATE_LOST)
		return STATUS_LOST;
	if (v->state == STATE_DONE)
		return v->exit >= 0 ? v->exit : 0;
	if (v->exit > 0)
		return v->exit;
	if (sig > 0)
		return STATUS_SIGNAL + sig;
	return v->state == STATE_CANCELLED ? STATUS_CANCELLED : FAILED;
}
