/* sgr.h -- how a character looks: the SGR sequences of ECMA-48, section
 * 8.3.117, and ISO 8613-6's 256 and true colours.  Pure. */
#ifndef HEADWAY_SGR_H
#define HEADWAY_SGR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SGR_TEXT_MAX 64 /* bytes of the longest sequence that sgr_change() writes, and a NUL */

struct sgr {
	uint16_t set;    /* bit n: attribute n, 1 bold to 9 crossed out */
	uint32_t fg, bg; /* 0: the usual one */
};

/* What `params` (the text between ESC [ and m) makes of it.  Unknown numbers change nothing. */
void sgr_apply(struct sgr *s, const char *params);

bool sgr_equal(const struct sgr *a, const struct sgr *b);

/* Writes the sequence that leads from one look to another, "" if they are the same; its length. */
size_t sgr_change(char text[SGR_TEXT_MAX], const struct sgr *from, const struct sgr *to);

#endif
