/* screen.h -- a terminal that is painted on, and given back as it was.
 *
 * On the alternate screen, as a pager does: what a resize does to lines that
 * were painted before differs from terminal to terminal, and a screen of one's
 * own can be painted anew.  The cursor is hidden, lines are not wrapped, keys
 * are neither echoed nor waited for until Enter.  Only lines that have changed
 * are painted.  ECMA-48, and xterm's private modes 7, 25 and 1049, which
 * terminals have had for decades. */
#ifndef HEADWAY_SCREEN_H
#define HEADWAY_SCREEN_H

#include <stdbool.h>

#define SCREEN_ROWS 24 /* of a terminal that does not say */
#define SCREEN_COLUMNS 80
#define SCREEN_ROWS_MAX 1000 /* more are not painted */

struct screen;

/* The columns of the terminal on `fd` and, unless NULL, its rows; of one that
 * does not say, COLUMNS and LINES, else SCREEN_COLUMNS and SCREEN_ROWS. */
int screen_columns(int fd, int *rows);

/* May it be painted on: a terminal, and not TERM=dumb? */
bool screen_usable(int fd);

/* Keys come from `in`, if that is a terminal too.  Takes nothing over before
 * screen_enter(). */
struct screen *screen_new(int in, int out);
void screen_free(struct screen *s); /* leaves first */

void screen_enter(struct screen *s);
void screen_leave(struct screen *s); /* twice is fine */
void screen_forget(struct screen *s); /* whatever is there now: paint all of it */

/* Paints lines, each ending with LF.  False: not now, since the terminal takes
 * nothing (^S). */
bool screen_show(struct screen *s, const char *lines);

#endif
