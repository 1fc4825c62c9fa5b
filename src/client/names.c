/* names.c -- see names.h.  Pure. */
#include "client/names.h"

#include <stdio.h>
#include <string.h>

#include "task/strict.h"
#include "task/update.h"

static bool
wrong(char *err, const char *what, const char *name, const char *why)
{
	char show[STRICT_SHOW_MAX];

	snprintf(err, UPDATE_ERR, "%s \"%s\" %s", what, strict_show(show, name, strlen(name)), why);
	return false;
}

bool
names_resolve(const char *below, const char *said, char name[NAME_BYTES_MAX + 1], char *err, bool *outer)
{
	bool absolute = said[0] == '/';
	const char *own = absolute ? said + 1 : said, *why;
	int len;

	*outer = false;
	if ((why = name_wrong(own, strlen(own))) != NULL)
		return wrong(err, "the name", own, why);
	/* a HEADWAY_TASK that is no name is somebody else's mistake: it is not there */
	if (absolute || below == NULL || name_wrong(below, strlen(below)) != NULL) {
		strcpy(name, own);
		return true;
	}
	*outer = true;
	len = snprintf(name, NAME_BYTES_MAX + 1, "%s/%s", below, own);
	if (len > NAME_BYTES_MAX)
		return wrong(err, "the name", own, "is longer than 200 bytes below HEADWAY_TASK");
	if ((why = name_wrong(name, (size_t)len)) != NULL)
		return wrong(err, "the name", name, why);
	return true;
}

void
names_of_command(const char *command, char name[NAME_SEGMENT_BYTES_MAX + 1])
{
	const char *slash = strrchr(command, '/'), *file = slash != NULL ? slash + 1 : command;

	snprintf(name, NAME_SEGMENT_BYTES_MAX + 1, "%s", file);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/' || name_wrong(c, 1) != NULL)
			*c = *c == '.' && c != name ? '.' : '_';
	if (name_wrong(name, strlen(name)) != NULL)
		strcpy(name, "_");
}
