/* choice.c -- see choice.h.  Pure. */
#include "client/meter/choice.h"

#include <string.h>

#define WHOLE 0.9999       /* share from which on a bar is at its end */
#define FULL 0.99          /* a bar that falls from above this by more than it ought to starts over */
#define FALL_ROUNDING 0.05 /* share that a bar may fall by rounding, or by threads that overtake each other */
#define FALL_RESTART 0.20  /* share that only a bar that starts over falls by; between them its total has grown */
#define FALL_RENAMED 0.01  /* ... if its name has changed too */

/* Silence, in pieces, after which another one gets the word */
#define PATIENCE_DRAWN 3    /* of a bar that is drawn over and over: it is silent when it is gone */
#define PATIENCE_LINE 30    /* of a line a step, such as a build's: one step may take long, and draw a bar of its own */
#define PATIENCE_WHOLE 1000 /* towards one that starts over again and again, which is a part of something */

static double
share(const struct saying *s)
{
	return s->has_total && s->total > 0 ? s->moved / s->total : 0;
}

static bool
ended(const struct bar *b)
{
	return b->now.over || (b->now.has_total && share(&b->now) >= WHOLE);
}

static struct bar *
find(struct choice *c, const struct dialect *dialect, uint32_t key)
{
	struct bar *oldest = NULL;

	for (struct bar *b = c->bars; b < c->bars + CHOICE_BARS; b++) {
		if (b->dialect == dialect && b->key == key)
			return b;
		if (b != c->word && (oldest == NULL || b->heard < oldest->heard))
			oldest = b;
	}
	memset(oldest, 0, sizeof *oldest);
	oldest->key = key;
	return oldest;
}

static void
begin(struct bar *b, const struct saying *s)
{
	b->rises = 0;
	b->low = !s->has_total || share(s) <= 0.5;
}

/* Has it started over?  If not and it has fallen all the same: *noise, nothing has happened. */
static bool
starts_over(const struct bar *b, const struct saying *s, bool *noise)
{
	double fall = share(&b->now) - share(s);
	bool renamed = s->phase && strcmp(b->now.label, s->label) != 0;

	*noise = s->final && fall > 0;
	if (*noise)
		return false;
	if (b->now.over)
		return true;
	if (s->unit != b->now.unit) /* another measure of the same, unless the dialect says that it is not */
		return s->phase;
	if (!s->has_total || !b->now.has_total)
		return s->moved < b->now.moved || (renamed && s->has_total != b->now.has_total);
	if (fall <= 0)
		return false;
	*noise = fall < FALL_ROUNDING;
	if (renamed && fall >= FALL_RENAMED)
		return true;
	if (s->grows) {
		*noise = false;
		return ended(b);
	}
	return fall >= FALL_RESTART || (fall >= FALL_ROUNDING && share(&b->now) >= FULL);
}

/* Is `s` a step on from where the bar is?  With another total it is, only if the dialect knows that those change. */
static bool
rises(const struct bar *b, const struct saying *s)
{
	if (!s->has_total || !b->now.has_total)
		return s->moved > b->now.moved;
	return share(s) > share(&b->now) && (s->total == b->now.total || s->grows);
}

static bool
same(const struct saying *a, const struct saying *b)
{
	return a->moved == b->moved && a->has_total == b->has_total && a->total == b->total && a->unit == b->unit &&
		strcmp(a->label, b->label) == 0;
}

static struct bar *
hear(struct choice *c, const struct dialect *dialect, const struct saying *s)
{
	struct bar *b = find(c, dialect, s->key);
	bool noise;

	if (b->dialect == NULL) {
		b->dialect = dialect;
		begin(b, s);
		b->news = true;
	} else if (!s->over) {
		bool over = starts_over(b, s, &noise);

		b->news = over || (!noise && !same(s, &b->now));
		if (over) {
			b->restart = b->restarted = b->believed;
			begin(b, s);
		} else if (rises(b, s)) {
			b->rises++;
		} else if (!b->believed && s->has_total && b->now.has_total && s->total != b->now.total) {
			begin(b, s);
		}
		if (noise && !over) {
			b->heard = c->pieces;
			return b;
		}
	}
	b->heard = c->pieces;
	b->now = *s;
	/* that a line is the last one is no news: it is known when the job ends */
	b->believed |= b->rises >= s->need && (!s->line || (b->low && share(s) < WHOLE));
	return b;
}

static bool
may_have_word(const struct choice *c, const struct bar *b)
{
	const struct bar *word = c->word;

	if (word == NULL || word == b || ended(word) || b->now.express)
		return true;
	if (word->now.express)
		return false;
	if (word->restarted && !b->restarted)
		return true;
	if (b->restarted && !word->restarted)
		return c->silence >= PATIENCE_WHOLE;
	return c->silence >= (word->now.line ? PATIENCE_LINE : PATIENCE_DRAWN);
}

static void
tell(struct choice *c, struct bar *b, struct reading *r)
{
	const struct saying *s = &b->now;

	memset(r, 0, sizeof *r);
	r->has_total = s->has_total;
	r->moved = s->has_total && s->moved > s->total ? s->total : s->moved;
	r->total = s->total;
	r->unit = s->unit;
	memcpy(r->message, s->label, sizeof r->message);
	r->lap = c->told && (b != c->word || b->restart);
	b->restart = b->news = false;
	c->word = b;
	c->told = true;
}

bool
choice_hear(struct choice *c, const struct dialect *dialect, const struct saying say[], int n, struct reading *r)
{
	struct bar *spoke[SAYINGS_MAX], *winner = NULL;
	bool others = false;

	c->pieces++;
	for (int i = 0; i < n; i++)
		if (say[i].moved > METER_MAX || say[i].total > METER_MAX || (say[i].has_total && say[i].total <= 0))
			return false; /* whatever that is, it is no bar */
	for (int i = 0; i < n; i++)
		spoke[i] = hear(c, dialect, &say[i]);
	for (int i = 0; i < n; i++)
		others |= spoke[i] != c->word && spoke[i]->believed;
	for (int i = 0; i < n; i++)
		if (spoke[i] == c->word) {
			c->silence = 0;
			others = false;
		}
	c->silence += others;
	for (int i = 0; i < n; i++) {
		struct bar *b = spoke[i];

		if (!b->believed || b->now.over || !may_have_word(c, b))
			continue;
		if (winner == NULL || (b->restarted != winner->restarted ? winner->restarted : b == c->word))
			winner = b;
	}
	if (winner == NULL || !winner->news)
		return false;
	if (winner != c->word)
		c->silence = 0;
	tell(c, winner, r);
	return true;
}
