/* say.c -- see say.h.  Pure. */
#include "lib/say.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "task/number.h"

#define ENDING 3      /* bytes that are always left for what say_list_end() and say_end() write */
#define ESCAPE_ROOM 8 /* "\u001f" and its NUL */
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static bool
put(struct say *s, const char *bytes, size_t len)
{
	if (s->room - s->len < len + ENDING)
		return false;
	memcpy(s->text + s->len, bytes, len);
	s->len += len;
	return true;
}

static bool
put_string(struct say *s, const char *string)
{
	return put(s, string, strlen(string));
}

static bool
put_key(struct say *s, const char *key)
{
	return put_string(s, ",\"") && put_string(s, key) && put_string(s, "\":");
}

/* What stands for the character at `p`, and how many bytes of the text that is. */
static size_t
escape(const char *p, size_t left, const char **out, size_t *len, char room[ESCAPE_ROOM])
{
	static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = *p != '\0' ? strchr(plain, *p) : NULL;
	size_t n = utf8_char(p, left);

	*out = room;
	if (found != NULL)
		*len = (size_t)snprintf(room, ESCAPE_ROOM, "\\%c", letters[found - plain]);
	else if ((unsigned char)*p < ' ')
		*len = (size_t)snprintf(room, ESCAPE_ROOM, "\\u%04x", (unsigned)*p);
	else if (n == 0)
		*out = REPLACEMENT, *len = sizeof REPLACEMENT - 1;
	else
		*out = p, *len = n;
	return n > 0 ? n : 1;
}

static bool
put_text(struct say *s, const char *text, size_t len, size_t max)
{
	char room[ESCAPE_ROOM];
	const char *out;
	size_t n;

	if (!put(s, "\"", 1))
		return false;
	while (len > 0) {
		size_t taken = escape(text, len, &out, &n, room);

		if (n > max)
			break;
		if (!put(s, out, n))
			return false;
		max -= n;
		text += taken;
		len -= taken;
	}
	return put(s, "\"", 1);
}

/* A key that did not fit whole must not stay in part. */
static void
keep(struct say *s, size_t before, bool whole)
{
	if (!whole)
		s->len = before;
}

void
say_begin(struct say *s, char *text, size_t room, const char *name)
{
	*s = (struct say){ .text = text, .room = room };
	put_string(s, "{\"task\":\"");
	put_string(s, name);
	put_string(s, "\"");
}

static void
say_plain(struct say *s, const char *key, const char *value)
{
	size_t before = s->len;

	keep(s, before, put_key(s, key) && put_string(s, value));
}

void
say_number(struct say *s, const char *key, double n)
{
	char text[NUMBER_TEXT_MAX];

	number_text(text, n);
	say_plain(s, key, text);
}

void
say_time(struct say *s, const char *key, double t)
{
	char text[NUMBER_TEXT_MAX];

	snprintf(text, sizeof text, "%.3f", t);
	say_plain(s, key, text);
}

void
say_true(struct say *s, const char *key)
{
	say_plain(s, key, "true");
}

void
say_null(struct say *s, const char *key)
{
	say_plain(s, key, "null");
}

void
say_text(struct say *s, const char *key, const char *text, size_t len, size_t max)
{
	size_t before = s->len;

	keep(s, before, put_key(s, key) && put_text(s, text, len, max));
}

void
say_list(struct say *s, const char *key)
{
	say_plain(s, key, "[");
}

bool
say_item(struct say *s, const char *text, size_t len, size_t max)
{
	size_t before = s->len;
	bool fits = (s->text[s->len - 1] == '[' || put(s, ",", 1)) && put_text(s, text, len, max);

	keep(s, before, fits);
	return fits;
}

void
say_list_end(struct say *s)
{
	s->text[s->len++] = ']';
}

size_t
say_end(struct say *s)
{
	s->text[s->len++] = '}';
	s->text[s->len++] = '\n';
	return s->len;
}
