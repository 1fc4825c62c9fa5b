/* runlog.c -- see runlog.h.  Owns the marks; the chunks are the table's. */
#include "task/runlog.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A chunk that has gone: a reader with a cursor below its number has seen
 * `before` lines at most. */
struct mark {
	uint64_t seq, before;
};

struct runlog *
runlog_new(uint64_t run)
{
	struct runlog *log = xcalloc(1, sizeof *log);

	log->run = run;
	TAILQ_INIT(&log->chunks);
	return log;
}

void
runlog_free(struct runlog *log)
{
	free(log->marks);
	free(log);
}

/* The first mark with a number >= seq. */
static unsigned
seek(const struct runlog *log, uint64_t seq)
{
	unsigned low = 0, high = log->nmarks;

	while (low < high) {
		unsigned mid = low + (high - low) / 2;

		if (log->marks[mid].seq < seq)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* A table that is filled anew gets chunks again that it knew before. */
static uint64_t
lines_before(struct runlog *log, const struct chunk *c)
{
	unsigned i = seek(log, c->entry.seq);
	bool known = i < log->nmarks && log->marks[i].seq == c->entry.seq;
	bool lost = i < log->nmarks || log->gap;

	return known ? log->marks[i].before : lost ? c->parts.first - 1 : log->last;
}

void
runlog_add(struct runlog *log, struct chunk *c)
{
	c->log = log;
	c->before = lines_before(log, c);
	log->nmarks = seek(log, c->entry.seq);
	log->gap = false;
	log->last = chunk_last(c);
	log->lines += c->parts.lines;
	TAILQ_INSERT_TAIL(&log->chunks, c, in_log);
}

/* How wrong it is, for a reader so far back, to know only the marks around
 * mark `i`: lines between them by lines since. */
static double
loss_without(const struct runlog *log, unsigned i)
{
	const struct mark *m = &log->marks[i];

	return (double)(m[1].before - m[-1].before) / ((double)(log->last - m->before) + 1);
}

/* One of the older half goes.  The first of all stays: who was there before it
 * has seen nothing. */
static void
thin_out(struct runlog *log)
{
	unsigned least = 1;

	for (unsigned i = 2; i < RUNLOG_MARKS / 2; i++)
		if (loss_without(log, i) < loss_without(log, least))
			least = i;
	log->nmarks--;
	memmove(&log->marks[least], &log->marks[least + 1], (log->nmarks - least) * sizeof *log->marks);
}

static void
leave_mark(struct runlog *log, uint64_t seq, uint64_t before)
{
	if (log->nmarks == RUNLOG_MARKS)
		thin_out(log);
	/* in powers of two: most runs never lose a chunk, and need no room for marks */
	if ((log->nmarks & (log->nmarks - 1)) == 0)
		log->marks = xreallocarray(log->marks, log->nmarks > 0 ? 2 * (size_t)log->nmarks : 1, sizeof *log->marks);
	log->marks[log->nmarks++] = (struct mark){ seq, before };
}

struct chunk *
runlog_take(struct runlog *log)
{
	struct chunk *c = TAILQ_FIRST(&log->chunks);

	if (c == NULL)
		return NULL;
	TAILQ_REMOVE(&log->chunks, c, in_log);
	log->lines -= c->parts.lines;
	leave_mark(log, c->entry.seq, c->before);
	return c;
}

void
runlog_pause(struct runlog *log, uint64_t head)
{
	if (log->nmarks == 0 || log->marks[log->nmarks - 1].seq <= head)
		leave_mark(log, head + 1, log->last);
	log->gap = true;
}

uint64_t
runlog_seen(const struct runlog *log, uint64_t cursor)
{
	uint64_t seen = log->last;
	unsigned i;

	if (cursor < log->run)
		return 0;
	if ((i = seek(log, cursor + 1)) < log->nmarks)
		return log->marks[i].before;
	for (struct chunk *c = TAILQ_LAST(&log->chunks, chunks); c != NULL && c->entry.seq > cursor;
	    c = TAILQ_PREV(c, chunks, in_log))
		seen = c->before;
	return seen;
}
