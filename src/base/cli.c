/* cli.c -- see cli.h.  For the time before a program's loop: it may exit. */
#include "base/cli.h"

#include <err.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"

#define GROUP_MOST (UINT32_MAX - 1) /* the number after it means "no group" to chown(2) */

void
cli_fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_CLOEXEC | (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY)) != fd)
			_exit(EXIT_USAGE); /* nowhere to say it */
}

uint64_t
cli_number(const char *option, const char *text, uint64_t min, uint64_t max)
{
	uint64_t n;

	if (!decimal_parse(text, strlen(text), max, &n) || n < min)
		errx(EXIT_USAGE, "--%s takes a whole number from %" PRIu64 " to %" PRIu64 ", not \"%s\"",
		    option, min, max, text);
	return n;
}

gid_t
cli_group(const char *option, const char *text)
{
	struct group *gr;
	uint64_t n;

	gr = getgrnam(text);
	if (gr != NULL)
		return gr->gr_gid;
	if (decimal_parse(text, strlen(text), GROUP_MOST, &n))
		return (gid_t)n;
	errx(EXIT_USAGE, "--%s: there is no group \"%s\"", option, text);
}
