/* series.h -- recorded series (tests/bench/series), and how well the time that
 * remained was foretold along them: by estimate.c, by tqdm's formula, by the mean.
 *
 * An error is |foretold - true| / true duration of the whole series. */
#ifndef HEADWAY_SERIES_H
#define HEADWAY_SERIES_H

#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "task/estimate.h"

#define SERIES_POINTS_MAX 500
#define SERIES_MAX 100

struct series {
	const char *file;  /* NAME.txt, the name beginning with the kind */
	size_t n;
	struct point {
		double at, moved, total; /* seconds, units, units */
	} point[SERIES_POINTS_MAX];
};

enum teller { TELLER_HEADWAY, TELLER_TQDM, TELLER_MEAN, TELLERS };

/* What each foretold at one point; below 0: it had no answer. */
struct verdict {
	double error[TELLERS];
};

/* tqdm 4's remaining time, with its defaults: at each display, at least 0.1 s
 * after the one before, the steps and seconds since then go into one exponential
 * moving average each, smoothing 0.3; the rate is the ratio of the two. */
struct tqdm {
	bool begun;
	double at, moved;      /* of the last display */
	double steps, seconds; /* the averages; their common bias falls out of the ratio */
};

#define TQDM_SMOOTHING 0.3
#define TQDM_INTERVAL 0.1

static inline void
tqdm_update(struct tqdm *t, const struct point *p)
{
	double dn = p->moved - t->moved, dt = p->at - t->at;

	if (!t->begun) {
		*t = (struct tqdm){ .begun = true, .at = p->at, .moved = p->moved };
		return;
	}
	if (dt < TQDM_INTERVAL || dn < 0)
		return;
	if (dn > 0) {
		t->steps += TQDM_SMOOTHING * (dn - t->steps);
		t->seconds += TQDM_SMOOTHING * (dt - t->seconds);
	}
	t->at = p->at;
	t->moved = p->moved;
}

static inline bool
tqdm_eta(const struct tqdm *t, const struct point *p, double *eta)
{
	*eta = t->steps > 0 && p->total > p->moved ? (p->total - p->moved) * t->seconds / t->steps : 0;
	return t->steps > 0;
}

static inline bool
mean_eta(const struct series *s, const struct point *p, double *eta)
{
	double done = p->moved - s->point[0].moved;

	*eta = done > 0 && p->total > p->moved ? (p->total - p->moved) / done * (p->at - s->point[0].at) : 0;
	return done > 0;
}

static inline double
error_of(bool told, double eta, double remained, double duration)
{
	double error = (eta > remained ? eta - remained : remained - eta) / duration;

	return told ? error : -1;
}

/* The verdict at `share` of the duration, by what was known then. */
static inline struct verdict
series_verdict(const struct series *s, double share)
{
	const struct point *last = &s->point[s->n - 1], *p = s->point;
	double duration = last->at - s->point[0].at, remained, eta;
	struct estimate e;
	struct tqdm t = { .begun = false };
	struct verdict v;

	estimate_begin(&e);
	for (size_t i = 0; i < s->n && s->point[i].at - s->point[0].at <= share * duration; i++) {
		p = &s->point[i];
		estimate_update(&e, (uint64_t)(p->at * 1e6) + 1, true, p->moved, true, p->total);
		tqdm_update(&t, p);
	}
	remained = last->at - p->at;
	v.error[TELLER_HEADWAY] = estimate_eta(&e, &eta) ? error_of(true, eta, remained, duration) : -1;
	v.error[TELLER_TQDM] = tqdm_eta(&t, p, &eta) ? error_of(true, eta, remained, duration) : -1;
	v.error[TELLER_MEAN] = mean_eta(s, p, &eta) ? error_of(true, eta, remained, duration) : -1;
	return v;
}

/* False: there is no such file, or it is no series. */
static inline bool
series_read(struct series *s, const char *path)
{
	FILE *f = fopen(path, "r");
	const char *slash = strrchr(path, '/');
	char line[128];

	s->file = slash != NULL ? slash + 1 : path;
	s->n = 0;
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		struct point *p = &s->point[s->n];

		if (line[0] == '#')
			continue;
		if (s->n == SERIES_POINTS_MAX || sscanf(line, "%lf %lf %lf", &p->at, &p->moved, &p->total) != 3)
			break;
		s->n++;
	}
	if (f == NULL || !feof(f))
		s->n = 0;
	if (f != NULL)
		fclose(f);
	return s->n >= 2;
}

static inline int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The share `q` of the values is not greater; sorts them.  n > 0. */
static inline double
quantile(double *values, size_t n, double q)
{
	qsort(values, n, sizeof *values, by_size);
	return values[(size_t)(q * (double)(n - 1) + 0.5)];
}

#endif
