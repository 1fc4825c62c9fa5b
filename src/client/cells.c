/* cells.c -- see cells.h.  Pure, but for the locale that wcwidth(3) reads. */
#include "client/cells.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

struct cell {
	const char *bytes; /* what to write */
	size_t len;
	int width;         /* 0: a mark on the cell before */
};

/* What a text is read with. */
struct reader {
	const char *at;
	bool utf8;
	bool blank; /* the last cell was one, or there was none yet */
	int marks;  /* on the last character */
};

/* Characters that take no cell and change what others look like: joiners, marks
 * of direction, variation selectors, tags, the byte order mark.  A terminal may
 * or may not heed them; without them all agree. */
static bool
is_invisible(wchar_t c)
{
	static const struct { wchar_t first, last; } ranges[] = {
		{ 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff9, 0xfffb }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* The character at `s` and its length, 0 at the end; what is not UTF-8 is a
 * control character as long as one byte. */
static size_t
decode(const char *s, wchar_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)*s;
	size_t n = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	uint32_t code = n == 1 ? lead : lead & (0x7fu >> n);

	*c = (wchar_t)lead;
	if (n == 1)
		return lead != '\0';
	*c = 0x7f;
	if (lead < 0xc2 || lead > 0xf4)
		return 1;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 1;
		code = code << 6 | ((unsigned char)s[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 1;
	*c = (wchar_t)code;
	return n;
}

/* The next cell, or false at the end. */
static bool
next(struct reader *r, struct cell *cell)
{
	for (;;) {
		const char *s = r->at;
		wchar_t c;
		size_t len = decode(s, &c);
		int width;

		r->at += len;
		if (len == 0)
			return false;
		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			if (r->blank)
				continue;
			r->blank = true;
			*cell = (struct cell){ " ", 1, 1 };
			return true;
		}
		width = c < ' ' || (c >= 0x7f && c < 0xa0) ? -1 : c < 0x7f ? 1 : r->utf8 ? wcwidth(c) : -1;
		if (c >= 0xa0 && is_invisible(c))
			continue;
		if (width == 0 && (r->blank || ++r->marks > CELLS_MARKS_MAX))
			continue; /* nothing to stand on, or enough of it */
		if (width != 0)
			r->marks = 0;
		r->blank = false;
		*cell = width >= 0 ? (struct cell){ s, len, width } : (struct cell){ "?", 1, 1 };
		return true;
	}
}

static struct reader
reader(const char *text, bool utf8)
{
	return (struct reader){ .at = text, .utf8 = utf8, .blank = true };
}

/* A blank at the end is none. */
static int
measure(struct reader r)
{
	struct cell cell;
	int width = 0;

	while (next(&r, &cell))
		width += cell.width;
	return width - (width > 0 && r.blank);
}

int
cells_width(const char *text, bool utf8)
{
	return measure(reader(text, utf8));
}

int
cells_put(FILE *out, const char *text, int max, bool utf8)
{
	struct reader r = reader(text, utf8);
	int total = measure(r), room = total > max ? max - 1 : total, width = 0;
	struct cell cell;

	if (max <= 0)
		return 0;
	while (next(&r, &cell) && width + cell.width <= room) {
		fwrite(cell.bytes, 1, cell.len, out);
		width += cell.width;
	}
	if (total > max) {
		fputs(utf8 ? "\u2026" : "~", out);
		width++;
	}
	return width;
}
