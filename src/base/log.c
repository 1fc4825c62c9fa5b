/* log.c -- see log.h.  Owns the program's name and verbosity; never opens a
 * file and never talks to syslog. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "headway";
static bool debugging;

void
log_init(const char *name, bool debug)
{
	program = name;
	debugging = debug;
}

/* One write(2) per message: lines of several processes that share a log do
 * not mix. */
static void __attribute__((format(printf, 2, 0)))
say(int err, const char *fmt, va_list ap)
{
	char line[LOG_LINE_MAX];
	int n, room = (int)sizeof line - 1; /* the newline's place */

	n = snprintf(line, room, "%s: ", program);
	if (n < room)
		n += vsnprintf(line + n, room - n, fmt, ap);
	if (n < room && err)
		n += snprintf(line + n, room - n, ": %s", strerror(err));
	if (n >= room)
		n = room - 1;
	for (int i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0) {
		/* nowhere left to say it */
	}
}

#define SAY(err) do {			\
	int saved = errno;		\
	va_list ap;			\
	va_start(ap, fmt);		\
	say(err, fmt, ap);		\
	va_end(ap);			\
	errno = saved;			\
} while (0)

void log_warn(const char *fmt, ...) { SAY(saved); }
void log_warnx(const char *fmt, ...) { SAY(0); }
void log_info(const char *fmt, ...) { SAY(0); }

void
log_debug(const char *fmt, ...)
{
	if (debugging)
		SAY(0);
}

void
fatal(const char *fmt, ...)
{
	SAY(saved);
	exit(1);
}

void
fatalx(const char *fmt, ...)
{
	SAY(0);
	exit(1);
}
