/* vt.h -- a terminal's bytes taken apart: characters, controls, sequences.
 *
 * UTF-8 (RFC 3629) and the control sequences of ECMA-48, 5th edition, with
 * xterm's OSC ended by BEL.  Knows what a sequence is, not what it does.
 * Memory is constant; what does not fit is left out, never carried over. */
#ifndef HEADWAY_VT_H
#define HEADWAY_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VT_STRING_MAX 64      /* bytes of an OSC or of a CSI's parameters that are kept; SGR with two true colours has 40 */
#define VT_REPLACEMENT 0xfffd /* stands for each thing that is not UTF-8 */

enum vt_kind {
	VT_NOTHING, /* in the middle of something */
	VT_CHAR,    /* a character, `code`; never below U+00A0 but for U+0020..U+007E */
	VT_CONTROL, /* a C0 control, `code`, but ESC */
	VT_ESCAPE,  /* ESC and a final byte, `code`; those with an intermediate byte are not told */
	VT_CSI,     /* ESC [, `string` the parameters, `code` the final byte; likewise */
	VT_OSC,     /* ESC ], `string` what it says; VT_STRING_MAX bytes long: perhaps cut */
};

struct vt_token {
	enum vt_kind kind;
	uint32_t code;
	const char *string; /* in the struct vt, until its next byte; ends with NUL */
};

struct vt {
	int state;
	uint32_t code; /* of a UTF-8 sequence so far */
	int missing;   /* its bytes that are yet to come */
	uint32_t least; /* smaller: overlong */
	bool skip;     /* an intermediate byte: not a sequence we tell of */
	size_t len;
	char string[VT_STRING_MAX + 1];
};

/* All zero is a parser at its beginning.  False: the byte has ended something
 * and is no part of it; give it once more. */
bool vt_byte(struct vt *vt, unsigned char byte, struct vt_token *token);

/* Is the next byte, if it is from U+0020 to U+007E, a character? */
bool vt_is_plain(const struct vt *vt);

#endif
