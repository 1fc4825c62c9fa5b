/* terminal.c -- see terminal.h. */
#include "client/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PTS_NAME 64 /* bytes: "/dev/pts/" and a number */

bool
terminal_take(struct terminal *t, int fd, bool output_too)
{
	*t = (struct terminal){ .fd = fd, .output_too = output_too };
	return tcgetattr(fd, &t->before) == 0;
}

/* The line's speed, parity and size of a byte stay. */
static struct termios
raw_of(const struct terminal *t)
{
	struct termios raw = t->before;

	cfmakeraw(&raw);
	raw.c_cflag = t->before.c_cflag;
	if (!t->output_too)
		raw.c_oflag = t->before.c_oflag;
	return raw;
}

static bool
is_alike(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
	    memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

/* TCSANOW: what is still to be shown has been processed when it was written,
 * and what has been typed is not to be lost. */
void
terminal_raw(struct terminal *t)
{
	struct termios now, raw = raw_of(t);

	if (tcgetattr(t->fd, &now) == 0 && !is_alike(&now, &raw)) {
		t->before = now;
		raw = raw_of(t);
	}
	t->raw = tcsetattr(t->fd, TCSANOW, &raw) == 0;
}

void
terminal_restore(struct terminal *t)
{
	if (t->raw)
		tcsetattr(t->fd, TCSANOW, &t->before);
	t->raw = false;
}

void
terminal_repair(const struct terminal *t)
{
	struct termios now, raw = raw_of(t);

	if (tcgetattr(t->fd, &now) == 0 && is_alike(&now, &raw))
		tcsetattr(t->fd, TCSANOW, &t->before);
}

bool
terminal_foreground(const struct terminal *t)
{
	pid_t group = tcgetpgrp(t->fd);

	return group == getpgrp() || (group < 0 && errno == ENOTTY);
}

bool
terminal_same(int a, int b)
{
	unsigned x, y;

	return ioctl(a, TIOCGDEV, &x) == 0 && ioctl(b, TIOCGDEV, &y) == 0 && x == y;
}

bool
terminal_is_keyboard(int fd, const struct termios *were)
{
	struct termios modes;

	return tcgetattr(fd, &modes) == 0 && !(modes.c_lflag & ICANON) && !is_alike(&modes, were);
}

static bool
open_slave(int master, const struct termios *modes, int *slave)
{
	char name[PTS_NAME];

	if (grantpt(master) < 0 || unlockpt(master) < 0 || ptsname_r(master, name, sizeof name) != 0)
		return false;
	*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return *slave >= 0 && tcsetattr(*slave, TCSANOW, modes) == 0;
}

bool
terminal_pair(int like, bool exact, int *master, int *slave)
{
	struct termios modes;

	*slave = -1;
	if (tcgetattr(like, &modes) < 0 || (*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) < 0)
		return false;
	if (exact)
		modes.c_oflag &= ~(tcflag_t)OPOST;
	terminal_copy_size(like, *master);
	if (open_slave(*master, &modes, slave))
		return true;
	close(*master);
	if (*slave >= 0)
		close(*slave);
	return false;
}

void
terminal_copy_size(int from, int to)
{
	struct winsize size;

	if (ioctl(from, TIOCGWINSZ, &size) == 0)
		ioctl(to, TIOCSWINSZ, &size);
}

/* On Linux the master's modes are the slave's. */
void
terminal_set_modes(int master, const struct termios *were, const struct termios *modes)
{
	struct termios now;

	if (tcgetattr(master, &now) == 0 && is_alike(&now, were))
		tcsetattr(master, TCSANOW, modes);
}

void
terminal_make_exact(int master)
{
	struct termios modes;

	if (tcgetattr(master, &modes) < 0)
		return;
	modes.c_oflag &= ~(tcflag_t)OPOST;
	tcsetattr(master, TCSANOW, &modes);
}

int
terminal_key(const struct termios *modes, unsigned char byte, bool *literal)
{
	const cc_t *key = modes->c_cc;
	bool was_literal = *literal;

	*literal = false;
	if (was_literal || byte == _POSIX_VDISABLE)
		return 0;
	if ((modes->c_lflag & ISIG) && byte == key[VINTR])
		return SIGINT;
	if ((modes->c_lflag & ISIG) && byte == key[VQUIT])
		return SIGQUIT;
	if ((modes->c_lflag & ISIG) && byte == key[VSUSP])
		return SIGTSTP;
	*literal = (modes->c_lflag & ICANON) && (modes->c_lflag & IEXTEN) && byte == key[VLNEXT];
	return 0;
}
