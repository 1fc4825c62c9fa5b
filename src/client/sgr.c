/* sgr.c -- see sgr.h. */
#include "client/sgr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS_MAX 32 /* numbers of one sequence that count; terminals keep 16 to 32 */

/* A colour is its kind and its number */
#define BASIC 0x01000000u   /* 0..7, and 8..15 the bright ones */
#define INDEXED 0x02000000u /* 0..255 */
#define TRUE 0x03000000u    /* RGB */
#define KIND 0xff000000u

/* Numbers parted by ; or by : (ISO 8613-6's own form).  An absent one is 0. */
static size_t
numbers(const char *params, unsigned n[PARAMS_MAX])
{
	size_t count = 0;

	do {
		char *end;
		unsigned long v = strtoul(params, &end, 10);

		n[count++] = v > 999 ? 999 : (unsigned)v;
		params = end + strcspn(end, ";:");
	} while (*params++ != '\0' && count < PARAMS_MAX);
	return count;
}

/* 38 and 48: the colour that follows; the index of the last number used. */
static size_t
extended(const unsigned n[], size_t i, size_t count, uint32_t *colour)
{
	if (i + 2 < count && n[i + 1] == 5) {
		*colour = INDEXED | (n[i + 2] & 0xff);
		return i + 2;
	}
	if (i + 4 < count && n[i + 1] == 2) {
		*colour = TRUE | (n[i + 2] & 0xff) << 16 | (n[i + 3] & 0xff) << 8 | (n[i + 4] & 0xff);
		return i + 4;
	}
	return count;
}

void
sgr_apply(struct sgr *s, const char *params)
{
	unsigned n[PARAMS_MAX];
	size_t count;

	if (*params > ';') /* "?" and the like: a private sequence, which is not this one */
		return;
	count = numbers(params, n);
	for (size_t i = 0; i < count; i++) {
		unsigned p = n[i];

		if (p == 0)
			memset(s, 0, sizeof *s);
		else if (p <= 9)
			s->set |= (uint16_t)(1u << p);
		else if (p == 22)
			s->set &= (uint16_t)~(1u << 1 | 1u << 2);
		else if (p >= 23 && p <= 29)
			s->set &= (uint16_t)~(1u << (p - 20));
		else if ((p >= 30 && p <= 37) || (p >= 90 && p <= 97))
			s->fg = BASIC | (p < 90 ? p - 30 : p - 90 + 8);
		else if ((p >= 40 && p <= 47) || (p >= 100 && p <= 107))
			s->bg = BASIC | (p < 100 ? p - 40 : p - 100 + 8);
		else if (p == 38 || p == 48)
			i = extended(n, i, count, p == 38 ? &s->fg : &s->bg);
		else if (p == 39)
			s->fg = 0;
		else if (p == 49)
			s->bg = 0;
	}
}

bool
sgr_equal(const struct sgr *a, const struct sgr *b)
{
	return a->set == b->set && a->fg == b->fg && a->bg == b->bg;
}

static int
colour(char *text, size_t room, uint32_t c, unsigned base)
{
	unsigned n = c & 0xffffff;

	switch (c & KIND) {
	case BASIC:
		return snprintf(text, room, "%u;", n < 8 ? base + n : base + 60 + n - 8);
	case INDEXED:
		return snprintf(text, room, "%u;5;%u;", base + 8, n);
	case TRUE:
		return snprintf(text, room, "%u;2;%u;%u;%u;", base + 8, n >> 16, n >> 8 & 0xff, n & 0xff);
	default:
		return 0;
	}
}

size_t
sgr_change(char text[SGR_TEXT_MAX], const struct sgr *from, const struct sgr *to)
{
	static const struct sgr usual;
	size_t at;

	text[0] = '\0';
	if (sgr_equal(from, to))
		return 0;
	at = (size_t)snprintf(text, SGR_TEXT_MAX, "\033[%s", sgr_equal(from, &usual) ? "" : "0;");
	for (unsigned bit = 1; bit <= 9; bit++)
		if (to->set & 1u << bit)
			at += (size_t)snprintf(text + at, SGR_TEXT_MAX - at, "%u;", bit);
	at += (size_t)colour(text + at, SGR_TEXT_MAX - at, to->fg, 30);
	at += (size_t)colour(text + at, SGR_TEXT_MAX - at, to->bg, 40);
	text[at - 1] = 'm'; /* in place of the last semicolon */
	return at;
}
