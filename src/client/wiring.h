/* wiring.h -- what the command gets as its standard descriptors, and which of
 * ours stand behind them.
 *
 * It gets what it would have had without us, or what looks most like it: a
 * pseudo-terminal where there was a terminal, a pipe where there was none.
 * What was closed stays closed; standard input is passed on as it is, unless
 * it and standard output are both terminals. */
#ifndef HEADWAY_WIRING_H
#define HEADWAY_WIRING_H

#include <stdbool.h>

#include "client/relay.h"
#include "client/terminal.h"

#define WIRING_OUTPUTS 2 /* standard output and standard error */

struct wiring {
	bool interactive;          /* the command has a terminal of its own, as its controlling one */
	int keys;                  /* which source a keyboard can be needed for; -1: none */
	struct terminal terminal;  /* then: ours */
	struct termios modes;      /* ... and what the command's had at first */
	int slave;                 /* if interactive: the command's; else -1 */
	int child[3];              /* what the command gets as 0, 1 and 2; -1: what we have */
	int source[WIRING_OUTPUTS]; /* where what it writes to 1 and 2 comes out; -1: not here */
	bool pty[WIRING_OUTPUTS];  /* that is the master of a pseudo-terminal */
	bool together;             /* 1 and 2 are the same, and come out at source[0] */
};

/* False: errno. */
bool wiring_make(struct wiring *w);

/* In the child: descriptors 0, 1 and 2. */
void wiring_connect(const struct wiring *w);

/* In the parent, when the child has them. */
void wiring_let_go(struct wiring *w);

/* Our terminal has another size. */
void wiring_resize(const struct wiring *w);

#endif
