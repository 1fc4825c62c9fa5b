/* subscription.c -- see subscription.h. */
#include "broker/subscription.h"

#include <stdio.h>
#include <string.h>

#include "task/strict.h"

struct word {
	const char *s;
	size_t len;
};

static bool
next_word(const char **p, const char *end, struct word *w)
{
	while (*p < end && (**p == ' ' || **p == '\r'))
		(*p)++;
	w->s = *p;
	while (*p < end && **p != ' ' && **p != '\r')
		(*p)++;
	w->len = (size_t)(*p - w->s);
	return w->len > 0;
}

static bool
is(const struct word *w, const char *text)
{
	return w->len == strlen(text) && memcmp(w->s, text, w->len) == 0;
}

static bool
complain(char *err, const struct word *w, const char *what)
{
	char show[STRICT_SHOW_MAX];

	snprintf(err, SUBSCRIPTION_ERR, "\"%s\" %s", strict_show(show, w->s, w->len), what);
	return false;
}

static bool
add_since(struct subscription *s, const struct word *w, char *err)
{
	static const size_t skip = sizeof "since=" - 1;

	if (s->has_since)
		return complain(err, w, "is a second since=");
	if (!id_parse(w->s + skip, w->len - skip, &s->since))
		return complain(err, w, "is not since=LIFE-SEQ");
	s->has_since = true;
	return true;
}

static bool
add_log(struct subscription *s, const struct word *w, char *err)
{
	if (s->logs)
		return complain(err, w, "appears twice");
	s->logs = true;
	return true;
}

static bool
add_prefix(struct subscription *s, const struct word *w, char *err)
{
	const char *wrong = is(w, NAME_EVERY) || is(w, NAME_UNNAMED) ? NULL : name_wrong(w->s, w->len);

	if (wrong != NULL)
		return complain(err, w, wrong);
	if (s->prefixes == SUBSCRIPTION_PREFIXES_MAX)
		return complain(err, w, "is one name too many (8 at most, or *)");
	memcpy(s->prefix[s->prefixes++], w->s, w->len);
	return true;
}

static bool
add_word(struct subscription *s, const struct word *w, char *err)
{
	if (w->len >= 6 && memcmp(w->s, "since=", 6) == 0)
		return add_since(s, w, err);
	if (is(w, "log") && s->prefixes > 0)
		return add_log(s, w, err);
	return add_prefix(s, w, err);
}

bool
subscription_read(struct subscription *s, const char *line, size_t len, char *err)
{
	const char *p = line, *end = line + len;
	struct word w;

	memset(s, 0, sizeof *s);
	if (!next_word(&p, end, &w) || !is(&w, "subscribe")) {
		snprintf(err, SUBSCRIPTION_ERR, "subscribe PREFIX... [since=ID] [log] is expected");
		return false;
	}
	while (next_word(&p, end, &w)) {
		if (!add_word(s, &w, err))
			return false;
	}
	if (s->prefixes == 0) {
		snprintf(err, SUBSCRIPTION_ERR, "a name, or * for every task, is expected");
		return false;
	}
	return true;
}
