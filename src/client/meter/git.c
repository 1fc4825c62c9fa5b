/* git.c -- "Receiving objects:  15% (464/3090), 3.30 MiB | 6.56 MiB/s": each of
 * git's phases, "remote: " before those of the other side (progress.c of git
 * 2.39).  A phase whose end is not known counts, "Enumerating objects: 3090". */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <math.h>
#include <string.h>

#define TITLE_MAX 60 /* bytes; the longest one has 50 */

/* A phase that does not know its end, and is not at its end */
static bool
counts(const struct piece *p, const char *name, size_t len)
{
	return p->end == PIECE_CR && ((len > 12 && memcmp(name, "Enumerating ", 12) == 0) ||
		(len > 9 && memcmp(name, "Counting ", 9) == 0));
}

/* A capital, no numbers, a colon. */
static bool
title(struct scan *s, const char **from, size_t *len)
{
	const char *at = s->at;

	if (at == s->end || *at < 'A' || *at > 'Z')
		return false;
	while (at < s->end && *at != ':' && strchr("0123456789%/()", *at) == NULL)
		at++;
	if (at == s->end || *at != ':' || at - s->at > TITLE_MAX)
		return false;
	*from = s->at;
	*len = (size_t)(at - s->at);
	s->at = at + 1;
	return true;
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct scan s = scan_piece(p);
	struct amount percent, n, total;
	const char *name;
	size_t len;

	(void)memory;
	if (!p->drawn) /* "Lines: 85% (170/200)" is somebody else's */
		return NOT_MINE;
	scan_text(&s, "remote: ");
	if (!title(&s, &name, &len) || scan_blanks(&s) == 0 || !scan_amount(&s, &percent))
		return NOT_MINE;
	if (s.at == s.end && percent.whole && counts(p, name, len)) {
		say_moved(say, percent.value, NULL);
	} else {
		if (!scan_text(&s, "% (") || !scan_amount(&s, &n) || !scan_text(&s, "/") || !scan_amount(&s, &total) ||
		    !scan_text(&s, ")") || n.value > total.value || total.value == 0 ||
		    floor(n.value * 100 / total.value) != percent.value)
			return NOT_MINE;
		say_of(say, n.value, total.value, NULL);
	}
	say_label(say, name, len);
	say->phase = true;
	return 1;
}

const struct dialect dialect_git = { .name = "git", .hear = hear };
