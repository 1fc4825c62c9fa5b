/* growing.c -- a line that grows: "Checking: 10%...20%...30%", or the "0...10...20"
 * of GDAL's programs.  Three numbers in a row that rise are believed at once. */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <string.h>

#define ENOUGH 3     /* numbers */
#define BARE_STEP 10 /* between numbers without a percent sign */

struct row {
	const char *from; /* of the first number */
	double last;
	unsigned count;
	bool bare; /* no percent signs */
};

/* The row of numbers that begins at the first digit, up to what is none. */
static bool
parse(const struct piece *p, struct row *row)
{
	struct scan s = scan_piece(p);
	struct amount a;

	s.at = p->text + strcspn(p->text, "0123456789");
	*row = (struct row){ .from = s.at };
	for (;;) {
		if (!scan_amount(&s, &a) || a.value > 100)
			break;
		if (row->count == 0)
			row->bare = !scan_text(&s, "%");
		else if (row->bare ? a.value != row->last + BARE_STEP : a.value <= row->last || !scan_text(&s, "%"))
			return false;
		if (row->bare && row->count == 0 && a.value != 0)
			return false;
		row->last = a.value;
		row->count++;
		if (strspn(s.at, ".-=#* ") == strspn(s.at, " ")) /* nothing that grows: the end, or a list of numbers */
			break;
		s.at += strspn(s.at, row->bare ? "." : ".-=#* ");
	}
	return row->count >= ENOUGH;
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct row row;

	(void)memory;
	if ((p->end != PIECE_OPEN && p->end != PIECE_LF) || p->drawn || !parse(p, &row))
		return NOT_MINE;
	say_percent(say, row.last);
	say_label(say, p->text, (size_t)(row.from - p->text));
	return 1;
}

const struct dialect dialect_growing = { .name = "growing", .hear = hear };
