/* finding.c -- see finding.h.  Owns the texts. */
#include "doctor/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

static char *__attribute__((format(printf, 1, 0)))
format(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		fatalx("out of memory");
	return text;
}

struct finding *
finding_add(struct findings *all, const char *check, enum verdict verdict, const char *id, const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	if (all->count == FINDINGS_MAX)
		fatalx("more than %d findings", FINDINGS_MAX);
	f = &all->list[all->count++];
	*f = (struct finding){ .check = check, .id = id, .verdict = verdict };
	va_start(ap, fmt);
	f->text = format(fmt, ap);
	va_end(ap);
	return f;
}

void
finding_why(struct finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	free(f->why);
	f->why = format(fmt, ap);
	va_end(ap);
}

void
finding_remedy(struct finding *f, const char *where, const char *fmt, ...)
{
	struct remedy *r;
	va_list ap;

	if (f->count == FINDING_REMEDIES_MAX)
		return; /* enough advice */
	r = &f->remedies[f->count++];
	r->where = xstrdup(where);
	va_start(ap, fmt);
	r->lines = format(fmt, ap);
	va_end(ap);
}

void
findings_free(struct findings *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct finding *f = &all->list[i];

		for (size_t j = 0; j < f->count; j++) {
			free(f->remedies[j].where);
			free(f->remedies[j].lines);
		}
		free(f->text);
		free(f->why);
	}
	all->count = 0;
}

const struct finding *
findings_with(const struct findings *all, const char *id)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->list[i].id, id) == 0)
			return &all->list[i];
	return NULL;
}

size_t
findings_count(const struct findings *all, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += all->list[i].verdict == verdict;
	return n;
}
