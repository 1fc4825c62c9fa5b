/* teller.c -- see teller.h.  Owns what is not told yet. */
#include "client/teller.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define EARS_MAX 2 /* standard output and standard error */

struct teller {
	struct report *report;
	struct meter *meter;
	struct update *news;
	bool any;         /* news is not empty */
	bool knew;
	bool message;     /* the message that is shown is a meter's */
	uint64_t told;    /* clock_mono() of the last report */
	bool log;
	struct ear *ear[EARS_MAX];
	size_t ears;
};

struct teller *
teller_new(struct report *report, struct meter *meter, bool log)
{
	struct teller *t = xcalloc(1, sizeof *t);

	t->report = report;
	t->meter = meter;
	t->log = log;
	t->news = update_new();
	return t;
}

void
teller_free(struct teller *t)
{
	for (size_t i = 0; i < t->ears; i++)
		ear_free(t->ear[i]);
	update_free(t->news);
	free(t);
}

/* ---- what is heard ---- */

static void
set_number(struct update *u, enum field field, bool known, double n)
{
	char err[UPDATE_ERR];

	if (!known || !update_set_number(u, field, n, err))
		update_remove(u, field);
}

static void
take_reading(struct teller *t, const struct reading *r)
{
	char err[UPDATE_ERR];

	set_number(t->news, FIELD_MOVED, true, r->moved);
	set_number(t->news, FIELD_TOTAL, r->has_total, r->total);
	if (r->unit == NULL || !update_set_text(t->news, FIELD_UNIT, r->unit, err))
		update_remove(t->news, FIELD_UNIT);
	if (r->message[0] != '\0' && update_set_text(t->news, FIELD_MESSAGE, r->message, err)) {
		t->message = true;
	} else if (t->message) { /* not one that the user gave */
		update_remove(t->news, FIELD_MESSAGE);
		t->message = false;
	}
	if (r->lap)
		update_set_lap(t->news, true);
	t->any = t->knew = true;
}

static void
on_piece(void *arg, const char *text, size_t len, enum piece_end end)
{
	struct teller *t = arg;
	struct reading r;

	if (meter_read(t->meter, text, len, end, &r))
		take_reading(t, &r);
}

static void
on_line(void *arg, const char *text, size_t len)
{
	struct teller *t = arg;
	char err[UPDATE_ERR];

	if (update_add_log(t->news, text, len, err))
		t->any = true;
}

static void
on_skipped(void *arg, uint64_t lines)
{
	struct teller *t = arg;

	if (!t->log || lines == 0)
		return;
	update_skip_log(t->news, lines);
	t->any = true;
}

struct ear *
teller_listen(struct teller *t, bool text)
{
	struct screen_user user = { .arg = t, .piece = on_piece, .line = t->log ? on_line : NULL };

	t->ear[t->ears] = ear_new(&user, on_skipped, text);
	return t->ear[t->ears++];
}

void
teller_finish(struct teller *t)
{
	for (size_t i = 0; i < t->ears; i++)
		ear_finish(t->ear[i]);
}

/* ---- what is told ---- */

static void
tell(struct teller *t)
{
	if (t->report != NULL)
		report_say(t->report, t->news);
	update_clear(t->news);
	t->any = false;
	t->told = clock_mono();
}

void
teller_serve(struct teller *t)
{
	for (size_t i = 0; i < t->ears; i++)
		ear_serve(t->ear[i]);
	if (t->any && clock_mono() - t->told >= TELLER_PERIOD)
		tell(t);
}

int
teller_timeout(const struct teller *t)
{
	uint64_t since = clock_mono() - t->told;
	int ms = -1;

	if (t->any)
		ms = since >= TELLER_PERIOD ? 0 : (int)((TELLER_PERIOD - since) / 1000) + 1;
	for (size_t i = 0; i < t->ears; i++)
		ms = clock_sooner(ms, ear_timeout(t->ear[i]));
	return ms;
}

void
teller_say(struct teller *t, const struct update *u)
{
	update_merge(t->news, u);
	tell(t);
}

bool
teller_knew(const struct teller *t)
{
	return t->knew;
}
