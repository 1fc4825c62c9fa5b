/* passer.c -- see passer.h.  Owns the lines that wait and the numbers of those
 * that were sent; the bytes on their way are link.c's. */
#include "client/passer.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "client/known.h"
#include "client/link.h"
#include "task/answer.h"
#include "task/name.h"
#include "task/update.h"

struct line {
	STAILQ_ENTRY(line) next;
	uint64_t number;
	size_t len;   /* LF included */
	char bytes[];
};

struct passer {
	struct link link;
	const struct passer_user *user;
	bool quiet, warned;
	STAILQ_HEAD(, line) kept;
	size_t bytes;           /* of kept, in memory */
	char *current;          /* the link's, on its way */
	struct known *known;
	struct update *scratch;
	uint64_t lines;         /* sent on this connection: the broker counts them too */
	uint64_t number[PASSER_SENT_MAX]; /* at N % PASSER_SENT_MAX the writer's own of line N; 0: it was ours */
	uint64_t taken_at;      /* clock_mono() when the broker last took something */
	bool closing;           /* nothing more is said: a closed connection is the end */
};

struct passer *
passer_new(const char *socket, bool quiet, const struct passer_user *user)
{
	struct passer *p = xcalloc(1, sizeof *p);

	link_init(&p->link, socket);
	p->user = user;
	p->quiet = quiet;
	STAILQ_INIT(&p->kept);
	p->known = known_new();
	p->scratch = update_new();
	return p;
}

static void
drop_first(struct passer *p)
{
	struct line *l = STAILQ_FIRST(&p->kept);

	STAILQ_REMOVE_HEAD(&p->kept, next);
	p->bytes -= sizeof *l + l->len;
	free(l);
}

void
passer_free(struct passer *p)
{
	link_close(&p->link);
	while (!STAILQ_EMPTY(&p->kept))
		drop_first(p);
	free(p->current);
	known_free(p->known);
	update_free(p->scratch);
	free(p);
}

static void
warn_once(struct passer *p, const char *what, const char *why)
{
	if (!p->quiet && !p->warned)
		warnx("%s: %s", what, why);
	p->warned = true;
}

/* ---- lines that wait ---- */

/* The broker's word on a line is the same as that of update_read(), so it can be
 * given in its place. */
static void
merge_first(struct passer *p)
{
	const struct line *l = STAILQ_FIRST(&p->kept);
	char why[UPDATE_ERR];

	if (!update_read(p->scratch, l->bytes, l->len - 1, why))
		p->user->refused(p->user->arg, l->number, why);
	else
		known_say(p->known, p->scratch, true); /* of one task too many nothing is kept */
	drop_first(p);
}

void
passer_put(struct passer *p, const char *line, size_t len, uint64_t number)
{
	struct line *l;

	if (len == 0 || (len == 1 && line[0] == '\r'))
		return; /* as the broker does */
	l = xcalloc(1, sizeof *l + len + 1);
	memcpy(l->bytes, line, len);
	l->bytes[len] = '\n';
	l->len = len + 1;
	l->number = number;
	STAILQ_INSERT_TAIL(&p->kept, l, next);
	p->bytes += sizeof *l + l->len;
	while (p->bytes > PASSER_KEPT_MAX && !passer_full(p))
		merge_first(p);
}

/* ---- the broker's answers ---- */

static uint64_t
number_of(const struct passer *p, uint64_t line)
{
	return line > 0 && line <= p->lines && p->lines - line < PASSER_SENT_MAX ? p->number[line % PASSER_SENT_MAX] : 0;
}

static void
take_answer(struct passer *p, const char *line, size_t len)
{
	struct answer a;

	switch (answer_read(line, len, &a)) {
	case ANSWER_ERROR:
		p->user->refused(p->user->arg, number_of(p, a.line), a.error);
		break;
	case ANSWER_OK:
		known_confirmed(p->known, a.task[0] != '\0' ? a.task : NAME_UNNAMED);
		p->user->answered(p->user->arg, line, len);
		break;
	default:
		p->user->answered(p->user->arg, line, len);
		break;
	}
}

/* False: the connection is no more. */
static bool
listen_to(struct passer *p)
{
	enum link_got got;
	const char *line;
	size_t len;

	while ((got = link_read(&p->link, &line, &len)) == LINK_LINE)
		take_answer(p, line, len);
	return got == LINK_NONE;
}

/* ---- what we say ---- */

static void
send_line(struct passer *p, char *bytes, size_t len, uint64_t number)
{
	p->number[++p->lines % PASSER_SENT_MAX] = number;
	free(p->current);
	p->current = bytes;
	link_put(&p->link, bytes, len, -1);
}

/* Runs that the broker does not know of come first, lines on top of that. */
static bool
begin_next(struct passer *p)
{
	struct line *l = STAILQ_FIRST(&p->kept);
	size_t len;
	char *bytes = known_next(p->known, &len), why[UPDATE_ERR];

	if (bytes != NULL) {
		bytes[len++] = '\n'; /* where the NUL was */
		send_line(p, bytes, len, 0);
		return true;
	}
	if (l == NULL)
		return false;
	if (update_read(p->scratch, l->bytes, l->len - 1, why))
		known_say(p->known, p->scratch, false);
	bytes = xcalloc(l->len, 1);
	memcpy(bytes, l->bytes, l->len);
	send_line(p, bytes, l->len, l->number);
	drop_first(p);
	return true;
}

/* As much as the broker takes now.  False: the connection is no more. */
static bool
send_some(struct passer *p)
{
	while (!link_idle(&p->link) || begin_next(p)) {
		size_t before = p->link.sent;

		if (!link_flush(&p->link))
			return false;
		if (link_idle(&p->link) || p->link.sent != before)
			p->taken_at = clock_mono();
		if (!link_idle(&p->link))
			break;
	}
	return true;
}

static bool
connect_now(struct passer *p)
{
	char why[UNIXSOCK_ERR];

	if (!link_connect(&p->link, why)) {
		int error = errno;

		if (error != EAGAIN)
			warn_once(p, "going on without the broker (HEADWAY_PUBLISH_SOCKET says where it is)", why);
		errno = error;
		return false;
	}
	p->lines = 0;
	p->taken_at = clock_mono();
	known_forget_told(p->known);
	return true;
}

static bool
has_news(const struct passer *p)
{
	return !STAILQ_EMPTY(&p->kept) || known_untold(p->known) || !link_idle(&p->link);
}

void
passer_serve(struct passer *p)
{
	if (p->link.fd < 0) {
		if (p->closing || !(has_news(p) || known_any(p->known)) || clock_mono() < p->link.retry_at || !connect_now(p))
			return;
	}
	if (send_some(p))
		listen_to(p);
}

int
passer_fd(const struct passer *p)
{
	return p->link.fd;
}

bool
passer_wants_write(const struct passer *p)
{
	return p->link.fd >= 0 && has_news(p);
}

/* It counts as away from then on. */
static uint64_t
patience_ends(const struct passer *p)
{
	return p->taken_at + PASSER_PATIENCE * UINT64_C(1000);
}

static int
until(uint64_t moment)
{
	uint64_t now = clock_mono();

	return now >= moment ? 0 : (int)((moment - now) / 1000) + 1;
}

bool
passer_full(const struct passer *p)
{
	return p->link.fd >= 0 && p->bytes > PASSER_KEPT_MAX && clock_mono() < patience_ends(p);
}

int
passer_timeout(const struct passer *p)
{
	if (p->link.fd < 0)
		return has_news(p) || known_any(p->known) ? until(p->link.retry_at) : -1;
	return passer_full(p) ? until(patience_ends(p)) : -1;
}

/* ---- the end ---- */

/* All is said: our side is shut, and the broker closes when it has answered. */
static bool
shut(struct passer *p)
{
	if (!p->closing && !has_news(p)) {
		shutdown(p->link.fd, SHUT_WR);
		p->closing = true;
	}
	return p->closing;
}

/* False: there is no connection, nor anything to wait for. */
static bool
settle_step(struct passer *p)
{
	if (p->link.fd < 0 && (p->closing || (!connect_now(p) && errno != EAGAIN)))
		return false;
	if (p->link.fd < 0 || !send_some(p))
		return true; /* it lives, but has no room to listen just now; or there may be another one by now */
	shut(p);
	return listen_to(p) || !p->closing;
}

void
passer_settle(struct passer *p)
{
	uint64_t deadline = clock_mono() + PASSER_SETTLE * UINT64_C(1000);

	if (p->link.fd < 0 && !has_news(p))
		return; /* all of it was told once, and what it held is lost */
	p->taken_at = clock_mono();
	while (settle_step(p)) {
		struct pollfd polls = { p->link.fd, (short)(POLLIN | (passer_wants_write(p) ? POLLOUT : 0)), 0 };
		uint64_t end = patience_ends(p) < deadline ? patience_ends(p) : deadline;

		if (clock_mono() >= end) {
			warn_once(p, "going on without the broker", "it does not answer");
			return;
		}
		poll(&polls, 1, polls.fd >= 0 ? until(end) : LINK_FULL_PAUSE);
	}
}
