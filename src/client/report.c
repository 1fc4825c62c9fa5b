/* report.c -- see report.h.  Owns what was said and is not yet sent; the bytes
 * are link.c's. */
#include "client/report.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/unixsock.h"
#include "client/link.h"
#include "task/answer.h"
#include "task/name.h"
#include "task/update.h"

struct report {
	struct link link;
	bool quiet, warned;
	struct update *whole;  /* all that was said: for a broker that has just been born */
	struct update *next;   /* said since the last line was made */
	bool pending;          /* next is not empty */
	char *line;            /* the link's, on its way */
	int pidfd;             /* -1: none */
	char name[NAME_BYTES_MAX + 1]; /* "": nothing was said yet */
	unsigned asked, answered; /* on this connection: lines that are confirmed */
	bool cancelled;
	uint64_t refused_at;   /* clock_mono(), while there is a refusal */
	char refusal[UPDATE_ERR];
	char trouble[UNIXSOCK_ERR];
};

struct report *
report_new(const char *socket, bool quiet)
{
	struct report *r = xcalloc(1, sizeof *r);

	link_init(&r->link, socket);
	r->quiet = quiet;
	r->pidfd = -1;
	r->whole = update_new();
	r->next = update_new();
	return r;
}

void
report_free(struct report *r)
{
	link_close(&r->link);
	free(r->line);
	update_free(r->whole);
	update_free(r->next);
	free(r);
}

void
report_set_quiet(struct report *r, bool quiet)
{
	r->quiet = quiet;
}

void
report_set_pidfd(struct report *r, int pidfd)
{
	r->pidfd = pidfd;
}

static void
warn_once(struct report *r, const char *what, const char *why)
{
	snprintf(r->trouble, sizeof r->trouble, "%s", why);
	if (!r->quiet && !r->warned)
		warnx("%s: %s", what, why);
	r->warned = r->warned || !r->quiet;
}

/* ---- what the broker says ---- */

/* A second holder is told another name.  It is ours from then on, also for a
 * broker that comes back: what runs below us knows that name. */
static void
take_name(struct report *r, const char *name)
{
	char err[UPDATE_ERR];

	if (name[0] == '\0' || strcmp(name, r->name) == 0 || !update_set_name(r->whole, name, err))
		return;
	if (!r->quiet && r->pidfd < 0) /* a process may be told of by many of us: once each would be too often */
		warnx("\"%s\" is running already: this one is \"%s\"", r->name, name);
	strcpy(r->name, name);
	update_set_name(r->next, name, err);
}

static void
take_answer(struct report *r, const char *line, size_t len)
{
	struct answer a;

	switch (answer_read(line, len, &a)) {
	case ANSWER_OK:
		r->answered++;
		take_name(r, a.task);
		break;
	case ANSWER_ERROR:
		if (r->refusal[0] == '\0') {
			memcpy(r->refusal, a.error, sizeof r->refusal);
			r->refused_at = clock_mono();
		}
		break;
	case ANSWER_CANCEL:
		r->cancelled = true;
		break;
	case ANSWER_OTHER:
		break; /* of a newer broker */
	}
}

/* False: the connection is no more. */
static bool
listen_to(struct report *r)
{
	enum link_got got;
	const char *line;
	size_t len;

	while ((got = link_read(&r->link, &line, &len)) == LINK_LINE)
		take_answer(r, line, len);
	return got == LINK_NONE;
}

/* ---- what we say ---- */

static void
make_line(struct report *r)
{
	size_t len;

	/* who holds may be told a second name: then every answer is one that was asked for */
	if (update_hold(r->next) == HOLD_YES || update_pid(r->next) != 0)
		update_set_ack(r->next, true);
	free(r->line);
	r->line = update_line(r->next, &len);
	r->line[len++] = '\n'; /* where the NUL was */
	link_put(&r->link, r->line, len, update_pid(r->next) != 0 ? r->pidfd : -1);
	if (update_ack(r->next) || state_ended(update_state(r->next)))
		r->asked++;
	update_clear(r->next);
	r->pending = false;
}

/* As much as the socket takes now.  False: the connection is no more. */
static bool
send_some(struct report *r)
{
	do {
		if (link_idle(&r->link) && r->pending)
			make_line(r);
		if (!link_flush(&r->link))
			return false;
	} while (link_idle(&r->link) && r->pending);
	return true;
}

/* A new connection is told all that was ever said: the broker may be new too,
 * or half a line was lost with the connection before. */
static bool
connect_now(struct report *r)
{
	char why[UNIXSOCK_ERR];

	if (!link_connect(&r->link, why)) {
		int error = errno;

		if (error != EAGAIN)
			warn_once(r, "going on without the broker (HEADWAY_PUBLISH_SOCKET says where it is)", why);
		errno = error;
		return false;
	}
	r->asked = r->answered = 0;
	update_clear(r->next);
	update_merge(r->next, r->whole);
	r->pending = true;
	return true;
}

static void
merge(struct report *r, const struct update *u)
{
	char err[UPDATE_ERR];

	if (r->name[0] == '\0')
		strcpy(r->name, update_name(u));
	update_merge(r->whole, u);
	update_set_lap(r->whole, false); /* said once, not again to a broker that comes back */
	update_merge(r->next, u);
	if (strcmp(r->name, NAME_UNNAMED) != 0) {
		update_set_name(r->whole, r->name, err);
		update_set_name(r->next, r->name, err);
	}
	r->pending = true;
}

void
report_warn_refused(struct report *r)
{
	warn_once(r, "the broker refuses to show this", r->refusal);
}

/* After a refusal the broker would refuse what follows, too; but a limit that
 * was reached may not be so for long, and the next broker may know better. */
static bool
still_refused(struct report *r)
{
	if (r->refusal[0] == '\0')
		return false;
	report_warn_refused(r);
	if (clock_mono() - r->refused_at < REPORT_REFUSED_PAUSE * UINT64_C(1000))
		return true;
	r->refusal[0] = '\0';
	update_merge(r->next, r->whole);
	r->pending = true;
	return false;
}

void
report_serve(struct report *r)
{
	if (still_refused(r) || r->name[0] == '\0')
		return;
	if (r->link.fd < 0 && (clock_mono() < r->link.retry_at || !connect_now(r)))
		return;
	if (send_some(r))
		listen_to(r);
}

void
report_say(struct report *r, const struct update *u)
{
	merge(r, u);
	report_serve(r);
}

int
report_fd(const struct report *r)
{
	return r->refusal[0] == '\0' ? r->link.fd : -1;
}

bool
report_wants_write(const struct report *r)
{
	return !link_idle(&r->link) || r->pending;
}

int
report_timeout(const struct report *r)
{
	uint64_t now = clock_mono();

	if (r->refusal[0] != '\0')
		return REPORT_REFUSED_PAUSE;
	if (r->link.fd >= 0 || r->name[0] == '\0')
		return -1;
	return now >= r->link.retry_at ? 0 : (int)((r->link.retry_at - now) / 1000) + 1;
}

/* ---- the one answer that is waited for ---- */

/* Waits for whatever comes next, but no longer than until `deadline`. */
static bool
wait_until(struct report *r, uint64_t deadline)
{
	uint64_t now = clock_mono();
	struct pollfd p = { .fd = r->link.fd, .events = (short)(POLLIN | (report_wants_write(r) ? POLLOUT : 0)) };
	int ms = (int)((deadline - now) / 1000) + 1;

	if (now >= deadline)
		return false;
	if (r->link.fd < 0 && ms > LINK_FULL_PAUSE)
		ms = LINK_FULL_PAUSE;
	poll(&p, r->link.fd >= 0, ms);
	return true;
}

static bool
is_answered(const struct report *r)
{
	return r->refusal[0] != '\0' || (!report_wants_write(r) && r->answered >= r->asked);
}

enum report_result
report_settle(struct report *r, unsigned ms)
{
	uint64_t deadline = clock_mono() + ms * UINT64_C(1000);
	bool again = false;

	if (r->refusal[0] != '\0')
		return REPORT_REFUSED; /* of something said before */
	do {
		if (r->link.fd < 0 && !connect_now(r)) {
			if (errno != EAGAIN)
				return REPORT_UNHEARD;
			continue; /* it lives, but has no room to listen just now */
		}
		if (!send_some(r) || !listen_to(r)) {
			if (r->refusal[0] != '\0')
				return REPORT_REFUSED;
			if (!again) { /* another broker may be there by now */
				again = true;
				continue;
			}
			warn_once(r, "going on without the broker", "it closed the connection");
			return REPORT_UNHEARD;
		}
		if (is_answered(r))
			return r->refusal[0] != '\0' ? REPORT_REFUSED : REPORT_TOLD;
	} while (wait_until(r, deadline));
	warn_once(r, "going on without the broker", "it does not answer");
	return REPORT_UNHEARD;
}

enum report_result
report_ask(struct report *r, const struct update *u, unsigned ms)
{
	merge(r, u);
	return report_settle(r, ms);
}

enum report_result
report_end(struct report *r, const struct update *u)
{
	return report_ask(r, u, REPORT_ANSWER_MAX);
}

const char *
report_name(const struct report *r)
{
	return r->name;
}

bool
report_cancelled(const struct report *r)
{
	return r->cancelled;
}

const char *
report_trouble(const struct report *r)
{
	return r->trouble;
}

const char *
report_refusal(const struct report *r)
{
	return r->refusal;
}
