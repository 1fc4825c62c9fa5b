/* terminal.h -- our terminal, and pseudo-terminals that stand for it.
 *
 * While a command has a pseudo-terminal of its own, ours passes bytes through
 * untouched (raw): the line discipline of the other one edits, echoes and
 * makes signals. */
#ifndef HEADWAY_TERMINAL_H
#define HEADWAY_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

struct terminal {
	int fd;
	struct termios before; /* as it was found, last time that we made it raw */
	bool raw;              /* by us, as far as we know */
	bool output_too;       /* ... for what is written to it as well: the other one has processed that */
};

/* False: `fd` is no terminal.  It stays the caller's. */
bool terminal_take(struct terminal *t, int fd, bool output_too);

/* A process in the background must not call these two: it would be stopped. */
void terminal_raw(struct terminal *t);
void terminal_restore(struct terminal *t);

/* For a process that survives one which left it raw, whatever became of that:
 * puts it back unless somebody has set it anew. */
void terminal_repair(const struct terminal *t);

/* May this process use it now?  Yes, too, if it is not its controlling terminal. */
bool terminal_foreground(const struct terminal *t);

/* Do both descriptors mean the same terminal?  (/dev/tty has a number of its own.) */
bool terminal_same(int a, int b);

/* Has a program that reads single keys set it up so, since it had the modes `were`? */
bool terminal_is_keyboard(int fd, const struct termios *were);

/* A pseudo-terminal with the modes and the size of the terminal `like`.
 * `exact`: what is written to it is read from the master byte by byte.  False:
 * errno.  Both ends are close-on-exec; the master is non-blocking. */
bool terminal_pair(int like, bool exact, int *master, int *slave);

void terminal_copy_size(int from, int to);

/* Gives the pseudo-terminal other modes, unless somebody has set it since it had `were`. */
void terminal_set_modes(int master, const struct termios *were, const struct termios *modes);

/* What is written to the pseudo-terminal from now on comes as it is. */
void terminal_make_exact(int master);

/* The signal that a terminal with these modes makes of the byte: SIGINT,
 * SIGQUIT, SIGTSTP or 0.  `literal`: the byte before has taken the meaning away
 * (Control-V); kept from call to call, false at first. */
int terminal_key(const struct termios *modes, unsigned char byte, bool *literal);

#endif
