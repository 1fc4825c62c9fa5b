/* record.c -- see record.h.  Pure. */
#include "task/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "task/estimate.h"
#include "task/json.h"
#include "task/name.h"
#include "task/number.h"

/* No estimate is better than this. */
#define RATE_DIGITS 6
#define ETA_WHOLE 100 /* seconds: from here on whole ones, below with one decimal */

struct record {
	char *name;
	struct json_object *value[FIELDS];
	enum state state;
	enum cancel cancel;
	bool explained; /* exit and signal are not what was published */
	unsigned lap;
	double started, updated, ended; /* updated 0: no update applied yet */
	struct now at;                  /* of `updated`, or of the beginning */
	struct estimate estimate; /* of the lap */
};

struct record *
record_new(const char *name, struct now now)
{
	struct record *r = xcalloc(1, sizeof *r);

	r->name = xstrdup(name);
	r->state = STATE_RUNNING;
	r->lap = 1;
	r->started = now.wall;
	r->at = now;
	estimate_begin(&r->estimate);
	return r;
}

void
record_free(struct record *r)
{
	if (r == NULL)
		return;
	for (int f = 0; f < FIELDS; f++)
		if (r->value[f] != NULL)
			json_object_put(r->value[f]);
	free(r->name);
	free(r);
}

void
record_set_started(struct record *r, double started)
{
	r->started = started;
}

static double
number_of(const struct record *r, enum field f)
{
	return json_object_get_double(r->value[f]); /* 0 if it is not known */
}

static bool
complete(const struct record *r)
{
	return r->value[FIELD_TOTAL] != NULL && number_of(r, FIELD_TOTAL) > 0 &&
	    number_of(r, FIELD_MOVED) >= number_of(r, FIELD_TOTAL);
}

/* Takes `v` over. */
static void
put(struct record *r, enum field f, struct json_object *v)
{
	if (r->value[f] != NULL)
		json_object_put(r->value[f]);
	r->value[f] = v;
}

/* A lap begins when it is said, or when work that was complete falls back. */
static bool
new_lap(const struct record *r, const struct update *u)
{
	if (r->updated == 0)
		return false;
	return update_lap(u) || (update_value(u, FIELD_MOVED) != NULL && complete(r) &&
	    json_object_get_double(update_value(u, FIELD_MOVED)) < number_of(r, FIELD_MOVED));
}

/* If the wall clock was set meanwhile, the beginning moves along: it was as long
 * ago as it was, and not 56 years. */
static void
pass_to(struct record *r, struct now now)
{
	r->started += clock_set_by(&r->at, &now);
	r->at = now;
	r->updated = now.wall;
}

void
record_apply(struct record *r, const struct update *u, struct now now)
{
	if (new_lap(r, u)) {
		r->lap++;
		estimate_begin(&r->estimate);
	}
	for (int f = 0; f < FIELDS; f++)
		if (update_names(u, (enum field)f))
			put(r, (enum field)f, json_object_get(update_value(u, (enum field)f)));
	estimate_update(&r->estimate, now.mono, r->value[FIELD_MOVED] != NULL, number_of(r, FIELD_MOVED),
	    r->value[FIELD_TOTAL] != NULL, number_of(r, FIELD_TOTAL));
	pass_to(r, now);
	if (state_ended(update_state(u)))
		record_end(r, update_state(u), now);
}

void
record_end(struct record *r, enum state how, struct now now)
{
	pass_to(r, now);
	r->state = how;
	r->ended = now.wall;
}

void
record_revive(struct record *r)
{
	r->state = STATE_RUNNING;
	r->ended = 0;
	if (r->explained) {
		put(r, FIELD_EXIT, NULL);
		put(r, FIELD_SIGNAL, NULL);
		r->explained = false;
	}
}

void
record_explain(struct record *r, int exit, const char *signal)
{
	put(r, FIELD_EXIT, signal == NULL ? json_object_new_int(exit) : NULL);
	put(r, FIELD_SIGNAL, signal != NULL ? json_object_new_string(signal) : NULL);
	r->explained = true;
}

enum cancel
record_cancel(const struct record *r)
{
	return r->cancel;
}

void
record_set_cancel(struct record *r, enum cancel cancel)
{
	r->cancel = cancel;
}

enum state
record_state(const struct record *r)
{
	return r->state;
}

double
record_started(const struct record *r)
{
	return r->started;
}

/* A done run is complete, whatever the last number said; any other has a
 * percent only if there is a total to measure against. */
static void
add_percent(struct json_object *o, const struct record *r)
{
	double total = number_of(r, FIELD_TOTAL);
	int p = 10000;
	char text[16];

	if (r->state != STATE_DONE) {
		if (total <= 0 || r->value[FIELD_MOVED] == NULL)
			return;
		p = number_percent(number_of(r, FIELD_MOVED), total);
	}
	snprintf(text, sizeof text, "%d.%02d", p / 100, p % 100);
	json_add_text(o, "percent", text);
}

/* What goes on has the rate of late and, if there is any telling, the seconds
 * that it still takes; what has ended has the mean. */
static void
add_estimate(struct json_object *o, const struct record *r)
{
	bool ended = state_ended(r->state);
	double n;

	if (ended ? estimate_mean(&r->estimate, &n) : estimate_rate(&r->estimate, &n))
		json_add_rounded(o, "rate", n, RATE_DIGITS);
	if (!ended && estimate_eta(&r->estimate, &n))
		json_add_number(o, "eta", n < ETA_WHOLE ? round(n * 10) / 10 : round(n));
}

char *
record_json(const struct record *r, size_t *len)
{
	struct json_object *o = json_object_new_object();
	bool named = strcmp(r->name, NAME_UNNAMED) != 0;

	for (int f = FIELD_MOVED; f <= FIELD_TOTAL; f++)
		if (r->value[f] != NULL)
			field_add(o, (enum field)f, r->value[f]);
	add_percent(o, r);
	if (named)
		json_add_text(o, "task", r->name);
	if (r->state != STATE_RUNNING)
		json_add_text(o, "state", state_name(r->state));
	for (int f = FIELD_TITLE; f < FIELDS; f++)
		if (r->value[f] != NULL)
			field_add(o, (enum field)f, r->value[f]);
	if (r->cancel != CANCEL_UNSAID && !state_ended(r->state))
		json_add_text(o, "cancel", cancel_name(r->cancel));
	if (named) {
		if (r->lap > 1)
			json_object_object_add(o, "lap", json_object_new_int64(r->lap));
		add_estimate(o, r);
		json_add_time(o, "started", r->started);
		json_add_time(o, "updated", r->updated);
		if (state_ended(r->state))
			json_add_time(o, "ended", r->ended);
	}
	return json_render(o, len);
}
