/* tail.c -- see tail.h.  Owns the lines that wait; the chunks are the table's. */
#include "broker/tail.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/mem.h"
#include "base/pace.h"
#include "task/logjson.h"
#include "task/name.h"
#include "task/number.h"

_Static_assert(LOGJSON_OPEN_MAX + UPDATE_LOG_LINE_MAX + 4 < LOGJSON_MAX, "a chunk must hold a line");

struct line {
	uint64_t number;
	char *json;       /* with its quotes */
	size_t len;
};

/* The lines that wait, a ring: only while there are any. */
struct ring {
	struct line line[TAIL_LINES_MAX];
	unsigned first, count;
	size_t bytes;
};

struct tail {
	struct tails *all;
	char *name;
	double started;
	uint64_t *run;
	uint64_t printed;   /* lines so far, those left out included */
	uint64_t passed_on; /* the last that the table has been told of */
	struct ring *ring;  /* NULL: no line waits */
	bool waits;         /* it is in all->waiting */
	TAILQ_ENTRY(tail) next;
};

struct tails {
	struct table *table;
	struct pace *pace;  /* NULL: nothing waits */
	TAILQ_HEAD(, tail) waiting;
};

/* ---- lines come ---- */

static struct line *
line_at(struct ring *r, unsigned i)
{
	return &r->line[(r->first + i) % TAIL_LINES_MAX];
}

static void
drop_oldest(struct ring *r)
{
	struct line *l = line_at(r, 0);

	r->bytes -= l->len;
	free(l->json);
	r->first = (r->first + 1) % TAIL_LINES_MAX;
	r->count--;
}

static void
push(struct tail *tail, const char *json, size_t len)
{
	struct ring *r = tail->ring;
	struct line *l;

	if (r == NULL)
		r = tail->ring = xcalloc(1, sizeof *r);
	while (r->count == TAIL_LINES_MAX || (r->count > 0 && r->bytes + len > TAIL_BYTES_MAX))
		drop_oldest(r);
	l = line_at(r, r->count++);
	l->number = ++tail->printed;
	l->json = xreallocarray(NULL, len, 1);
	memcpy(l->json, json, len);
	l->len = len;
	r->bytes += len;
}

void
tail_add(struct tail *tail, const struct update *u)
{
	/* numbers stay such that every reader can hold them */
	uint64_t room = tail->printed < (uint64_t)NUMBER_MAX ? (uint64_t)NUMBER_MAX - tail->printed : 0;

	tail->printed += update_skipped(u) < room ? update_skipped(u) : room;
	for (size_t i = 0; i < update_logs(u); i++) {
		size_t len;
		const char *json = update_log_json(u, i, &len);

		push(tail, json, len);
	}
	if (tail->printed > tail->passed_on && !tail->waits) {
		TAILQ_INSERT_TAIL(&tail->all->waiting, tail, next);
		tail->waits = true;
	}
}

/* ---- and go ---- */

/* How many of those that wait stand together in one chunk: without a gap, and
 * no more than an event may hold. */
static unsigned
run_of_lines(struct ring *r, size_t room)
{
	unsigned n = 0;

	while (n < r->count && line_at(r, n)->number == line_at(r, 0)->number + n &&
	    room > line_at(r, n)->len)
		room -= line_at(r, n++)->len + 1; /* and a comma */
	return n;
}

/* SEQ RUN NAME log JSON, as headway-protocol(7) has it, with the `n` oldest of
 * those that wait. */
static void
put_chunk(struct tail *tail, uint64_t first, unsigned n, const char *open, size_t open_len)
{
	struct table *t = tail->all->table;
	uint64_t seq = table_head(t) + 1;
	struct text text = { 0 };
	struct logjson parts;
	char head[NAME_BYTES_MAX + 64], *p;

	if (*tail->run == 0)
		*tail->run = seq;
	text.json_at = (uint32_t)snprintf(head, sizeof head, "%" PRIu64 " %" PRIu64 " %s log ", seq, *tail->run, tail->name);
	p = text.bytes = xreallocarray(NULL, text.json_at + LOGJSON_MAX + 1, 1);
	p = mempcpy(p, head, text.json_at);
	p = mempcpy(p, open, open_len);
	for (unsigned i = 0; i < n; i++) {
		const struct line *l = line_at(tail->ring, 0);

		if (i > 0)
			*p++ = ',';
		p = mempcpy(p, l->json, l->len);
		drop_oldest(tail->ring);
	}
	p = mempcpy(p, "]}\n", 3);
	text.len = (uint32_t)(p - text.bytes);
	text.json_len = text.len - 1 - text.json_at;
	text.bytes = xreallocarray(text.bytes, text.len, 1);
	tail->passed_on = first + n - 1;
	if (logjson_read(&parts, text.bytes + text.json_at, text.json_len))
		table_put_log(t, seq, *tail->run, tail->name, text, &parts);
	else
		free(text.bytes); /* not to be: its lines are JSON strings */
}

static void
put_some(struct tail *tail)
{
	bool lines = tail->ring != NULL && tail->ring->count > 0;
	uint64_t first = lines ? line_at(tail->ring, 0)->number : tail->printed + 1;
	char open[LOGJSON_OPEN_MAX];
	size_t len = logjson_open(open, tail->name, tail->started, first);

	put_chunk(tail, first, lines ? run_of_lines(tail->ring, LOGJSON_MAX - len - 2) : 0, open, len);
}

/* Lines left out behind the last one are told by a chunk without lines. */
void
tail_flush(struct tail *tail)
{
	if (tail == NULL || !tail->waits)
		return;
	while (tail->passed_on < tail->printed)
		put_some(tail);
	free(tail->ring);
	tail->ring = NULL;
	TAILQ_REMOVE(&tail->all->waiting, tail, next);
	tail->waits = false;
}

static void
flush_all(void *arg)
{
	struct tails *all = arg;
	struct tail *tail;

	while ((tail = TAILQ_FIRST(&all->waiting)) != NULL) {
		tail_flush(tail);
		table_tell_log(all->table, tail->name);
	}
}

void
tails_wake(struct tails *all)
{
	if (TAILQ_EMPTY(&all->waiting))
		return;
	if (all->pace != NULL)
		pace_touch(all->pace);
	else
		flush_all(all);
}

/* ---- coming and going ---- */

struct tails *
tails_new(struct table *t)
{
	struct tails *all = xcalloc(1, sizeof *all);

	all->table = t;
	TAILQ_INIT(&all->waiting);
	return all;
}

void
tails_pace(struct tails *all, struct event_base *base)
{
	all->pace = pace_new(base, TAIL_PERIOD, flush_all, all);
}

void
tails_free(struct tails *all)
{
	pace_free(all->pace);
	free(all);
}

struct tail *
tail_new(struct tails *all, const char *name, double started, uint64_t *run)
{
	struct tail *tail = xcalloc(1, sizeof *tail);

	tail->all = all;
	tail->name = xstrdup(name);
	tail->started = started;
	tail->run = run;
	return tail;
}

void
tail_free(struct tail *tail)
{
	if (tail == NULL)
		return;
	while (tail->ring != NULL && tail->ring->count > 0)
		drop_oldest(tail->ring);
	free(tail->ring);
	if (tail->waits)
		TAILQ_REMOVE(&tail->all->waiting, tail, next);
	free(tail->name);
	free(tail);
}
