/* cmd_doctor.c -- headway doctor: executes the program that does it, which loads
 * libcurl: no other command should have to.  Its options are read there
 * (src/doctor/main.c), and said here, where every command says its own. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/command.h"
#include "client/places.h"

#define EXIT_UNABLE 3 /* as the doctor's own: it could not tell */

static int run(const struct command *self, int argc, char *argv[]);

const struct command command_doctor = {
	.name = "doctor",
	.usage = "[URL] [options]",
	.summary = "say what is wrong between a job and a browser",
	.options =
	    "  URL                      the page's, or that of its events; without one, the\n"
	    "                           usual places\n"
	    "  --wait SECONDS           watch the silent stream so long (4); 17 sees a heartbeat\n"
	    "  --origin ORIGIN          may a page of https://other.example read it?\n"
	    "  --direct URL             the same site past a proxy, to tell which of both it is\n"
	    "  --user NAME[:PASSWORD]   for a site that asks; without PASSWORD, asks for it\n"
	    "  --cacert FILE            trust these certificates, too\n"
	    "  --insecure               trust any certificate\n"
	    "  --no-publish             report no task, so measure no delay\n"
	    "  --json                   for programs\n"
	    "  --publish-socket PATH    the broker's (HEADWAY_PUBLISH_SOCKET)\n"
	    "  --subscribe-socket PATH  the broker's (HEADWAY_SUBSCRIBE_SOCKET)\n",
	.run = run,
};

static int
run(const struct command *self, int argc, char *argv[])
{
	char *path;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			command_help(self);
	path = places_path(PLACE_DOCTOR);
	execv(path, argv);
	if (errno == ENOENT)
		warnx("%s is missing: this installation was built without it. On Debian: apt-get install libcurl4-openssl-dev, "
		    "then ./configure, make, make install", path);
	else
		warn("%s", path);
	free(path);
	return EXIT_UNABLE;
}
