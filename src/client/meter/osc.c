/* osc.c -- ESC ] 9 ; 4 ; STATE ; PERCENT, ConEmu's progress, which Windows
 * Terminal, Ghostty and systemd know too.  STATE is 0 gone, 1 normal, 2 error,
 * 3 indeterminate, 4 paused or a warning. */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct scan s = scan_piece(p);
	struct amount state, percent;

	(void)memory;
	if (p->end != PIECE_OSC)
		return NOT_MINE;
	if (!scan_amount(&s, &state))
		return 0;
	say->express = true;
	if (state.value == 0) {
		say->over = true;
		return 1;
	}
	if (state.value == 3 || !scan_text(&s, ";") || !scan_amount(&s, &percent) || percent.value > 100)
		return 0;
	say_percent(say, percent.value);
	return 1;
}

const struct dialect dialect_osc = { .name = "osc", .hear = hear };
