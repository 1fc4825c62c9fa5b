/* optiontext.c -- see optiontext.h. */
#include "client/optiontext.h"

#include <string.h>

static const char indent[] = "  ";
static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

void
optiontext_begin(struct optiontext *o, const char *text)
{
	memset(o, 0, sizeof *o);
	o->next = o->list_end = text;
}

static struct optiontext_span
span(const char *from, const char *to)
{
	return (struct optiontext_span){ from, (size_t)(to - from) };
}

/* To the first option of the next line that has any. */
static bool
find_line(struct optiontext *o, const char *line)
{
	while (*line != '\0') {
		const char *end = line + strcspn(line, "\n"), *list = line + strlen(indent), *gap;

		if (strncmp(line, "  --", 4) == 0) {
			gap = memmem(list, (size_t)(end - list), indent, strlen(indent));
			o->next = list;
			o->list_end = gap != NULL ? gap : end;
			o->says = span(o->list_end + strspn(o->list_end, " "), end);
			return true;
		}
		line = *end == '\n' ? end + 1 : end;
	}
	return false;
}

/* What follows the name: "", " VALUE" or "[=VALUE]". */
static const char *
read_value(struct optiontext *o, const char *p)
{
	const char *end = memchr(p, ',', (size_t)(o->list_end - p));

	if (end == NULL)
		end = o->list_end;
	o->takes = *p == '[' ? VALUE_OPTIONAL : p < end ? VALUE_WANTED : VALUE_NONE;
	p += strspn(p, "[= ");
	o->value = p < end ? span(p, o->takes == VALUE_OPTIONAL ? p + strcspn(p, "]\n") : end) : span(end, end);
	return end;
}

bool
optiontext_next(struct optiontext *o)
{
	const char *p;

	if (o->next == o->list_end) {
		p = o->list_end;
		if (o->name.s != NULL) /* the rest of this line has been read */
			p += strcspn(p, "\n"), p += *p == '\n';
		if (!find_line(o, p))
			return false;
	}
	p = o->next;
	o->name = span(p, p + strspn(p, name_bytes));
	p = read_value(o, o->name.s + o->name.len);
	o->next = p < o->list_end ? p + 1 + strspn(p + 1, " ") : o->list_end;
	return true;
}

bool
optiontext_find(struct optiontext *o, const char *text, const char *name, size_t len)
{
	optiontext_begin(o, text);
	while (optiontext_next(o))
		if (o->name.len == len && memcmp(o->name.s, name, len) == 0)
			return true;
	return false;
}
