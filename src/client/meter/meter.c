/* meter.c -- see meter.h.  Owns the dialects' memories, and asks them in the
 * order of the table: those that a program cannot speak by accident come first. */
#include "client/meter/meter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/meter/choice.h"
#include "client/meter/dialect.h"
#include "client/meter/hint.h"
#include "client/meter/match.h"
#include "client/meter/scan.h"

static const struct dialect *const dialects[] = { &dialect_osc, &dialect_git, &dialect_curl, &dialect_wget, &dialect_rsync,
	&dialect_pv, &dialect_dd, &dialect_ffmpeg, &dialect_steps, &dialect_growing, &dialect_generic };
#define DIALECTS (sizeof dialects / sizeof dialects[0])

static const struct dialect matched = { .name = "match" };

struct meter {
	struct match *match; /* or NULL */
	const char *hint;
	bool overwrites; /* the last piece is drawn over by the next one */
	bool told;
	struct choice choice;
	void *memory[DIALECTS];
};

struct meter *
meter_new(char *const argv[], const char *match, char **error)
{
	struct match *rule = NULL;
	struct meter *m;

	if (match != NULL && (rule = match_new(match, error)) == NULL)
		return NULL;
	m = xcalloc(1, sizeof *m);
	m->match = rule;
	m->hint = rule == NULL ? hint_for(argv) : NULL;
	for (size_t i = 0; i < DIALECTS; i++) {
		if (dialects[i]->memory > 0)
			m->memory[i] = xcalloc(1, dialects[i]->memory);
		if (dialects[i]->open != NULL)
			dialects[i]->open(m->memory[i], argv);
	}
	return m;
}

void
meter_free(struct meter *m)
{
	if (m == NULL)
		return;
	for (size_t i = 0; i < DIALECTS; i++)
		free(m->memory[i]);
	match_free(m->match);
	free(m);
}

/* The newest bytes, from a character's boundary on, without blanks at the end. */
static void
cut(const char **text, size_t *len)
{
	if (*len > METER_TEXT_MAX) {
		*text += *len - METER_TEXT_MAX;
		*len = METER_TEXT_MAX;
		while (*len > 0 && (**text & '\xc0') == '\x80') {
			(*text)++;
			(*len)--;
		}
	}
	while (*len > 0 && (*text)[*len - 1] == ' ')
		(*len)--;
}

static bool
ask(struct meter *m, const struct piece *p, struct reading *r)
{
	for (size_t i = 0; i < DIALECTS; i++) {
		struct saying say[SAYINGS_MAX];
		int n;

		memset(say, 0, sizeof say);
		n = dialects[i]->hear(m->memory[i], p, say);
		if (n != NOT_MINE)
			return n > 0 && choice_hear(&m->choice, dialects[i], say, n, r);
	}
	return false;
}

bool
meter_read(struct meter *m, const char *text, size_t len, enum piece_end end, struct reading *r)
{
	char copy[METER_TEXT_MAX + 1];
	struct piece p = { .text = copy, .end = end };
	bool overwrites = end == PIECE_CR || end == PIECE_BACK, news;

	cut(&text, &len);
	memcpy(copy, text, len);
	copy[len] = '\0';
	p.len = len;
	p.drawn = overwrites || m->overwrites;
	if (end != PIECE_OSC && end != PIECE_OPEN)
		m->overwrites = overwrites;
	if (m->match != NULL) {
		struct saying say = { 0 };

		news = match_hear(m->match, &p, &say) > 0 && choice_hear(&m->choice, &matched, &say, 1, r);
	} else {
		news = (len > 0 || end == PIECE_OSC) && ask(m, &p, r);
	}
	m->told |= news;
	return news;
}

const char *
meter_hint(const struct meter *m)
{
	return m->told ? NULL : m->hint;
}
