/* second.c -- see second.h.  Owns the pairs of names. */
#include "broker/second.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct second *
find(const struct seconds *s, const char *said)
{
	struct second *pair;

	SLIST_FOREACH(pair, &s->list, next)
		if (strcmp(pair->said, said) == 0)
			return pair;
	return NULL;
}

/* The one with the longest name, of those that apply. */
static const struct second *
covering(const struct seconds *s, const char *said, enum second_scope scope)
{
	const struct second *best = NULL, *pair;

	SLIST_FOREACH(pair, &s->list, next)
		if (name_covered(said, pair->said) && (scope == SECOND_WHOLE || strcmp(said, pair->said) != 0) &&
		    (best == NULL || strlen(pair->said) > strlen(best->said)))
			best = pair;
	return best;
}

/* Takes over a name that may be too long for `name`, which then is cut. */
static const char *
checked(const char *whole, size_t len, char *name)
{
	size_t fits = len < NAME_BYTES_MAX ? len : NAME_BYTES_MAX;

	memcpy(name, whole, fits);
	name[fits] = '\0';
	return name_wrong(whole, len);
}

const char *
seconds_mean(const struct seconds *s, const char *said, enum second_scope scope,
    char name[static NAME_BYTES_MAX + 1])
{
	const struct second *pair = covering(s, said, scope);
	char whole[2 * NAME_BYTES_MAX + 1];
	int len;

	if (pair == NULL) { /* as it is: the unnamed task's word is no name */
		snprintf(name, NAME_BYTES_MAX + 1, "%s", said);
		return NULL;
	}
	len = snprintf(whole, sizeof whole, "%s%s", pair->meant, said + strlen(pair->said));
	return checked(whole, (size_t)len, name);
}

const char *
second_number(const char *base, unsigned n, char name[static NAME_BYTES_MAX + 1])
{
	char whole[NAME_BYTES_MAX + 16];
	int len = n == 1 ? snprintf(whole, sizeof whole, "%s", base) : snprintf(whole, sizeof whole, "%s.%u", base, n);

	return checked(whole, (size_t)len, name);
}

bool
seconds_full(const struct seconds *s, const char *said)
{
	return s->count >= SECONDS_MAX && find(s, said) == NULL;
}

void
seconds_add(struct seconds *s, const char *said, const char *meant)
{
	struct second *pair = find(s, said);

	if (pair == NULL && s->count < SECONDS_MAX) {
		pair = xcalloc(1, sizeof *pair);
		snprintf(pair->said, sizeof pair->said, "%s", said);
		SLIST_INSERT_HEAD(&s->list, pair, next);
		s->count++;
	}
	if (pair != NULL)
		snprintf(pair->meant, sizeof pair->meant, "%s", meant);
}

void
seconds_learn(struct seconds *s, const struct seconds *from)
{
	struct second *pair;

	SLIST_FOREACH(pair, &from->list, next)
		seconds_add(s, pair->said, pair->meant);
}

void
seconds_clear(struct seconds *s)
{
	struct second *pair;

	while ((pair = SLIST_FIRST(&s->list)) != NULL) {
		SLIST_REMOVE_HEAD(&s->list, next);
		free(pair);
	}
	s->count = 0;
}
