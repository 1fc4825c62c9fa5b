/* cells.h -- a publisher's text on a terminal: filtered, measured and cut.
 *
 * A task may be called, titled and described by anybody who can publish.  What
 * comes out of here is safe to write: no control character (C0, DEL, C1), so no
 * escape sequence; nothing that turns the direction of the line or joins
 * characters into one, so that it takes the cells that were counted; and no
 * pile of combining marks.  Blanks, TAB, CR and LF become one blank.
 *
 * Widths are wcwidth(3)'s, so the caller has set LC_CTYPE.  `utf8` says that the
 * terminal reads UTF-8; otherwise what is not ASCII is shown as '?'. */
#ifndef HEADWAY_CELLS_H
#define HEADWAY_CELLS_H

#include <stdbool.h>
#include <stdio.h>

#define CELLS_MARKS_MAX 2 /* combining characters on one character; Vietnamese and Hebrew need no more */

/* The cells that `text` takes when filtered. */
int cells_width(const char *text, bool utf8);

/* Writes `text`, cut to `max` cells; where it is cut its last cell is an
 * ellipsis.  Returns the cells written. */
int cells_put(FILE *out, const char *text, int max, bool utf8);

#endif
