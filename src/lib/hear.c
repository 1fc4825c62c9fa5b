/* hear.c -- see hear.h.  Pure.
 *
 * No JSON parser, which would allocate: the answers' form is the broker's own
 * (headway-protocol(7), Answers), and neither an id nor a name has an escape. */
#include "lib/hear.h"

#include <stdbool.h>
#include <string.h>

static bool
begins(const char *line, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(line, with, n) == 0;
}

static void
find_name(const char *line, size_t len, char name[NAME_BYTES_MAX + 1])
{
	static const char key[] = ",\"task\":\"";
	const char *at = memmem(line, len, key, sizeof key - 1), *end;

	name[0] = '\0';
	if (at == NULL)
		return;
	at += sizeof key - 1;
	end = memchr(at, '"', len - (size_t)(at - line));
	if (end == NULL || name_wrong(at, (size_t)(end - at)) != NULL)
		return;
	memcpy(name, at, (size_t)(end - at));
	name[end - at] = '\0';
}

enum heard
hear(const char *line, size_t len, char name[NAME_BYTES_MAX + 1])
{
	name[0] = '\0';
	if (begins(line, len, "{\"error\":"))
		return HEARD_ERROR;
	if (!begins(line, len, "{\"ok\":"))
		return HEARD_OTHER;
	find_name(line, len, name);
	return HEARD_OK;
}
