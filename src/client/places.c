/* places.c -- see places.h.  Owns what was configured; never looks at PATH or
 * at the environment. */
#include "client/places.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define SOURCE_FILE "source-directory" /* in a build tree, written by configure: one line */

static const struct {
	const char *directory;
	const char *name;      /* in it */
	bool built;            /* in a build tree it stands at the top; else `name` is in the sources */
} places[PLACES] = {
	[PLACE_BROKER] = { PLACES_SBINDIR, "headwayd", true },
	[PLACE_RESPONDER] = { PLACES_PKGLIBEXECDIR, "headway.fcgi", true },
	[PLACE_DOCTOR] = { PLACES_PKGLIBEXECDIR, "headway-doctor", true },
	[PLACE_PAGE] = { PLACES_PKGDATADIR, "www", false },
	[PLACE_CONF] = { PLACES_PKGDATADIR, "conf", false },
};

/* The sources of the build tree whose top is `directory`; NULL: it is none. */
static char *
sources_of(const char *directory)
{
	char *file = xasprintf(NULL, "%s/" SOURCE_FILE, directory);
	char line[PATH_MAX];
	FILE *f = fopen(file, "re");
	char *sources = NULL;

	free(file);
	if (f == NULL)
		return NULL;
	if (fgets(line, sizeof line, f) != NULL && line[0] == '/') {
		line[strcspn(line, "\n")] = '\0';
		sources = xstrdup(line);
	}
	fclose(f);
	return sources;
}

/* Bytes of `a` and of `b` before what both end with, whole segments: of
 * /usr/local/bin and /home/me/bin, both lose /bin. */
static void
cut_same_end(const char *a, const char *b, size_t *in_a, size_t *in_b)
{
	size_t i = strlen(a), j = strlen(b);

	*in_a = i;
	*in_b = j;
	while (i > 0 && j > 0 && a[i - 1] == b[j - 1]) {
		i--, j--;
		if (a[i] == '/') {
			*in_a = i;
			*in_b = j;
		}
	}
}

/* `configured`, if the tree that PLACES_BINDIR is in were where `directory`
 * is; NULL: nothing is there, or that cannot be said. */
static char *
moved(const char *directory, const char *configured, const char *name)
{
	size_t then, now;
	char *path;

	cut_same_end(PLACES_BINDIR, directory, &then, &now);
	if (then == strlen(PLACES_BINDIR) || strncmp(configured, PLACES_BINDIR, then) != 0 || configured[then] != '/')
		return NULL;
	path = xasprintf(NULL, "%.*s%s/%s", (int)now, directory, configured + then, name);
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *
places_path_from(const char *directory, enum place place)
{
	char *sources = sources_of(directory);
	char *path;

	if (sources != NULL)
		path = xasprintf(NULL, "%s/%s", places[place].built ? directory : sources, places[place].name);
	else
		path = moved(directory, places[place].directory, places[place].name);
	if (path == NULL)
		path = xasprintf(NULL, "%s/%s", places[place].directory, places[place].name);
	free(sources);
	return path;
}

char *
places_path(enum place place)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0'; /* without /proc: as configured */
	if ((slash = strrchr(self, '/')) != NULL)
		*slash = '\0';
	return places_path_from(self, place);
}
