/* hint.c -- see hint.h. */
#include "client/meter/hint.h"

#include <stddef.h>
#include <string.h>

#include "client/meter/dialect.h"

static const struct {
	const char *command;
	const char *verb;    /* or NULL */
	const char *without; /* it has been asked to, if an argument begins with this */
	const char *hint;
} hints[] = {
	{ "7z", NULL, "-bsp", "7z says how far it is with -bsp1" },
	{ "dd", NULL, "status=progress", "dd says how far it is with status=progress" },
	{ "git", "clone", "--progress", "git says how far it is with --progress" },
	{ "git", "fetch", "--progress", "git says how far it is with --progress" },
	{ "git", "pull", "--progress", "git says how far it is with --progress" },
	{ "git", "push", "--progress", "git says how far it is with --progress" },
	{ "pv", NULL, "-f", "pv says how far it is with -f; in a terminal, as sh -c 'pv FILE > COPY'" },
	{ "rsync", NULL, "--info=progress2", "rsync says how far it is with --info=progress2" },
	{ "wget", NULL, "--show-progress", "wget says how far it is with --show-progress" },
	{ "zstd", NULL, "--progress", "zstd says how far it is with --progress" },
};

const char *
hint_for(char *const argv[])
{
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		if (!argv_names(argv, hints[i].command) || (hints[i].verb != NULL && !argv_names(argv, hints[i].verb)))
			continue;
		for (size_t k = 1; argv[k] != NULL; k++)
			if (strstr(argv[k], hints[i].without) != NULL)
				return NULL;
		return hints[i].hint;
	}
	return NULL;
}
