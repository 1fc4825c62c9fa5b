/* vt.c -- see vt.h.  Pure. */
#include "client/vt.h"

#define BEL 0x07
#define CAN 0x18
#define SUB 0x1a
#define ESC 0x1b
#define DEL 0x7f

enum {
	GROUND,
	UTF8,   /* in a character of several bytes */
	ESCAPE, /* after ESC */
	CSI,
	OSC,
	STRING, /* DCS, SOS, PM, APC: nothing to us until it ends */
};

bool
vt_is_plain(const struct vt *vt)
{
	return vt->state == GROUND;
}

static void
begin(struct vt *vt, int state)
{
	vt->state = state;
	vt->len = 0;
	vt->string[0] = '\0';
	vt->skip = false;
}

static void
keep(struct vt *vt, unsigned char byte)
{
	if (vt->len < VT_STRING_MAX) {
		vt->string[vt->len++] = (char)byte;
		vt->string[vt->len] = '\0';
	}
}

static void
tell(const struct vt *vt, struct vt_token *token, enum vt_kind kind, uint32_t code)
{
	token->kind = kind;
	token->code = code;
	token->string = vt->string;
}

static void
ground(struct vt *vt, unsigned char byte, struct vt_token *token)
{
	if (byte == ESC) {
		begin(vt, ESCAPE);
	} else if (byte < ' ') {
		tell(vt, token, VT_CONTROL, byte);
	} else if (byte < DEL) {
		tell(vt, token, VT_CHAR, byte);
	} else if (byte >= 0xc2 && byte <= 0xf4) {
		vt->state = UTF8;
		vt->missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
		vt->least = byte < 0xe0 ? 0x80 : byte < 0xf0 ? 0x800 : 0x10000;
		vt->code = byte & (0x3fu >> vt->missing);
	} else if (byte != DEL) {
		tell(vt, token, VT_CHAR, VT_REPLACEMENT);
	}
}

static bool
utf8(struct vt *vt, unsigned char byte, struct vt_token *token)
{
	if ((byte & 0xc0) != 0x80) {
		vt->state = GROUND;
		tell(vt, token, VT_CHAR, VT_REPLACEMENT);
		return false;
	}
	vt->code = vt->code << 6 | (byte & 0x3fu);
	if (--vt->missing > 0)
		return true;
	vt->state = GROUND;
	if (vt->code < vt->least || vt->code > 0x10ffff || (vt->code >= 0xd800 && vt->code <= 0xdfff))
		tell(vt, token, VT_CHAR, VT_REPLACEMENT);
	else if (vt->code >= 0xa0) /* below are the C1 controls */
		tell(vt, token, VT_CHAR, vt->code);
	return true;
}

static void
escape(struct vt *vt, unsigned char byte, struct vt_token *token)
{
	if (byte >= ' ' && byte <= '/') {
		vt->skip = true;
		return;
	}
	if (!vt->skip && byte == '[') {
		begin(vt, CSI);
		return;
	}
	if (!vt->skip && byte == ']') {
		begin(vt, OSC);
		return;
	}
	if (!vt->skip && (byte == 'P' || byte == 'X' || byte == '^' || byte == '_')) {
		begin(vt, STRING);
		return;
	}
	vt->state = GROUND;
	if (!vt->skip)
		tell(vt, token, VT_ESCAPE, byte);
}

static void
csi(struct vt *vt, unsigned char byte, struct vt_token *token)
{
	if (byte >= '0' && byte <= '?') {
		keep(vt, byte);
	} else if (byte >= ' ' && byte <= '/') {
		vt->skip = true;
	} else {
		vt->state = GROUND;
		if (!vt->skip)
			tell(vt, token, VT_CSI, byte);
	}
}

/* A string ends with BEL or with ESC (of ESC \).  One that does not end would
 * swallow all that follows, so a line feed ends it too: no title has one. */
static bool
string(struct vt *vt, unsigned char byte, struct vt_token *token)
{
	bool osc = vt->state == OSC;

	if (byte != BEL && byte != ESC && byte != CAN && byte != SUB && byte != '\n') {
		if (osc)
			keep(vt, byte);
		return true;
	}
	vt->state = GROUND;
	if (osc && (byte == BEL || byte == ESC))
		tell(vt, token, VT_OSC, 0);
	return byte == BEL || byte == CAN || byte == SUB;
}

bool
vt_byte(struct vt *vt, unsigned char byte, struct vt_token *token)
{
	token->kind = VT_NOTHING;
	switch (vt->state) {
	case UTF8:
		return utf8(vt, byte, token);
	case OSC:
	case STRING:
		return string(vt, byte, token);
	case ESCAPE:
	case CSI:
		if (byte < ' ' || byte >= DEL) { /* it breaks the sequence off */
			vt->state = GROUND;
			return byte == CAN || byte == SUB;
		}
		if (vt->state == ESCAPE)
			escape(vt, byte, token);
		else
			csi(vt, byte, token);
		return true;
	default:
		ground(vt, byte, token);
		return true;
	}
}
