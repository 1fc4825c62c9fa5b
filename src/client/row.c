/* row.c -- see row.h. */
#include "client/row.h"

#include <string.h>

#define LOOK_SHIFT 21 /* code points are below 2^21 */
#define CODE_MASK ((1u << LOOK_SHIFT) - 1)
#define ELLIPSIS 0x2026
#define ELLIPSIS_BYTES 3
#define RESET "\033[0m"
#define RESET_ESCAPED 9 /* bytes of \u001b[0m */
#define HALF (ROW_CELLS / 2)

static size_t write_line(const struct row *row, size_t end, char *text);

static uint32_t
look_number(struct row *row)
{
	static const struct sgr usual;
	unsigned n = row->looks;

	if (sgr_equal(&row->look, &usual))
		return 0;
	while (n > 0 && !sgr_equal(&row->seen[n], &row->look))
		n--;
	if (n == 0 && row->looks < ROW_LOOKS - 1) {
		n = ++row->looks;
		row->seen[n] = row->look;
	}
	return (uint32_t)n << LOOK_SHIFT;
}

static void
make_room(struct row *row)
{
	if (!row->cut) {
		row->head_len = write_line(row, row->len, row->head); /* longer than any line of the log */
		row->cut = true;
	}
	memmove(row->cell, row->cell + HALF, (ROW_CELLS - HALF) * sizeof row->cell[0]);
	row->at -= HALF;
	row->len -= HALF;
}

static void
set(struct row *row, uint32_t cell)
{
	if (row->at == ROW_CELLS)
		make_room(row);
	while (row->len < row->at)
		row->cell[row->len++] = ' ';
	row->cell[row->at++] = cell;
	if (row->len < row->at)
		row->len = row->at;
}

void
row_put(struct row *row, uint32_t code)
{
	set(row, code | look_number(row));
}

void
row_put_plain(struct row *row, const char *text, size_t len)
{
	uint32_t look = look_number(row);

	for (size_t i = 0; i < len; i++)
		set(row, (unsigned char)text[i] | look);
}

void
row_clear(struct row *row)
{
	row->len = row->at = 0;
	row->looks = 0;
	row->cut = false;
}

void
row_erase_right(struct row *row)
{
	if (row->len > row->at)
		row->len = row->at;
}

void
row_erase_left(struct row *row)
{
	for (size_t i = 0; i <= row->at && i < row->len; i++)
		row->cell[i] = ' ';
}

void
row_left(struct row *row, size_t n)
{
	row->at = n < row->at ? row->at - n : 0;
}

void
row_right(struct row *row, size_t n)
{
	row_column(row, n < ROW_CELLS ? row->at + n : ROW_CELLS - 1);
}

void
row_column(struct row *row, size_t column)
{
	row->at = column < ROW_CELLS - 1 ? column : ROW_CELLS - 1;
}

bool
row_blank(const struct row *row)
{
	for (size_t i = 0; i < row->len; i++)
		if ((row->cell[i] & CODE_MASK) != ' ' && (row->cell[i] & CODE_MASK) != '\t')
			return false;
	return true;
}

static size_t
encode(char *out, uint32_t c)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n == 1) {
		out[0] = (char)c;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[n] | c);
	return n;
}

size_t
row_text(const struct row *row, char text[ROW_TEXT_MAX + 1])
{
	size_t at = 0;

	for (size_t i = 0; i < row->len; i++)
		at += encode(text + at, row->cell[i] & CODE_MASK);
	text[at] = '\0';
	return at;
}

/* A line being written: its bytes, and what they come to in JSON. */
struct line {
	char *text;
	size_t len, escaped;
	const struct sgr *look;
};

/* Adds a cell with its look, if `room` escaped bytes are enough for it and for a return to the usual look. */
static bool
add(struct line *line, const struct row *row, uint32_t cell, size_t room)
{
	const struct sgr *look = &row->seen[cell >> LOOK_SHIFT];
	uint32_t code = cell & CODE_MASK;
	char change[SGR_TEXT_MAX], bytes[4];
	size_t changed = look != line->look ? sgr_change(change, line->look, look) : 0, n = encode(bytes, code);
	size_t cost = n + (code == '"' || code == '\\' || code == '\t') + (changed > 0 ? changed + 5 : 0);

	if (line->escaped + cost + (look != row->seen ? RESET_ESCAPED : 0) > room)
		return false;
	if (changed == 0 && n == 1) { /* most of all text */
		line->text[line->len++] = bytes[0];
		line->escaped += cost;
		return true;
	}
	memcpy(line->text + line->len, change, changed);
	memcpy(line->text + line->len + changed, bytes, n);
	line->len += changed + n;
	line->escaped += cost;
	line->look = look;
	return true;
}

static void
finish(struct line *line, const struct row *row, bool more)
{
	if (more)
		line->len += encode(line->text + line->len, ELLIPSIS);
	if (line->look != row->seen) {
		memcpy(line->text + line->len, RESET, sizeof RESET - 1);
		line->len += sizeof RESET - 1;
	}
	line->text[line->len] = '\0';
}

/* The cells before `end` as a line.  Most are far from the limit; one that is
 * not is written again with room for the ellipsis. */
static size_t
write_line(const struct row *row, size_t end, char *text)
{
	size_t room = ROW_LOG_MAX;

	for (;;) {
		struct line line = { .text = text, .look = row->seen };
		size_t i = 0;

		while (i < end && add(&line, row, row->cell[i], room))
			i++;
		if (i == end || room < ROW_LOG_MAX) {
			finish(&line, row, i < end);
			return line.len;
		}
		room = ROW_LOG_MAX - ELLIPSIS_BYTES;
	}
}

size_t
row_log(const struct row *row, char text[ROW_LOG_MAX + 1])
{
	size_t end = row->len;

	if (row->cut) {
		memcpy(text, row->head, row->head_len + 1);
		return row->head_len;
	}
	while (end > 0 && (row->cell[end - 1] & CODE_MASK) == ' ')
		end--;
	return write_line(row, end, text);
}
