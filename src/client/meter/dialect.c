/* dialect.c -- see dialect.h.  Pure. */
#include "client/meter/dialect.h"

#include <math.h>
#include <string.h>

#include "client/meter/scan.h"

struct scan
scan_piece(const struct piece *p)
{
	return scan_of(p->text, p->len);
}

void
say_percent(struct saying *s, double percent)
{
	say_of(s, percent, 100, "%");
}

void
say_of(struct saying *s, double moved, double total, const char *unit)
{
	say_moved(s, moved, unit);
	s->has_total = true;
	s->total = unit != NULL && *unit == 'B' ? floor(total) : total;
}

void
say_moved(struct saying *s, double moved, const char *unit)
{
	s->moved = unit != NULL && *unit == 'B' ? floor(moved) : moved; /* 11.8M is no whole number of bytes */
	s->unit = unit;
}

void
label_copy(char label[METER_MESSAGE_MAX + 1], const char *text, size_t len)
{
	size_t n = 0;

	while (len > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	if (len > METER_MESSAGE_MAX) {
		len = METER_MESSAGE_MAX;
		while (len > 0 && (text[len] & '\xc0') == '\x80')
			len--;
	}
	for (size_t i = 0; i < len; i++)
		label[n++] = text[i] == '\t' ? ' ' : text[i];
	while (n > 0 && (label[n - 1] == ' ' || label[n - 1] == ':'))
		n--;
	label[n] = '\0';
}

void
say_label(struct saying *s, const char *text, size_t len)
{
	label_copy(s->label, text, len);
}

static const char *
base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

bool
argv_is(char *const argv[], const char *name)
{
	return argv[0] != NULL && strcmp(base(argv[0]), name) == 0;
}

bool
argv_names(char *const argv[], const char *word)
{
	static const char before[] = " /\t\n;|&($", after[] = " \t\n;|&)";
	size_t len = strlen(word);

	for (size_t i = 0; argv[i] != NULL; i++) {
		const char *at = argv[i];

		for (; (at = strstr(at, word)) != NULL; at += len)
			if ((at == argv[i] || strchr(before, at[-1]) != NULL) && (at[len] == '\0' || strchr(after, at[len]) != NULL))
				return true;
	}
	return false;
}
