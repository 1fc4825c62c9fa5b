/* canvas.c -- see canvas.h.  Owns the state of the terminal, never its signals. */
#include "client/canvas.h"

#include <errno.h>
#include <langinfo.h>
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

struct canvas {
	int in, out;
	bool entered, has_keys;
	struct termios before;          /* if it has keys */
	char *lines[CANVAS_ROWS_MAX]; /* as painted; NULL: not known */
};

static int
from_environment(const char *variable, int otherwise)
{
	const char *text = getenv(variable);
	uint64_t n;

	return text != NULL && decimal_parse(text, strlen(text), CANVAS_ROWS_MAX, &n) && n > 0 ? (int)n : otherwise;
}

int
canvas_columns(int fd, int *rows)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		size.ws_row = size.ws_col = 0;
	if (rows != NULL)
		*rows = size.ws_row > 0 ? size.ws_row : from_environment("LINES", CANVAS_ROWS);
	return size.ws_col > 0 ? size.ws_col : from_environment("COLUMNS", CANVAS_COLUMNS);
}

bool
canvas_usable(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

bool
canvas_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool
canvas_color(void)
{
	const char *no_color = getenv("NO_COLOR");

	return no_color == NULL || no_color[0] == '\0';
}

struct canvas *
canvas_new(int in, int out)
{
	struct canvas *t = xcalloc(1, sizeof *t);

	t->in = in;
	t->out = out;
	return t;
}

void
canvas_forget(struct canvas *t)
{
	for (size_t i = 0; i < CANVAS_ROWS_MAX; i++) {
		free(t->lines[i]);
		t->lines[i] = NULL;
	}
}

void
canvas_free(struct canvas *t)
{
	canvas_leave(t);
	canvas_forget(t);
	free(t);
}

/* A terminal that has gone takes nothing; SIGHUP says so. */
static void
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
}

void
canvas_enter(struct canvas *t)
{
	struct termios quiet;

	if (t->entered)
		return;
	t->entered = true;
	t->has_keys = isatty(t->in) && tcgetattr(t->in, &t->before) == 0;
	if (t->has_keys) {
		quiet = t->before;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
		quiet.c_cc[VMIN] = 1;
		quiet.c_cc[VTIME] = 0;
		tcsetattr(t->in, TCSANOW, &quiet);
	}
	write_all(t->out, ENTER, sizeof ENTER - 1);
	canvas_forget(t);
}

void
canvas_leave(struct canvas *t)
{
	if (!t->entered)
		return;
	t->entered = false;
	write_all(t->out, LEAVE, sizeof LEAVE - 1);
	if (t->has_keys)
		tcsetattr(t->in, TCSANOW, &t->before);
}

/* Row `row` from 0.  Erased first: behind a last cell that is written the
 * cursor stands on it, and erasing would take it away. */
static void
paint(struct canvas *t, FILE *out, size_t row, const char *line, size_t len)
{
	if (t->lines[row] != NULL && strncmp(t->lines[row], line, len) == 0 && t->lines[row][len] == '\0')
		return;
	fprintf(out, "\033[%zu;1H\033[2K%.*s", row + 1, (int)len, line);
	free(t->lines[row]);
	t->lines[row] = xasprintf(NULL, "%.*s", (int)len, line);
}

bool
canvas_show(struct canvas *t, const char *lines)
{
	struct pollfd room = { .fd = t->out, .events = POLLOUT };
	char *text = NULL;
	size_t len, rows;
	int high;
	FILE *out;

	if (poll(&room, 1, 0) != 1)
		return false;
	canvas_columns(t->out, &high);
	rows = high < CANVAS_ROWS_MAX ? (size_t)high : CANVAS_ROWS_MAX;
	if ((out = open_memstream(&text, &len)) == NULL)
		fatalx("out of memory");
	for (size_t row = 0; row < rows; row++) {
		size_t n = strcspn(lines, "\n");

		paint(t, out, row, lines, n);
		lines += n + (lines[n] == '\n');
	}
	fclose(out);
	write_all(t->out, text, len);
	free(text);
	return true;
}
