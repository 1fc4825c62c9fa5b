/* cli.c -- see cli.h.  For the time before a program's loop: it may exit. */
#include "base/cli.h"

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"

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
