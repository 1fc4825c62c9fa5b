/* estimate.c -- see estimate.h.  Pure.
 *
 * Two averages of the same work tell whether it slows down: the mean over the
 * lap, and a recent one in which a second counts the more the later it is.  Where
 * the latter is smaller, work goes on slowing down, as a power of time; else it
 * goes on at the recent rate.  Neither average has a time constant, so a job of a
 * minute and one of a week are judged alike.  tests/bench/series/README.md has the
 * figures by which this and the constants were chosen. */
#include "task/estimate.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* How much more the later counts: with the time since the beginning, to this power. */
#define MOVED_WEIGHT 1
#define TOTAL_WEIGHT 4

/* No more slowing down than that of work that goes with the square root of
 * time, as where each step looks at all steps before. */
#define POWER_MIN 0.5

/* A slow stretch looks like slowing down too, so that is believed by and by: in
 * full from when this share of the work is done. */
#define BELIEVED_AT 0.5

/* A total that grows by more than this share of what is moved meanwhile has no
 * end in sight. */
#define CHASE_MAX 0.5

/* The rate looks back so many seconds or mean gaps between rises of moved. */
#define RATE_SECONDS 10.0
#define RATE_GAPS 10.0

/* An answer needs so much to go by. */
#define RISES_MIN 3
#define SECONDS_MIN 2.0
#define FORESIGHT_MAX 100.0 /* times as long as was looked at */

/* Shares of the mean rate: below the first nothing moves to speak of, below the
 * second what is left is only what is not forgotten yet. */
#define STALL_SHARE 0.05
#define NOTHING_SHARE 0.001

void
estimate_begin(struct estimate *e)
{
	memset(e, 0, sizeof *e);
}

static double
seconds(uint64_t from, uint64_t to)
{
	return to > from ? (double)(to - from) / 1e6 : 0;
}

/* 1 - (1 - d)^(weight + 1) without loss where d is tiny: the share of the
 * weights that lies in the last part d of the time. */
static double
share(double d, int weight)
{
	double left = 1 - d, power = 1, sum = 1;

	for (int i = 0; i < weight; i++)
		sum += power *= left;
	return fmin(d * sum, 1);
}

/* Not below 0 where folded was scaled down and rounded. */
static double
unfolded(const struct growth *g)
{
	return fmax(g->now - g->folded, 0);
}

/* What came between `from` and `to` came evenly, for all that is known. */
static void
fold(struct growth *g, uint64_t from, uint64_t to, int weight)
{
	double passed = seconds(from, to), part;

	if (!g->known || g->since == to)
		return;
	part = share(passed / seconds(g->since, to), weight);
	g->recent += part * (unfolded(g) / passed - g->recent);
	g->folded = g->now;
}

/* What moved and the time that it took, both forgotten alike: their ratio is
 * the rate, however updates are spaced. */
static void
fold_rate(struct estimate *e, uint64_t to)
{
	const struct growth *m = &e->moved;
	double passed = seconds(e->at, to), memory, forgotten;

	if (!m->known || m->since == to)
		return;
	memory = fmax(RATE_SECONDS, RATE_GAPS * seconds(m->since, to) / (e->rises + 1.0));
	forgotten = -expm1(-passed / memory);
	e->work += forgotten * (unfolded(m) / passed * memory - e->work);
	e->time += forgotten * (memory - e->time);
}

/* Takes in a value.  One that falls was counted too high before: by the same
 * factor, all that was seen of it is less.  Returns that factor; 0 if what was
 * seen says nothing any more, since it is gone, new, or at its beginning again. */
static double
learn(struct growth *g, uint64_t at, bool has_value, double value)
{
	double factor = 1;

	if (!has_value || !g->known || value < g->first)
		factor = 0;
	else if (value < g->now)
		factor = (value - g->first) / (g->now - g->first);
	if (factor == 0)
		*g = (struct growth){ .known = has_value, .since = at, .first = value, .folded = value };
	g->folded = g->first + (g->folded - g->first) * factor;
	g->recent *= factor;
	g->now = value;
	return factor;
}

void
estimate_update(struct estimate *e, uint64_t mono_us, bool has_moved, double moved, bool has_total, double total)
{
	bool rises = e->moved.known && has_moved && moved > e->moved.now;
	double factor = learn(&e->moved, mono_us, has_moved, moved);

	learn(&e->total, mono_us, has_total, total);
	e->work *= factor;
	if (factor == 0)
		e->time = e->rises = 0;
	if (rises && e->rises < UINT_MAX)
		e->rises++;
	if (mono_us <= e->at)
		return; /* the same microsecond: its work is taken in with the next */
	fold_rate(e, mono_us);
	fold(&e->moved, e->at, mono_us, MOVED_WEIGHT);
	fold(&e->total, e->at, mono_us, TOTAL_WEIGHT);
	e->at = mono_us;
}

/* Something to go by: enough steps, for long enough. */
static bool
means_something(const struct estimate *e)
{
	return e->rises >= RISES_MIN && seconds(e->moved.since, e->at) >= SECONDS_MIN;
}

bool
estimate_mean(const struct estimate *e, double *rate)
{
	double passed = seconds(e->moved.since, e->at);

	*rate = e->moved.known && passed > 0 ? (e->moved.now - e->moved.first) / passed : 0;
	return *rate > 0;
}

bool
estimate_rate(const struct estimate *e, double *rate)
{
	double mean;

	if (!means_something(e) || !estimate_mean(e, &mean))
		return false;
	*rate = e->work / e->time;
	if (*rate < mean * NOTHING_SHARE)
		*rate = 0;
	return true;
}

/* The power of time with which work goes on that has slowed down to `slower` of
 * its mean: work that goes like t^p has 2p / (1 + p) of its mean as `recent`. */
static double
power(double slower, double done_share)
{
	return 1 - (1 - fmax(slower / (2 - slower), POWER_MIN)) * fmin(done_share / BELIEVED_AT, 1);
}

bool
estimate_eta(const struct estimate *e, double *eta)
{
	const struct growth *m = &e->moved, *t = &e->total;
	double done = m->now - m->first, left = t->now - m->now, passed = seconds(m->since, e->at);
	double rate, mean;

	if (!t->known || left <= 0 || !estimate_rate(e, &rate) || !estimate_mean(e, &mean))
		return false;
	if (rate < mean * STALL_SHARE || t->recent > m->recent * CHASE_MAX)
		return false;
	if (m->recent < mean) /* done is to done + left as passed^p to (passed + eta)^p */
		*eta = passed * expm1(log1p(left / done) / power(m->recent / mean, done / (done + left)));
	else /* what got faster is not taken to go on getting faster */
		*eta = left / m->recent;
	*eta *= m->recent / (m->recent - t->recent); /* the total moves on meanwhile */
	return *eta <= passed * FORESIGHT_MAX;
}
