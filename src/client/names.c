/* names.c -- see names.h.  Pure. */
#include "client/names.h"

#include <stdio.h>
#include <string.h>

#include "task/strict.h"
#include "task/update.h"

bool
names_resolve(const char *below, const char *said, char name[NAME_BYTES_MAX + 1], char *err, bool *outer)
{
	const char *own = said + (said[0] == '/'), *why = name_wrong(own, strlen(own));
	char show[STRICT_SHOW_MAX], show_below[STRICT_SHOW_MAX];

	*outer = why == NULL;
	if (why != NULL) {
		snprintf(err, UPDATE_ERR, "the name \"%s\" %s", strict_show(show, own, strlen(own)), why);
	} else if ((why = name_below(name, below, said)) != NULL) {
		snprintf(err, UPDATE_ERR, "the name \"%s\" below HEADWAY_TASK \"%s\" %s",
		    strict_show(show, own, strlen(own)), strict_show(show_below, below, strlen(below)), why);
	} else {
		*outer = false;
		return true;
	}
	return false;
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
