/* tail.c -- see tail.h.  Pure. */
#include "lib/tail.h"

#include <string.h>

/* Whole lines go, the oldest first, until half of the room is free. */
static void
push_out(struct tail *t)
{
	size_t at = 0;

	while (t->used - at > TAIL_ROOM / 2) {
		if (at >= t->sent)
			t->skipped++;
		at = (size_t)((char *)memchr(t->text + at, '\n', t->used - at) - t->text) + 1;
		t->dropped++;
	}
	memmove(t->text, t->text + at, t->used - at);
	t->used -= at;
	t->sent -= t->sent < at ? t->sent : at;
}

static void
add_line(struct tail *t, const char *line, size_t len)
{
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len > TAIL_LINE_MAX)
		len = TAIL_LINE_MAX;
	if (t->used + len + 1 > TAIL_ROOM)
		push_out(t);
	memcpy(t->text + t->used, line, len);
	t->used += len;
	t->text[t->used++] = '\n';
}

void
tail_add(struct tail *t, const char *text, size_t len)
{
	const char *end = text + len, *lf;

	do {
		lf = memchr(text, '\n', (size_t)(end - text));
		add_line(t, text, (size_t)((lf != NULL ? lf : end) - text));
		text = lf != NULL ? lf + 1 : end;
	} while (text < end);
}

bool
tail_next(const struct tail *t, const char **line, size_t *len)
{
	if (t->sent == t->used)
		return false;
	*line = t->text + t->sent;
	*len = (size_t)((char *)memchr(*line, '\n', t->used - t->sent) - *line);
	return true;
}

void
tail_sent(struct tail *t)
{
	const char *line;
	size_t len;

	if (tail_next(t, &line, &len))
		t->sent += len + 1;
	t->skipped = 0;
}

void
tail_rewind(struct tail *t)
{
	t->sent = 0;
	t->skipped = t->dropped;
}
