/* screen.c -- see screen.h.
 *
 * What is drawn between "save cursor" and "restore cursor" somewhere else
 * (apt's bar at the bottom) is told as pieces but is no line of the log. */
#include "client/screen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/region.h"
#include "client/row.h"
#include "client/vt.h"

#define ASTRAY_MAX 1000 /* line feeds elsewhere: no terminal is higher, so the cursor will not be restored any more */
#define PROGRESS "9;4;"

struct screen {
	struct screen_user user;
	struct vt vt;
	bool fresh;      /* the row has changed since a piece of it ended */
	bool offered;    /* ... but not since it was told as open */
	bool returned;   /* a CR; what comes tells whether the line has ended */
	bool alternate;  /* on the alternate screen */
	bool saved;      /* the cursor was saved */
	bool aside;      /* ... and moved elsewhere since: `elsewhere` is drawn */
	bool to_return;  /* `returned` of the place to come back to */
	unsigned astray; /* line feeds there */
	struct region region;
	struct row main, elsewhere;
	char text[ROW_TEXT_MAX + 1];
};

struct screen *
screen_new(const struct screen_user *user)
{
	struct screen *s = xcalloc(1, sizeof *s);

	s->user = *user;
	return s;
}

void
screen_free(struct screen *s)
{
	free(s);
}

static struct row *
row_of(struct screen *s)
{
	return s->aside ? &s->elsewhere : &s->main;
}

static void
tell(struct screen *s, enum piece_end end)
{
	struct row *row = row_of(s);

	if (!s->fresh)
		return;
	s->offered = end == PIECE_OPEN;
	s->fresh = s->offered;
	if (!row_blank(row))
		s->user.piece(s->user.arg, s->text, row_text(row, s->text), end);
}

/* Something is to be changed: what stands there was shown until now. */
static void
turn(struct screen *s, enum piece_end end)
{
	tell(s, end);
	s->returned = false;
}

/* The row, for something to be put into it */
static struct row *
writing(struct screen *s)
{
	if (s->returned) {
		turn(s, PIECE_CR);
		row_clear(row_of(s));
	}
	s->fresh = true;
	s->offered = false;
	s->region.touched |= !s->aside;
	return row_of(s);
}

static void
log_line(void *arg, const char *line, size_t len)
{
	struct screen *s = arg;

	if (s->user.line != NULL)
		s->user.line(s->user.arg, line, len);
}

static void
line_feed(struct screen *s)
{
	turn(s, PIECE_LF);
	if (s->aside) {
		row_clear(&s->elsewhere);
		if (++s->astray > ASTRAY_MAX)
			s->aside = s->saved = false;
		return;
	}
	region_line(&s->region, &s->main, log_line, s);
	row_clear(&s->main);
}

static void
control(struct screen *s, uint32_t code)
{
	struct row *row = row_of(s);

	switch (code) {
	case '\n':
		line_feed(s);
		break;
	case '\r':
		s->returned = row->len > 0;
		if (!s->returned)
			row_column(row, 0);
		break;
	case '\b':
		if (s->returned)
			break;
		tell(s, PIECE_BACK);
		row_left(row, 1);
		break;
	case '\t':
		row_put(writing(s), code);
		break;
	}
}

/* The cursor goes to another row, by so many or wherever it is told. */
static void
leave_row(struct screen *s, unsigned char how, size_t n)
{
	bool returned = s->returned;

	turn(s, PIECE_BACK);
	if (s->saved && !s->aside) {
		s->aside = true;
		s->astray = 0;
		s->to_return = returned;
	}
	if (s->aside) {
		row_clear(&s->elsewhere);
		return;
	}
	if (how == 'A')
		region_up(&s->region, &s->main, n);
	else if (how == 'B')
		region_down(&s->region, &s->main, n);
	row_clear(&s->main);
}

static void
save(struct screen *s)
{
	s->saved = true;
}

static void
restore(struct screen *s)
{
	if (s->aside) {
		turn(s, PIECE_BACK);
		row_clear(&s->elsewhere);
		s->returned = s->to_return;
	}
	s->saved = s->aside = false;
}

/* A movement within the row, or something written over. */
static void
move(struct screen *s, unsigned char what, size_t n)
{
	struct row *row = row_of(s);

	if (s->returned)
		row_column(row, 0);
	turn(s, PIECE_BACK);
	switch (what) {
	case 'C':
		row_right(row, n);
		break;
	case 'D':
		row_left(row, n);
		break;
	default:
		row_column(row, n - 1);
		break;
	}
}

static void
erase(struct screen *s, size_t what)
{
	struct row *row = row_of(s);

	s->region.touched |= !s->aside;
	if (s->returned || what == 2) {
		turn(s, s->returned ? PIECE_CR : PIECE_BACK);
		row_clear(row);
	} else if (what == 1) {
		turn(s, PIECE_BACK);
		row_erase_left(row);
	} else {
		row_erase_right(row);
	}
}

static void
mode(struct screen *s, const char *params, bool on)
{
	if (strcmp(params, "?1049") == 0 || strcmp(params, "?1047") == 0 || strcmp(params, "?47") == 0)
		s->alternate = on;
}

static void
sequence(struct screen *s, const struct vt_token *t)
{
	unsigned long n = strtoul(t->string, NULL, 10);

	if (t->code == 'h' || t->code == 'l') {
		mode(s, t->string, t->code == 'h');
		return;
	}
	if (s->alternate)
		return;
	if (t->code == 'm') {
		sgr_apply(&row_of(s)->look, t->string);
		return;
	}
	if (t->code == 'K' || t->code == 'J') {
		erase(s, n);
		return;
	}
	n = n == 0 ? 1 : n > ROW_CELLS ? ROW_CELLS : n;
	switch (t->code) {
	case 'A':
	case 'F':
		leave_row(s, 'A', n);
		break;
	case 'B':
	case 'E':
		leave_row(s, 'B', n);
		break;
	case 'C':
	case 'D':
		move(s, (unsigned char)t->code, n);
		break;
	case 'G':
	case '`':
		if (n == 1)
			control(s, '\r');
		else
			move(s, 'G', n);
		break;
	case 'H':
	case 'd':
	case 'f':
		leave_row(s, 'H', 0);
		break;
	case 's':
		save(s);
		break;
	case 'u':
		restore(s);
		break;
	}
}

static void
take(struct screen *s, const struct vt_token *t)
{
	if (t->kind == VT_OSC && strncmp(t->string, PROGRESS, sizeof PROGRESS - 1) == 0) {
		const char *progress = t->string + sizeof PROGRESS - 1;

		s->user.piece(s->user.arg, progress, strlen(progress), PIECE_OSC);
	} else if (t->kind == VT_CSI) {
		sequence(s, t);
	} else if (s->alternate) {
		return;
	} else if (t->kind == VT_CHAR) {
		row_put(writing(s), t->code);
	} else if (t->kind == VT_CONTROL) {
		control(s, t->code);
	} else if (t->kind == VT_ESCAPE && t->code == '7') {
		save(s);
	} else if (t->kind == VT_ESCAPE && t->code == '8') {
		restore(s);
	} else if (t->kind == VT_ESCAPE && t->code == 'M') {
		leave_row(s, 'A', 1);
	}
}

void
screen_feed(struct screen *s, const char *bytes, size_t len)
{
	size_t i = 0;

	while (i < len) {
		struct vt_token token;
		size_t plain = i;

		if (vt_is_plain(&s->vt))
			while (plain < len && bytes[plain] >= ' ' && bytes[plain] <= '~')
				plain++;
		if (plain > i && !s->alternate)
			row_put_plain(writing(s), bytes + i, plain - i);
		i = plain;
		if (i < len && vt_byte(&s->vt, (unsigned char)bytes[i], &token))
			i++;
		else if (i == len)
			break;
		take(s, &token);
	}
}

void
screen_idle(struct screen *s)
{
	if (s->alternate)
		return;
	if (s->returned)
		tell(s, PIECE_CR); /* it may still become the end of a line, then an empty piece */
	else if (!s->offered)
		tell(s, PIECE_OPEN);
}

void
screen_end(struct screen *s)
{
	if (s->alternate)
		return;
	tell(s, s->returned ? PIECE_CR : PIECE_OPEN);
	region_end(&s->region, &s->main, log_line, s);
	row_clear(row_of(s));
}
