/* change.c -- see change.h. */
#include "task/change.h"

#include <string.h>

#include "base/decimal.h"
#include "task/id.h"

struct word {
	const char *s;
	size_t len;
};

/* Up to the next blank, which is passed over. */
static struct word
take_word(const char **p, const char *end)
{
	const char *blank = memchr(*p, ' ', (size_t)(end - *p));
	struct word w = { *p, (size_t)((blank != NULL ? blank : end) - *p) };

	*p = blank != NULL ? blank + 1 : end;
	return w;
}

static bool
is(struct word w, const char *text)
{
	return w.len == strlen(text) && memcmp(w.s, text, w.len) == 0;
}

static enum change_event
event_named(struct word w)
{
	static const char *const names[] = {
		[CHANGE_RUN] = "run", [CHANGE_END] = "end", [CHANGE_REMOVED] = "removed", [CHANGE_SYNCED] = "synced",
		[CHANGE_LOG] = "log",
	};

	for (enum change_event e = CHANGE_RUN; e < CHANGE_OTHER; e++)
		if (is(w, names[e]))
			return e;
	return CHANGE_OTHER;
}

bool
change_read(struct change *c, const char *line, size_t len)
{
	const char *p = line, *end = line + len;
	struct word seq = take_word(&p, end), run = take_word(&p, end);
	struct word name = take_word(&p, end), event = take_word(&p, end);

	if (!decimal_parse(seq.s, seq.len, ID_PART_MAX, &c->seq) ||
	    !decimal_parse(run.s, run.len, ID_PART_MAX, &c->run) ||
	    (!is(name, NAME_UNNAMED) && name_wrong(name.s, name.len) != NULL))
		return false;
	memcpy(c->name, name.s, name.len);
	c->name[name.len] = '\0';
	c->event = event_named(event);
	c->json = p;
	c->json_len = (size_t)(end - p);
	return c->json_len > 0 && c->json_len <= CHANGE_JSON_MAX &&
	    memchr(p, '\r', c->json_len) == NULL && memchr(p, '\0', c->json_len) == NULL;
}

int
greeting_read(const char *line, size_t len, uint64_t *life, uint64_t *horizon)
{
	const char *p = line, *end = line + len;
	struct word w = take_word(&p, end), version, l, h;

	if (!is(w, "headway"))
		return -1;
	version = take_word(&p, end);
	l = take_word(&p, end);
	h = take_word(&p, end);
	return is(version, "1") && decimal_parse(l.s, l.len, ID_PART_MAX, life) &&
	    decimal_parse(h.s, h.len, ID_PART_MAX, horizon);
}
