/* fill.c -- see fill.h. */
#include "client/up/fill.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char name_bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";

/* The name between two @ that `s`, an @, is the first of; 0: there is none. */
static size_t
name_at(const char *s)
{
	size_t len = strspn(s + 1, name_bytes);

	return len > 0 && s[len + 1] == '@' ? len : 0;
}

static const char *
value_of(const char *name, size_t len, const struct fill *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(values[i].name) == len && memcmp(values[i].name, name, len) == 0)
			return values[i].value;
	return NULL;
}

/* Two bytes for each of its own at most.  A backslash that no quote follows
 * stands for itself (configfile.c of lighttpd 1.4.69, config_tokenizer()). */
static char *
put_value(char *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '"')
			*out++ = '\\';
		*out++ = *value;
	}
	return out;
}

static bool
fits(const char *value)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return false;
	return len == 0 || value[len - 1] != '\\';
}

static const char *
unfit(const struct fill *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!fits(values[i].value))
			return values[i].value;
	return NULL;
}

char *
fill(const char *template, const struct fill *values, size_t n, char *err)
{
	size_t room = strlen(template) + 1, len;
	const char *wrong = unfit(values, n);
	char *text, *out;

	if (wrong != NULL) {
		snprintf(err, FILL_ERR, "lighttpd takes no control character, and no backslash at the end: \"%.150s\"", wrong);
		return NULL;
	}
	for (const char *s = template; (s = strchr(s, '@')) != NULL; s++) {
		const char *value = (len = name_at(s)) > 0 ? value_of(s + 1, len, values, n) : NULL;

		if (len > 0 && value == NULL) {
			snprintf(err, FILL_ERR, "@%.*s@ is not known here", len < 100 ? (int)len : 100, s + 1);
			return NULL;
		}
		room += value != NULL ? 2 * strlen(value) : 0;
	}
	text = out = xcalloc(room, 1);
	while (*template != '\0') {
		if (*template == '@' && (len = name_at(template)) > 0) {
			out = put_value(out, value_of(template + 1, len, values, n));
			template += len + 2;
		} else {
			*out++ = *template++;
		}
	}
	return text;
}
