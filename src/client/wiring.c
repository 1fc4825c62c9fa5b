/* wiring.c -- see wiring.h.  Owns the command's ends until they are let go; the
 * sources are the relays'. */
#include "base/time64.h"

#include "client/wiring.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What was closed has been filled with something that cannot be written to
 * (cli_fill_descriptors()), and an output that cannot be is the command's own
 * affair. */
static bool
is_output(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

static bool
is_same_file(int a, int b)
{
	struct stat x, y;

	if (isatty(a) || isatty(b))
		return terminal_same(a, b);
	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool
make_pipe(int *source, int *child)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	fcntl(ends[0], F_SETFL, O_NONBLOCK); /* of the reading end alone */
	*source = ends[0];
	*child = ends[1];
	return true;
}

/* Descriptor `fd`, 1 or 2. */
static bool
wire(struct wiring *w, int fd)
{
	int at = fd - STDOUT_FILENO;

	if (!is_output(fd))
		return true;
	if (fd == STDERR_FILENO && is_output(STDOUT_FILENO) && is_same_file(STDOUT_FILENO, STDERR_FILENO)) {
		w->child[STDERR_FILENO] = w->child[STDOUT_FILENO];
		w->together = true;
		return true;
	}
	w->pty[at] = isatty(fd);
	if (!w->pty[at])
		return make_pipe(&w->source[at], &w->child[fd]);
	return terminal_pair(fd, !w->interactive || fd == STDERR_FILENO, &w->source[at], &w->child[fd]);
}

/* Programs that have no terminal as their input read keys from their output or
 * standard error, or from what ttyname(3) says of it: less(1), more(1), vim(1). */
static bool
find_keys(struct wiring *w)
{
	w->keys = w->pty[0] ? 0 : w->pty[1] ? 1 : -1;
	if (w->keys < 0)
		return true;
	return tcgetattr(w->source[w->keys], &w->modes) == 0 &&
	    terminal_take(&w->terminal, w->interactive ? STDIN_FILENO : STDOUT_FILENO + w->keys, w->interactive);
}

bool
wiring_make(struct wiring *w)
{
	*w = (struct wiring){ .keys = -1, .slave = -1, .child = { -1, -1, -1 }, .source = { -1, -1 } };
	w->interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && is_output(STDOUT_FILENO);
	if (!wire(w, STDOUT_FILENO) || !wire(w, STDERR_FILENO))
		return false;
	if (w->interactive)
		w->slave = w->child[STDIN_FILENO] = w->child[STDOUT_FILENO];
	return find_keys(w);
}

void
wiring_connect(const struct wiring *w)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (w->child[fd] >= 0)
			dup2(w->child[fd], fd);
}

void
wiring_let_go(struct wiring *w)
{
	if (w->child[STDERR_FILENO] >= 0 && !w->together)
		close(w->child[STDERR_FILENO]);
	if (w->child[STDOUT_FILENO] >= 0)
		close(w->child[STDOUT_FILENO]);
	w->slave = w->child[STDIN_FILENO] = w->child[STDOUT_FILENO] = w->child[STDERR_FILENO] = -1;
}

void
wiring_resize(const struct wiring *w)
{
	for (int i = 0; i < WIRING_OUTPUTS; i++)
		if (w->pty[i])
			terminal_copy_size(STDOUT_FILENO + i, w->source[i]);
}
