/* screen.c -- see screen.h.  Owns the state of the terminal, never its signals. */
#include "client/screen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/log.h"
#include "base/mem.h"

#define ENTER "\033[?1049h\033[?25l\033[?7l\033[2J"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"

struct screen {
	int in, out;
	bool entered, has_keys;
	struct termios before;        /* if it has keys */
	char *lines[SCREEN_ROWS_MAX]; /* as painted; NULL: not known */
};

static int
from_environment(const char *variable, int otherwise)
{
	const char *text = getenv(variable);
	uint64_t n;

	return text != NULL && decimal_parse(text, strlen(text), SCREEN_ROWS_MAX, &n) && n > 0 ? (int)n : otherwise;
}

int
screen_columns(int fd, int *rows)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		size.ws_row = size.ws_col = 0;
	if (rows != NULL)
		*rows = size.ws_row > 0 ? size.ws_row : from_environment("LINES", SCREEN_ROWS);
	return size.ws_col > 0 ? size.ws_col : from_environment("COLUMNS", SCREEN_COLUMNS);
}

bool
screen_usable(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

struct screen *
screen_new(int in, int out)
{
	struct screen *s = xcalloc(1, sizeof *s);

	s->in = in;
	s->out = out;
	return s;
}

void
screen_forget(struct screen *s)
{
	for (size_t i = 0; i < SCREEN_ROWS_MAX; i++) {
		free(s->lines[i]);
		s->lines[i] = NULL;
	}
}

void
screen_free(struct screen *s)
{
	screen_leave(s);
	screen_forget(s);
	free(s);
}

static bool
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return false; /* a terminal that has gone; SIGHUP says so */
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return true;
}

void
screen_enter(struct screen *s)
{
	struct termios quiet;

	if (s->entered)
		return;
	s->entered = true;
	s->has_keys = isatty(s->in) && tcgetattr(s->in, &s->before) == 0;
	if (s->has_keys) {
		quiet = s->before;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
		quiet.c_cc[VMIN] = 1;
		quiet.c_cc[VTIME] = 0;
		tcsetattr(s->in, TCSANOW, &quiet);
	}
	write_all(s->out, ENTER, sizeof ENTER - 1);
	screen_forget(s);
}

void
screen_leave(struct screen *s)
{
	if (!s->entered)
		return;
	s->entered = false;
	write_all(s->out, LEAVE, sizeof LEAVE - 1);
	if (s->has_keys)
		tcsetattr(s->in, TCSANOW, &s->before);
}

/* Row `row` from 0.  Erased first: behind a last cell that is written the
 * cursor stands on it, and erasing would take it away. */
static void
paint(struct screen *s, FILE *out, size_t row, const char *line, size_t len)
{
	if (s->lines[row] != NULL && strncmp(s->lines[row], line, len) == 0 && s->lines[row][len] == '\0')
		return;
	fprintf(out, "\033[%zu;1H\033[2K%.*s", row + 1, (int)len, line);
	free(s->lines[row]);
	s->lines[row] = xasprintf(NULL, "%.*s", (int)len, line);
}

bool
screen_show(struct screen *s, const char *lines)
{
	struct pollfd room = { .fd = s->out, .events = POLLOUT };
	char *text = NULL;
	size_t len, rows;
	int high;
	FILE *out;

	if (poll(&room, 1, 0) != 1)
		return false;
	screen_columns(s->out, &high);
	rows = high < SCREEN_ROWS_MAX ? (size_t)high : SCREEN_ROWS_MAX;
	if ((out = open_memstream(&text, &len)) == NULL)
		fatalx("out of memory");
	for (size_t row = 0; row < rows; row++) {
		size_t n = strcspn(lines, "\n");

		paint(s, out, row, lines, n);
		lines += n + (lines[n] == '\n');
	}
	fclose(out);
	write_all(s->out, text, len);
	free(text);
	return true;
}
