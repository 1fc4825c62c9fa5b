/* name.c -- see name.h.  Pure. */
#include "task/name.h"

#include <string.h>

static bool
allowed(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '.' || c == '_' || c == '-';
}

const char *
name_wrong(const char *s, size_t len)
{
	size_t segments = 0, start = 0;

	if (len == 0)
		return "is empty";
	if (len > NAME_BYTES_MAX)
		return "is longer than 200 bytes";
	for (size_t i = 0; i <= len; i++) {
		if (i < len && s[i] != '/') {
			if (!allowed(s[i]))
				return "has a character other than A-Z a-z 0-9 . _ - and /";
			continue;
		}
		if (i == start)
			return "has an empty segment";
		if (i - start > NAME_SEGMENT_BYTES_MAX)
			return "has a segment longer than 64 bytes";
		if (s[start] == '.' && (i - start == 1 || (i - start == 2 && s[start + 1] == '.')))
			return "has a segment . or ..";
		if (++segments > NAME_SEGMENTS_MAX)
			return "has more than 8 segments";
		start = i + 1;
	}
	return NULL;
}

const char *
name_below(char out[NAME_BYTES_MAX + 1], const char *task, const char *name)
{
	bool below = name[0] != '/' && task != NULL && name_wrong(task, strlen(task)) == NULL;
	const char *own = name + (name[0] == '/');
	size_t len = strlen(own), at = below ? strlen(task) + 1 : 0;
	const char *wrong = name_wrong(own, len);

	if (wrong != NULL)
		return wrong;
	if (at + len > NAME_BYTES_MAX)
		return "is longer than 200 bytes";
	if (below) {
		memcpy(out, task, at - 1);
		out[at - 1] = '/';
	}
	memcpy(out + at, own, len + 1);
	return name_wrong(out, at + len);
}

bool
name_covered(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strcmp(prefix, NAME_EVERY) == 0)
		return true;
	return strncmp(name, prefix, len) == 0 && (name[len] == '\0' || name[len] == '/');
}

size_t
name_parent(const char *name, size_t len)
{
	while (len > 0)
		if (name[--len] == '/')
			return len;
	return 0;
}
