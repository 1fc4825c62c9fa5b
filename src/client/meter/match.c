/* match.c -- see match.h. */
#include "client/meter/match.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/meter/scan.h"

#define ERROR_MAX 200 /* bytes of regerror(3)'s sentence */

struct match {
	regex_t regex;
};

struct match *
match_new(const char *regex, char **error)
{
	struct match *m = xcalloc(1, sizeof *m);
	int failed = regcomp(&m->regex, regex, REG_EXTENDED);

	if (failed != 0) {
		char why[ERROR_MAX];

		regerror(failed, &m->regex, why, sizeof why);
		*error = xasprintf(NULL, "not a regular expression: %s", why);
		free(m);
		return NULL;
	}
	if (m->regex.re_nsub == 0) {
		*error = xstrdup("no group: (...) has to stand around the percent, or around moved and around total");
		match_free(m);
		return NULL;
	}
	return m;
}

void
match_free(struct match *m)
{
	if (m != NULL)
		regfree(&m->regex);
	free(m);
}

/* The number of a group, all of it but blanks. */
static bool
value(const struct piece *p, const regmatch_t *group, double *number, const char **unit)
{
	struct scan s = { .at = p->text + group->rm_so, .end = p->text + group->rm_eo };
	struct amount a;

	if (group->rm_so < 0)
		return false;
	scan_blanks(&s);
	if (!scan_amount(&s, &a) || !scan_unit(&s, &a))
		return false;
	scan_blanks(&s);
	*number = a.value * a.scale;
	*unit = a.bytes ? "B" : NULL;
	return s.at == s.end;
}

int
match_hear(const struct match *m, const struct piece *p, struct saying *say)
{
	regmatch_t group[3];
	double moved, total;
	const char *unit;

	if (p->end == PIECE_OSC || regexec(&m->regex, p->text, 3, group, 0) != 0 || !value(p, &group[1], &moved, &unit))
		return 0;
	if (m->regex.re_nsub < 2 || group[2].rm_so < 0) {
		if (moved > 100)
			return 0;
		say_percent(say, moved);
	} else {
		if (!value(p, &group[2], &total, &unit))
			return 0;
		if (total > 0)
			say_of(say, moved, total, unit);
		else
			say_moved(say, moved, unit);
	}
	return 1;
}
