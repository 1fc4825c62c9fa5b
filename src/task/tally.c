/* tally.c -- see tally.h. */
#include "task/tally.h"

void
tally_begin(struct tally *t, uint64_t cursor, uint64_t fresh_to, uint64_t tail)
{
	*t = (struct tally){ .level = cursor, .fresh_to = fresh_to, .tail = tail, .settled = true };
}

void
tally_resume(struct tally *t)
{
	t->lagging = !t->settled;
	t->settled = false;
}

/* No run can have lost a chunk that the cursor did not come to, or a newer one
 * of that run, which tells of it, would be left to send. */
void
tally_settle(struct tally *t, uint64_t cursor)
{
	t->level = cursor;
	t->settled = true;
	t->full = false;
}

static int
find(const struct tally *t, uint64_t run)
{
	for (unsigned i = 0; i < t->runs; i++)
		if (t->got[i].run == run)
			return (int)i;
	return -1;
}

/* The last line that has been sent or told of. */
static uint64_t
seen(const struct tally *t, const struct chunk *c, int i)
{
	if (i >= 0)
		return t->got[i].line;
	if (TAILQ_PREV(c, chunks, in_log) != NULL)
		return c->before; /* it is still there, so it was when the cursor passed it */
	if (t->full && t->lagging)
		return c->before; /* at most */
	return runlog_seen(c->log, t->level);
}

struct share
tally_share(const struct tally *t, const struct chunk *c)
{
	int i = find(t, c->log->run);
	uint64_t known = seen(t, c, i);
	struct share s = { .from = c->parts.first };

	if (c->entry.seq <= t->fresh_to) {
		uint64_t end = runlog_seen(c->log, t->fresh_to);
		uint64_t start = end > t->tail ? end - t->tail + 1 : 1;

		if (i < 0 && known < start)
			known = 0; /* what precedes the tail was withheld */
		if (s.from < start)
			s.from = start;
	}
	if (s.from <= known)
		s.from = known + 1; /* no line twice */
	s.skipped = s.from - 1 - known;
	s.any = s.from <= chunk_last(c) || (s.from == c->parts.first && s.skipped > 0);
	return s;
}

/* Where to keep a run that is not kept yet: in place of the one that was sent
 * longest ago, if the level stands for that one.  -1: there is no room. */
static int
make_room(struct tally *t)
{
	int oldest = 0;

	if (t->runs < TALLY_RUNS)
		return (int)t->runs++;
	for (int i = 1; i < TALLY_RUNS; i++)
		if (t->got[i].at < t->got[oldest].at)
			oldest = i;
	return t->got[oldest].at <= t->level ? oldest : -1;
}

void
tally_sent(struct tally *t, const struct chunk *c)
{
	int i = find(t, c->log->run);

	if (i < 0 && (i = make_room(t)) < 0) {
		t->full = true;
		return;
	}
	t->got[i].run = c->log->run;
	t->got[i].at = c->entry.seq;
	t->got[i].line = chunk_last(c);
}
