/* row.h -- one line of a terminal: characters in cells, and a cursor.
 *
 * A character takes one cell, whatever its width: what moves over a wide one
 * by two columns is a cell off.  Constant memory. */
#ifndef HEADWAY_ROW_H
#define HEADWAY_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/sgr.h"

#define ROW_CELLS 4096               /* past these the oldest half is forgotten: 64 KB without a line feed are fine */
#define ROW_LOOKS 64                 /* different looks in a line; more keep the last look that had room */
#define ROW_TEXT_MAX (4 * ROW_CELLS) /* bytes */
#define ROW_LOG_MAX 2000             /* bytes of a line in the log, as escaped in JSON: the broker's limit */

struct row {
	size_t len, at;
	struct sgr look;            /* of the next character */
	uint32_t cell[ROW_CELLS];   /* code point, and above it the number of the look */
	unsigned looks;             /* in use, the usual look being number 0 */
	struct sgr seen[ROW_LOOKS]; /* seen[0] stays zero */
	bool cut;                   /* there was more at the left: `head` says how the line begins */
	size_t head_len;
	char head[ROW_LOG_MAX + 1];
};

/* All zero is an empty row. */
void row_put(struct row *row, uint32_t code);
void row_put_plain(struct row *row, const char *text, size_t len); /* U+0020 to U+007E */
void row_clear(struct row *row); /* empties it; the look stays */
void row_erase_right(struct row *row);
void row_erase_left(struct row *row);
void row_left(struct row *row, size_t n);
void row_right(struct row *row, size_t n);
void row_column(struct row *row, size_t column); /* from 0 */
bool row_blank(const struct row *row);           /* nothing that can be seen */

/* What stands in it, in UTF-8 without looks: the newest ROW_CELLS characters at most.  Its length. */
size_t row_text(const struct row *row, char text[ROW_TEXT_MAX + 1]);

/* The whole line as the log keeps it: looks as SGR sequences, no blanks at its
 * end, cut with an ellipsis to ROW_LOG_MAX.  Its length. */
size_t row_log(const struct row *row, char line[ROW_LOG_MAX + 1]);

#endif
