/* bars.c -- see bars.h.  Pure. */
#include "client/bars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "client/cells.h"
#include "client/figures.h"
#include "task/view.h"

/* STATE is a column of a table; beside a bar it comes first in NOTE, since most
 * rows have nothing to say there. */
enum column { SIGN, NAME, BAR, PERCENT, AMOUNT, RATE, TIME, LEFT, STATE, NOTE, COLUMNS };

#define CELL_MAX 8192 /* bytes: a record's texts and a few words */
#define GAP 2         /* cells between columns */
#define NAME_LEAST 12 /* cells that a longer name is not cut below */
#define BAR_LEAST 8
#define BAR_MOST 60
#define FRAME 2       /* of those, around the bar */
#define NOTE_LEAST 14 /* "failed, exit 3" */

/* Figures grow and shrink; a column that did so too would shake all others. */
static const struct {
	int least, most; /* cells of a column that is there; most 0: no limit */
	bool right;
} shape[COLUMNS] = {
	[SIGN] = { 1, 1, false }, [PERCENT] = { 4, 4, true }, [AMOUNT] = { 0, 48, true }, [RATE] = { 10, 24, true },
	[TIME] = { 5, 10, true }, [LEFT] = { 10, 15, true }, [STATE] = { 0, 24, false }, [NOTE] = { 0, 0, false },
};

struct layout {
	int width[COLUMNS]; /* 0: it is left out */
};

/* ---- what stands in a cell ---- */

static const char *
sign_of(const struct view *v, bool utf8)
{
	switch (v->state) {
	case STATE_DONE: return utf8 ? "\u2713" : "+";
	case STATE_FAILED: return utf8 ? "\u2717" : "x";
	case STATE_CANCELLED: return utf8 ? "\u2298" : "-";
	case STATE_LOST: return "?";
	default: return "";
	}
}

/* A bar that runs need not say that it does. */
static void
state_text(char text[CELL_MAX], const struct view *v, const struct bars_style *style)
{
	text[0] = '\0';
	if (v->state != STATE_RUNNING || v->cancel >= CANCEL_ASKED || style->columns == 0)
		figure_state(text, v);
}

static void
note_text(char text[CELL_MAX], const struct view *v, bool utf8)
{
	const char *parts[] = { v->title, v->message };
	size_t len = 0;

	text[0] = '\0';
	if (v->lap > 1)
		len += (size_t)snprintf(text, CELL_MAX, "lap %u", v->lap);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (parts[i] != NULL && parts[i][0] != '\0' && len < CELL_MAX)
			len += (size_t)snprintf(text + len, CELL_MAX - len, "%s%s",
			    len == 0 ? "" : utf8 ? " \u00b7 " : " - ", parts[i]);
}

static void
cell_text(char text[CELL_MAX], enum column c, const struct view *v, const struct bars_style *style)
{
	text[0] = '\0';
	switch (c) {
	case SIGN: snprintf(text, CELL_MAX, "%s", sign_of(v, style->utf8)); break;
	case NAME: snprintf(text, CELL_MAX, "%s", v->task != NULL ? v->task : "(unnamed)"); break;
	case PERCENT: figure_percent(text, v); break;
	case AMOUNT: figure_amount(text, v); break;
	case RATE:
		if (v->state == STATE_RUNNING)
			figure_rate(text, v);
		break;
	case TIME: figure_clock(text, figure_elapsed(v, style->now)); break;
	case LEFT: figure_left(text, v, style->now); break;
	case STATE: state_text(text, v, style); break;
	case NOTE: note_text(text, v, style->utf8); break;
	default: break;
	}
}

/* ---- how wide the columns are ---- */

static int
cell_width(enum column c, const struct view *v, const struct bars_style *style)
{
	char text[CELL_MAX];

	cell_text(text, c, v, style);
	return cells_width(text, style->utf8);
}

static int
clamp(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

/* Of a state and a note in one. */
static int
trailer_width(int state, int note)
{
	return state + note + (state > 0 && note > 0 ? GAP : 0);
}

/* What each column would like to have: its widest cell. */
static struct layout
natural(const struct view *views, size_t n, const struct bars_style *style)
{
	struct layout l = { .width = { [SIGN] = 1, [BAR] = style->columns > 0 ? BAR_LEAST : 0 } };

	for (size_t i = 0; i < n; i++)
		for (enum column c = NAME; c < COLUMNS; c++) {
			int width = cell_width(c, &views[i], style);

			if (c == NOTE && style->columns > 0)
				width = trailer_width(cell_width(STATE, &views[i], style), width);
			if (width > l.width[c])
				l.width[c] = width;
		}
	for (enum column c = PERCENT; c < COLUMNS; c++)
		if (l.width[c] > 0)
			l.width[c] = clamp(l.width[c], shape[c].least, shape[c].most > 0 ? shape[c].most : l.width[c]);
	return l;
}

/* Takes at most `wish` of *room. */
static int
take(int *room, int wish)
{
	int n = clamp(wish, 0, *room);

	*room -= n;
	return n;
}

/* The columns that fit, the most important first; then what is left is shared
 * out: to the bar, half of it if there are notes, and the rest to names that
 * were cut and to the notes. */
static struct layout
fit(const struct layout *wish, int columns)
{
	static const enum column by_importance[] = { PERCENT, BAR, NOTE, LEFT, TIME, AMOUNT, RATE };
	struct layout l = { .width = { [SIGN] = 1 } };
	int room = clamp(columns - 1 - 1, 0, columns); /* the sign and the blank behind it */

	l.width[NAME] = take(&room, clamp(wish->width[NAME], 0, clamp(columns / 4, NAME_LEAST, columns)));
	for (size_t i = 0; i < sizeof by_importance / sizeof by_importance[0]; i++) {
		enum column c = by_importance[i];
		int width = c == NOTE ? clamp(wish->width[c], 0, NOTE_LEAST) : wish->width[c];

		if (width > 0 && width + GAP <= room) {
			l.width[c] = width;
			room -= width + GAP;
		}
	}
	if (l.width[BAR] > 0)
		l.width[BAR] += take(&room, clamp(l.width[NOTE] > 0 ? room / 2 : room, 0, BAR_MOST - BAR_LEAST));
	l.width[NAME] += take(&room, wish->width[NAME] - l.width[NAME]);
	if (l.width[NOTE] > 0)
		l.width[NOTE] += room;
	return l;
}

/* ---- writing ---- */

struct pen {
	FILE *out;
	const struct bars_style *style;
	int owed; /* blanks that come before whatever comes next: none at the end of a line */
};

static void
pad(struct pen *pen)
{
	fprintf(pen->out, "%*s", pen->owed, "");
	pen->owed = 0;
}

static void
color(const struct pen *pen, const char *sgr)
{
	if (pen->style->color && sgr != NULL)
		fprintf(pen->out, "\033[%sm", sgr);
}

/* NULL: the terminal's own. */
static const char *
color_of(const struct view *v, enum column c)
{
	static const char *const states[] = {
		[STATE_UNSAID] = NULL, [STATE_RUNNING] = "36", [STATE_DONE] = "32", [STATE_FAILED] = "31",
		[STATE_CANCELLED] = "33", [STATE_LOST] = "35",
	};

	if (c == NOTE)
		return "2";
	if (c == STATE && v->state == STATE_RUNNING && v->cancel >= CANCEL_ASKED)
		return "33";
	return c == BAR || ((c == SIGN || c == STATE) && v->state != STATE_RUNNING) ? states[v->state] : NULL;
}

static void
repeat(FILE *out, const char *s, int n)
{
	for (; n > 0; n--)
		fputs(s, out);
}

/* As full as the percent; to an eighth of a cell where there are characters
 * for it.  Full is 100 and nothing less. */
static void
filled(const struct pen *pen, int percent, int width)
{
	static const char *const eighths[] = { " ", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589" };
	int n = (int)((long)width * 8 * percent / 10000);

	repeat(pen->out, pen->style->utf8 ? "\u2588" : "#", n / 8);
	if (n / 8 == width)
		return;
	fputs(pen->style->utf8 ? eighths[n % 8] : " ", pen->out);
	repeat(pen->out, " ", width - n / 8 - 1);
}

static void
to_and_fro(const struct pen *pen, int width)
{
	int block = clamp(width / 4, 1, 12), way = width - block;
	int at = way > 0 ? (int)(pen->style->phase % (2u * (unsigned)way)) : 0;

	if (at > way)
		at = 2 * way - at;
	repeat(pen->out, " ", at);
	repeat(pen->out, pen->style->utf8 ? "\u2588" : "#", block);
	repeat(pen->out, " ", way - at);
}

static void
put_bar(struct pen *pen, const struct view *v, int width)
{
	pad(pen);
	fputs(pen->style->utf8 ? "\u2595" : "[", pen->out);
	color(pen, color_of(v, BAR));
	if (v->percent < 0 && v->state == STATE_RUNNING)
		to_and_fro(pen, width - FRAME);
	else
		filled(pen, v->percent < 0 ? 0 : v->percent, width - FRAME);
	color(pen, "");
	fputs(pen->style->utf8 ? "\u258f" : "]", pen->out);
}

static void
put_text(struct pen *pen, const struct view *v, enum column c, int width)
{
	bool utf8 = pen->style->utf8;
	const char *sgr = color_of(v, c);
	char text[CELL_MAX];
	int blank;

	cell_text(text, c, v, pen->style);
	blank = width - clamp(cells_width(text, utf8), 0, width);
	if (blank == width) {
		pen->owed += width;
		return;
	}
	pen->owed += shape[c].right ? blank : 0;
	pad(pen);
	color(pen, sgr);
	/* a wide character that does not fit leaves a cell */
	pen->owed = width - (shape[c].right ? blank : 0) - cells_put(pen->out, text, width, utf8);
	color(pen, sgr != NULL ? "" : NULL);
}

static void
put_trailer(struct pen *pen, const struct view *v, int width)
{
	int state = clamp(cell_width(STATE, v, pen->style), 0, width);

	if (state > 0) {
		put_text(pen, v, STATE, state);
		pen->owed += GAP;
		width -= state + GAP;
	}
	if (width > 0)
		put_text(pen, v, NOTE, width);
}

static void
put_line(struct pen *pen, const struct view *v, const struct layout *l)
{
	for (enum column c = SIGN; c < COLUMNS; c++) {
		if (l->width[c] == 0)
			continue;
		if (c == BAR)
			put_bar(pen, v, l->width[c]);
		else if (c == NOTE && pen->style->columns > 0)
			put_trailer(pen, v, l->width[c]);
		else
			put_text(pen, v, c, l->width[c]);
		pen->owed += c == SIGN ? 1 : GAP;
	}
	pen->owed = 0;
	putc('\n', pen->out);
}

char *
bars_draw(const struct view *views, size_t n, const struct bars_style *style)
{
	struct layout l = natural(views, n, style);
	struct pen pen = { .style = style };
	char *text = NULL;
	size_t len;

	if (style->columns > 0)
		l = fit(&l, style->columns);
	if ((pen.out = open_memstream(&text, &len)) == NULL)
		fatalx("out of memory");
	for (size_t i = 0; i < n; i++)
		put_line(&pen, &views[i], &l);
	fclose(pen.out);
	return text;
}
