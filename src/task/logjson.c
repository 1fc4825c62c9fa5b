/* logjson.c -- see logjson.h.  The one place that knows the order of the keys. */
#include "task/logjson.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "task/name.h"
#include "task/record.h"

#define LINES ",\"lines\":["

_Static_assert(LOGJSON_MAX + LOGJSON_SKIPPED_MAX <= RECORD_JSON_MAX, "an event must fit where a record does");

size_t
logjson_open(char out[LOGJSON_OPEN_MAX], const char *name, double started, uint64_t first)
{
	size_t len = 0;

	out[len++] = '{';
	if (strcmp(name, NAME_UNNAMED) != 0) /* a name needs no escapes, see name.h */
		len += (size_t)snprintf(out + len, LOGJSON_OPEN_MAX - len, "\"task\":\"%s\",\"started\":%.3f,", name, started);
	len += (size_t)snprintf(out + len, LOGJSON_OPEN_MAX - len, "\"first\":%" PRIu64 LINES, first);
	return len;
}

/* ---- reading ---- */

static bool
take(const char **p, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *p) < len || memcmp(*p, word, len) != 0)
		return false;
	*p += len;
	return true;
}

/* A JSON string with its quotes. */
static bool
take_string(const char **p, const char *end)
{
	if (!take(p, end, "\""))
		return false;
	for (; *p < end; (*p)++) {
		if (**p == '"') {
			(*p)++;
			return true;
		}
		if (**p == '\\' && ++*p == end)
			return false;
	}
	return false;
}

static bool
take_number(const char **p, const char *end, uint64_t *n)
{
	const char *digits = *p;

	while (*p < end && **p >= '0' && **p <= '9')
		(*p)++;
	return decimal_parse(digits, (size_t)(*p - digits), INT64_MAX, n);
}

/* "task":NAME,"started":T, or nothing. */
static bool
take_whose(const char **p, const char *end)
{
	if (!take(p, end, "\"task\":"))
		return true;
	if (!take_string(p, end) || !take(p, end, ",\"started\":"))
		return false;
	while (*p < end && ((**p >= '0' && **p <= '9') || **p == '.'))
		(*p)++;
	return take(p, end, ",");
}

static bool
take_lines(const char **p, const char *end, uint32_t *lines)
{
	*lines = 0;
	if (take(p, end, "]"))
		return true;
	do {
		if (!take_string(p, end))
			return false;
		++*lines;
	} while (take(p, end, ","));
	return take(p, end, "]");
}

bool
logjson_read(struct logjson *parts, const char *json, size_t len)
{
	const char *p = json, *end = json + len;
	uint64_t skipped;

	if (!take(&p, end, "{") || !take_whose(&p, end) || !take(&p, end, "\"first\":"))
		return false;
	parts->first_at = (uint32_t)(p - json);
	if (!take_number(&p, end, &parts->first) || parts->first == 0 || !take(&p, end, LINES))
		return false;
	parts->lines_at = (uint32_t)(p - json);
	if (!take_lines(&p, end, &parts->lines))
		return false;
	parts->end_at = (uint32_t)(p - json);
	if (take(&p, end, ",\"skipped\":") && !take_number(&p, end, &skipped))
		return false;
	return take(&p, end, "}") && p == end;
}

/* ---- what one reader gets ---- */

static void
add(struct logjson_view *v, const char *bytes, size_t len)
{
	v->piece[v->pieces++] = (struct piece){ bytes, len };
	v->len += len;
}

void
logjson_view(struct logjson_view *v, const struct text *text, const struct logjson *parts,
    uint64_t from, uint64_t skipped)
{
	const char *json = text->bytes + text->json_at, *p = json + parts->lines_at, *end = json + parts->end_at;

	v->pieces = v->len = 0;
	if (from > parts->first) {
		for (uint64_t n = parts->first; n < from; n++)
			if (take_string(&p, end))
				take(&p, end, ",");
		add(v, text->bytes, text->json_at + parts->first_at);
		add(v, v->first, (size_t)snprintf(v->first, sizeof v->first, "%" PRIu64 LINES, from));
		add(v, p, (size_t)(end - p));
	} else {
		add(v, text->bytes, text->json_at + parts->end_at);
	}
	if (skipped > 0)
		add(v, v->skipped, (size_t)snprintf(v->skipped, sizeof v->skipped, ",\"skipped\":%" PRIu64, skipped));
	add(v, end, text->len - text->json_at - parts->end_at);
}
