/* terminal.h -- a terminal that is painted on, and given back as it was.
 *
 * On the alternate screen, as a pager does: what a resize does to lines that
 * were painted before differs from terminal to terminal, and a screen of one's
 * own can be painted anew.  The cursor is hidden, lines are not wrapped, keys
 * are neither echoed nor waited for until Enter.  Only lines that have changed
 * are painted.  ECMA-48, and xterm's private modes 7, 25 and 1049, which
 * terminals have had for decades. */
#ifndef HEADWAY_TERMINAL_H
#define HEADWAY_TERMINAL_H

#include <stdbool.h>

#define TERMINAL_ROWS 24 /* of a terminal that does not say */
#define TERMINAL_COLUMNS 80
#define TERMINAL_ROWS_MAX 1000 /* more are not painted */

struct terminal;

/* The columns of the terminal on `fd` and, unless NULL, its rows; of one that
 * does not say, COLUMNS and LINES, else TERMINAL_COLUMNS and TERMINAL_ROWS. */
int terminal_columns(int fd, int *rows);

/* May it be painted on: a terminal, and not TERM=dumb? */
bool terminal_usable(int fd);

bool terminal_utf8(void);  /* does the locale (LC_CTYPE is set) say UTF-8? */
bool terminal_color(void); /* NO_COLOR (no-color.org) does not say otherwise */

/* Keys come from `in`, if that is a terminal too.  Takes nothing over before
 * terminal_enter(). */
struct terminal *terminal_new(int in, int out);
void terminal_free(struct terminal *t); /* leaves first */

void terminal_enter(struct terminal *t);
void terminal_leave(struct terminal *t); /* twice is fine */
void terminal_forget(struct terminal *t); /* whatever is there now: paint all of it */

/* Paints lines, each ending with LF.  False: not now, since the terminal takes
 * nothing (^S). */
bool terminal_show(struct terminal *t, const char *lines);

#endif
