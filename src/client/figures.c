/* figures.c -- see figures.h.  Pure. */
#include "client/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "task/number.h"

#define MINUTE 60.0
#define HOUR 3600.0
#define DAY 86400.0
#define DURATION_MAX (9999 * DAY) /* longer is no estimate but an accident */

/* What figures are divided by, and what they are called then. */
struct scale {
	double size;
	const char *name;
	int places; /* -1: as many as the number has, two at most */
};

static struct scale
scale_for(double largest, const char *unit, int places)
{
	static const char *const names[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	struct scale s = { 1, unit != NULL ? unit : "", -1 };

	if (unit == NULL || strcmp(unit, "B") != 0)
		return s;
	for (size_t i = 1; i < sizeof names / sizeof names[0] && largest >= s.size * 1024; i++) {
		s.size *= 1024;
		s.name = names[i];
		s.places = places;
	}
	return s;
}

/* Bytes always have as many digits: a figure that grows and shrinks by one
 * pulls at the eye. */
static void
put(char text[NUMBER_TEXT_MAX], double n, const struct scale *s)
{
	n /= s->size;
	if (s->places >= 0)
		snprintf(text, NUMBER_TEXT_MAX, "%.*f", s->places, n);
	else
		number_text(text, n == floor(n) ? n : round(n * 100) / 100);
}

void
figure_percent(char text[FIGURE_MAX], const struct view *v)
{
	text[0] = '\0';
	if (v->percent >= 0)
		snprintf(text, FIGURE_MAX, "%d%%", v->percent / 100);
}

/* All that is known are percents: they stand in a column of their own. */
static bool
percents(const struct view *v)
{
	return v->unit != NULL && strcmp(v->unit, "%") == 0;
}

void
figure_amount(char text[FIGURE_MAX], const struct view *v)
{
	char moved[NUMBER_TEXT_MAX], total[NUMBER_TEXT_MAX];
	/* done is 100 %, whatever the last numbers were: 3/12 beside it would only puzzle */
	bool whole = v->total > 0 && !(v->state == STATE_DONE && v->total > v->moved);
	struct scale s = scale_for(whole ? fmax(v->moved, v->total) : v->moved, v->unit, 2);

	text[0] = '\0';
	if (percents(v) || v->moved < 0 || (v->state == STATE_DONE && v->total > v->moved))
		return;
	put(moved, v->moved, &s);
	put(total, v->total, &s);
	snprintf(text, FIGURE_MAX, "%s%s%s%s%s", moved, whole ? "/" : "", whole ? total : "",
	    s.name[0] != '\0' ? " " : "", s.name);
}

void
figure_rate(char text[FIGURE_MAX], const struct view *v)
{
	struct scale s = scale_for(v->rate, v->unit, 1);

	text[0] = '\0';
	if (!percents(v) && v->rate >= 0)
		snprintf(text, FIGURE_MAX, "%.1f%s%s/s", v->rate / s.size, s.name[0] != '\0' ? " " : "", s.name);
}

void
figure_clock(char text[FIGURE_MAX], double seconds)
{
	double s = floor(fmin(seconds, DURATION_MAX));
	int minutes = (int)(fmod(s, HOUR) / MINUTE);

	text[0] = '\0';
	if (seconds < 0)
		return;
	if (s >= 4 * DAY)
		snprintf(text, FIGURE_MAX, "%dd %02dh", (int)(s / DAY), (int)(fmod(s, DAY) / HOUR));
	else if (s >= HOUR)
		snprintf(text, FIGURE_MAX, "%d:%02d:%02d", (int)(s / HOUR), minutes, (int)fmod(s, MINUTE));
	else
		snprintf(text, FIGURE_MAX, "%d:%02d", minutes, (int)fmod(s, MINUTE));
}

/* Two units, the smaller only if it is not zero. */
static void
two_units(char text[FIGURE_MAX], double s, double large, const char *large_name, double small, const char *small_name)
{
	int rest = (int)(fmod(s, large) / small);
	int n = snprintf(text, FIGURE_MAX, "%d %s", (int)(s / large), large_name);

	if (rest > 0)
		snprintf(text + n, FIGURE_MAX - (size_t)n, " %d %s", rest, small_name);
}

void
figure_duration(char text[FIGURE_MAX], double seconds)
{
	double s = floor(fmin(seconds, DURATION_MAX));

	text[0] = '\0';
	if (seconds < 0)
		return;
	if (s < 10)
		snprintf(text, FIGURE_MAX, "%.1f s", floor(seconds * 10) / 10);
	else if (s < MINUTE)
		snprintf(text, FIGURE_MAX, "%d s", (int)s);
	else if (s < HOUR)
		two_units(text, s, MINUTE, "min", 1, "s");
	else if (s < DAY)
		two_units(text, s, HOUR, "h", MINUTE, "min");
	else
		two_units(text, s, DAY, "d", HOUR, "h");
}

void
figure_state(char text[FIGURE_MAX], const struct view *v)
{
	const char *word = v->state != STATE_UNSAID ? state_name(v->state) : "";

	if (v->state == STATE_RUNNING && v->cancel == CANCEL_ASKED)
		word = "asked to stop";
	else if (v->state == STATE_RUNNING && v->cancel == CANCEL_STOPPING)
		word = "stopping";
	if (state_ended(v->state) && v->signal != NULL && v->signal[0] != '\0')
		snprintf(text, FIGURE_MAX, "%s, signal %s", word, v->signal);
	else if (state_ended(v->state) && v->exit > 0)
		snprintf(text, FIGURE_MAX, "%s, exit %d", word, v->exit);
	else
		snprintf(text, FIGURE_MAX, "%s", word);
}

void
figure_ending(char text[FIGURE_MAX], const struct view *v)
{
	char took[FIGURE_MAX];
	size_t n;

	figure_state(text, v);
	figure_duration(took, figure_elapsed(v, v->ended));
	n = strlen(text);
	if (took[0] != '\0')
		snprintf(text + n, FIGURE_MAX - n, ", after %s", took);
}

/* The broker reckoned at the last update: what has passed since is done. */
void
figure_left(char text[FIGURE_MAX], const struct view *v, double now)
{
	double eta = v->eta;
	int n;

	text[0] = '\0';
	if (eta < 0 || v->state != STATE_RUNNING)
		return;
	if (v->updated >= 0 && now > v->updated)
		eta = fmax(0, eta - (now - v->updated));
	figure_clock(text, ceil(eta));
	n = (int)strlen(text);
	snprintf(text + n, FIGURE_MAX - (size_t)n, " left");
}

double
figure_elapsed(const struct view *v, double now)
{
	double until = v->ended >= 0 ? v->ended : now;

	return v->started < 0 ? VIEW_UNKNOWN : fmax(0, until - v->started);
}
