/* canvas.h -- a terminal that is painted on, and given back as it was.
 *
 * On the alternate screen, as a pager does: what a resize does to lines that
 * were painted before differs from terminal to terminal, and a screen of one's
 * own can be painted anew.  The cursor is hidden, lines are not wrapped, keys
 * are neither echoed nor waited for until Enter.  Only lines that have changed
 * are painted.  ECMA-48, and xterm's private modes 7, 25 and 1049, which
 * terminals have had for decades. */
#ifndef HEADWAY_CANVAS_H
#define HEADWAY_CANVAS_H

#include <stdbool.h>

#define CANVAS_ROWS 24 /* of a terminal that does not say */
#define CANVAS_COLUMNS 80
#define CANVAS_ROWS_MAX 1000 /* more are not painted */

struct canvas;

/* The columns of the terminal on `fd` and, unless NULL, its rows; of one that
 * does not say, COLUMNS and LINES, else CANVAS_COLUMNS and CANVAS_ROWS. */
int canvas_columns(int fd, int *rows);

/* May it be painted on: a terminal, and not TERM=dumb? */
bool canvas_usable(int fd);

bool canvas_utf8(void);  /* does the locale (LC_CTYPE is set) say UTF-8? */
bool canvas_color(void); /* NO_COLOR (no-color.org) does not say otherwise */

/* Keys come from `in`, if that is a terminal too.  Takes nothing over before
 * canvas_enter(). */
struct canvas *canvas_new(int in, int out);
void canvas_free(struct canvas *t); /* leaves first */

void canvas_enter(struct canvas *t);
void canvas_leave(struct canvas *t); /* twice is fine */
void canvas_forget(struct canvas *t); /* whatever is there now: paint all of it */

/* Paints lines, each ending with LF.  False: not now, since the terminal takes
 * nothing (^S). */
bool canvas_show(struct canvas *t, const char *lines);

#endif
