/* report.c -- see report.h.  Owns the connection. */
#include "client/report.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/unixsock.h"
#include "task/answer.h"
#include "task/update.h"

#define ANSWER_MAX 4096 /* bytes of a broker's line */
#define BACKLOG_PAUSE 20 /* milliseconds: the broker lives but has no room to listen */

struct report {
	const char *socket;
	bool quiet, warned;
	int fd;                /* -1: not connected */
	uint64_t retry_at;     /* clock_mono() */
	struct update *whole;  /* all that was said: for a broker that has just been born */
	struct update *next;   /* said since the last line was made */
	bool pending;          /* next is not empty */
	char *line;            /* on its way; NULL: none */
	size_t line_len, sent;
	char answer[ANSWER_MAX];
	size_t answer_len;
	bool answered;
	char refusal[UPDATE_ERR];
	char trouble[UNIXSOCK_ERR];
};

struct report *
report_new(const char *socket, bool quiet)
{
	struct report *r = xcalloc(1, sizeof *r);

	r->socket = socket;
	r->quiet = quiet;
	r->fd = -1;
	r->whole = update_new();
	r->next = update_new();
	return r;
}

static void
disconnect(struct report *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	r->retry_at = clock_mono() + REPORT_RETRY * UINT64_C(1000);
	free(r->line);
	r->line = NULL;
	r->answer_len = 0;
}

void
report_free(struct report *r)
{
	disconnect(r);
	update_free(r->whole);
	update_free(r->next);
	free(r);
}

static void
warn_once(struct report *r, const char *what, const char *why)
{
	snprintf(r->trouble, sizeof r->trouble, "%s", why);
	if (!r->quiet && !r->warned)
		warnx("%s: %s", what, why);
	r->warned = true;
}

/* ---- what the broker says ---- */

static void
take_answer(struct report *r, const char *line, size_t len)
{
	char error[UPDATE_ERR];

	if (!answer_read(line, len, error, sizeof error))
		return;
	r->answered = true;
	if (error[0] != '\0' && r->refusal[0] == '\0')
		memcpy(r->refusal, error, sizeof error);
}

/* False: the connection is no more. */
static bool
listen_to(struct report *r)
{
	ssize_t n = recv(r->fd, r->answer + r->answer_len, sizeof r->answer - r->answer_len, MSG_DONTWAIT);
	char *lf;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	r->answer_len += (size_t)n;
	while ((lf = memchr(r->answer, '\n', r->answer_len)) != NULL) {
		size_t len = (size_t)(lf - r->answer);

		take_answer(r, r->answer, len);
		r->answer_len -= len + 1;
		memmove(r->answer, lf + 1, r->answer_len);
	}
	return r->answer_len < sizeof r->answer;
}

/* ---- what we say ---- */

static void
make_line(struct report *r)
{
	r->line = update_line(r->next, &r->line_len);
	r->line[r->line_len++] = '\n'; /* where the NUL was */
	r->sent = 0;
	update_clear(r->next);
	r->pending = false;
}

/* As much as the socket takes now.  False: the connection is no more. */
static bool
send_some(struct report *r)
{
	while (r->line != NULL || r->pending) {
		ssize_t n;

		if (r->line == NULL)
			make_line(r);
		n = send(r->fd, r->line + r->sent, r->line_len - r->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		r->sent += (size_t)n;
		if (r->sent < r->line_len)
			return true;
		free(r->line);
		r->line = NULL;
	}
	return true;
}

/* A new connection is told all that was ever said: the broker may be new too,
 * or half a line was lost with the connection before. */
static bool
connect_now(struct report *r)
{
	char why[UNIXSOCK_ERR];

	r->fd = unixsock_connect(r->socket, "HEADWAY_PUBLISH_SOCKET", "publish.sock", why);
	if (r->fd < 0) {
		int error = errno;

		if (error != EAGAIN)
			warn_once(r, "going on without the broker (HEADWAY_PUBLISH_SOCKET says where it is)", why);
		r->retry_at = clock_mono() + REPORT_RETRY * UINT64_C(1000);
		errno = error;
		return false;
	}
	update_clear(r->next);
	update_merge(r->next, r->whole);
	r->pending = true;
	return true;
}

static void
merge(struct report *r, const struct update *u)
{
	update_merge(r->whole, u);
	update_set_lap(r->whole, false); /* said once, not again to a broker that comes back */
	update_merge(r->next, u);
	r->pending = true;
}

void
report_warn_refused(struct report *r)
{
	warn_once(r, "the broker refuses to show this", r->refusal);
}

/* After a refusal nothing more is said: the broker would refuse it all. */
static void
go_on(struct report *r)
{
	if (r->refusal[0] != '\0') {
		report_warn_refused(r);
		return;
	}
	if (r->fd < 0 && (clock_mono() < r->retry_at || !connect_now(r)))
		return;
	if (!send_some(r) || !listen_to(r))
		disconnect(r);
}

void
report_say(struct report *r, const struct update *u)
{
	merge(r, u);
	go_on(r);
}

/* ---- the one answer that is waited for ---- */

/* Waits for whatever comes next, but no longer than until `deadline`. */
static bool
wait_until(struct report *r, uint64_t deadline)
{
	uint64_t now = clock_mono();
	struct pollfd p = { .fd = r->fd, .events = (short)(POLLIN | (r->line != NULL ? POLLOUT : 0)) };
	int ms = (int)((deadline - now) / 1000) + 1;

	if (now >= deadline)
		return false;
	if (r->fd < 0 && ms > BACKLOG_PAUSE)
		ms = BACKLOG_PAUSE;
	poll(&p, r->fd >= 0, ms);
	return true;
}

enum report_result
report_end(struct report *r, const struct update *u)
{
	uint64_t deadline = clock_mono() + REPORT_ANSWER_MAX * UINT64_C(1000);

	if (r->refusal[0] != '\0')
		return REPORT_REFUSED; /* of something said before */
	merge(r, u);
	r->answered = false;
	do {
		if (r->fd < 0 && !connect_now(r)) {
			if (errno != EAGAIN)
				return REPORT_UNHEARD;
			continue; /* it lives, but has no room to listen just now */
		}
		if (!send_some(r) || !listen_to(r)) {
			disconnect(r);
			warn_once(r, "going on without the broker", "it closed the connection");
			return r->refusal[0] != '\0' ? REPORT_REFUSED : REPORT_UNHEARD;
		}
		if (r->answered && r->line == NULL)
			return r->refusal[0] != '\0' ? REPORT_REFUSED : REPORT_TOLD;
	} while (wait_until(r, deadline));
	warn_once(r, "going on without the broker", "it does not answer");
	return REPORT_UNHEARD;
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
