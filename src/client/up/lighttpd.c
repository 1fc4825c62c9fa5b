/* lighttpd.c -- see lighttpd.h.  Owns no process: that is part.c's. */
#include "base/time64.h"

#include "client/up/lighttpd.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "client/up/fill.h"
#include "client/places.h"

#define TEMPLATE_MAX 65536 /* bytes: ours have three thousand */

/* Numbers in the child, after the socket, in the order of `pass`. */
#define FD_SITE (PART_PASS_FIRST + 1)
#define FD_ROUTES (PART_PASS_FIRST + 2)
#define AS_FILE "/proc/self/fd/%d"

const char lighttpd_missing[] =
    "lighttpd is missing.  As root, on Debian or Ubuntu:\n"
    "    apt-get install lighttpd\n"
    "Without root, there: take it out of the package, and put it on your PATH:\n"
    "    apt-get download lighttpd && dpkg -x lighttpd_*.deb ~/lighttpd\n"
    "    PATH=$PATH:~/lighttpd/usr/sbin\n";

/* ---- the program ---- */

static char *
executable_in(const char *directory, size_t len)
{
	char *path = xasprintf(NULL, "%.*s/lighttpd", (int)len, directory);
	struct stat st;

	if (len > 0 && directory[0] == '/' && stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *
executable_on(const char *path)
{
	char *found = NULL;

	while (found == NULL && path != NULL && *path != '\0') {
		size_t len = strcspn(path, ":");

		found = executable_in(path, len);
		path += len + (path[len] == ':');
	}
	return found;
}

char *
lighttpd_find(void)
{
	char *found = executable_on(getenv("PATH"));

	return found != NULL ? found : executable_on("/usr/sbin:/usr/local/sbin:/sbin:/opt/lighttpd/sbin");
}

/* The modules of a lighttpd that stands elsewhere than it was built for, taken
 * out of a package for instance; NULL: it will know itself. */
static char *
modules_of(const char *program)
{
	char *copy = xstrdup(program);
	char *directory = xasprintf(NULL, "%s/../lib/lighttpd", dirname(copy));
	char *one = xasprintf(NULL, "%s/mod_fastcgi.so", directory);

	if (access(one, R_OK) < 0) {
		free(directory);
		directory = NULL;
	}
	free(copy);
	free(one);
	return directory;
}

/* ---- its configuration ---- */

static char *
read_template(const char *name, char *err)
{
	char *conf = places_path(PLACE_CONF), *path = xasprintf(NULL, "%s/%s", conf, name);
	char *text = xcalloc(TEMPLATE_MAX, 1);
	FILE *f = fopen(path, "re");
	size_t n = f != NULL ? fread(text, 1, TEMPLATE_MAX, f) : 0;

	if (f == NULL || n == 0 || n == TEMPLATE_MAX) {
		snprintf(err, LIGHTTPD_ERR, "%s: %s", path, f == NULL ? strerror(errno) : "this is not our template");
		free(text);
		text = NULL;
	}
	if (f != NULL)
		fclose(f);
	free(conf);
	free(path);
	return text;
}

static int
memory_file(const char *text, char *err)
{
	int fd = memfd_create("headway.conf", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text))
		return fd;
	snprintf(err, LIGHTTPD_ERR, "memfd_create: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
filled(const char *name, const struct fill *values, size_t n, char *err)
{
	char *template = read_template(name, err), *text = NULL, why[FILL_ERR];
	int fd = -1;

	if (template != NULL && (text = fill(template, values, n, why)) == NULL)
		snprintf(err, LIGHTTPD_ERR, "%s: %s", name, why);
	if (text != NULL)
		fd = memory_file(text, err);
	free(template);
	free(text);
	return fd;
}

static bool
make_files(const struct lighttpd *l, int *site, int *routes, char *err)
{
	char *page = places_path(PLACE_PAGE), include[32], port[8];
	const struct fill values[] = {
		{ "BIND", l->web->path != NULL ? l->web->path : "127.0.0.1" },
		{ "PORT", port },
		{ "WWW", page },
		{ "INCLUDE", include },
		{ "MOUNT", "" },
		{ "FCGI_SOCKET", l->responder },
	};
	size_t n = sizeof values / sizeof values[0];

	snprintf(include, sizeof include, AS_FILE, FD_ROUTES);
	snprintf(port, sizeof port, "%u", l->web->port);
	*site = filled("lighttpd/up.conf.in", values, n, err);
	*routes = *site < 0 ? -1 : filled("lighttpd/headway-external.conf.in", values, n, err);
	free(page);
	return *routes >= 0;
}

struct part *
lighttpd_start(struct parts *ps, const struct lighttpd *l, char *err)
{
	char conf[32], *modules = modules_of(l->program);
	const char *argv[] = { l->program, "-D", "-f", conf, modules != NULL ? "-m" : NULL, modules, NULL };
	struct part *p = NULL;
	int site, routes;

	snprintf(conf, sizeof conf, AS_FILE, FD_SITE);
	if (make_files(l, &site, &routes, err)) {
		p = part_start(ps, "lighttpd", argv, (int[PART_PASS_MAX]){ l->web->fd, site, routes }, true);
		if (p == NULL)
			snprintf(err, LIGHTTPD_ERR, "cannot start lighttpd: %s", strerror(errno));
	}
	if (site >= 0)
		close(site);
	if (routes >= 0)
		close(routes);
	free(modules);
	return p;
}
