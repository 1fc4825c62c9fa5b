/* pv.c -- pv's default display, with or without a total, and its numbers (-n):
 * these are believed only if the command names pv with -n, as bare numbers
 * on lines may be anything.
 *
 *   thing: 15.0MiB 0:00:01 [14.8MiB/s] [=====>       ] 26% ETA 0:00:02 */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <string.h>

struct memory {
	bool numbers; /* the command asks for them */
	bool bytes;   /* and they are not percents (-b) */
};

/* -n, -nb, --numeric, in an argument of its own or within one of sh -c */
static void
open_(void *memory, char *const argv[])
{
	struct memory *m = memory;

	if (!argv_names(argv, "pv"))
		return;
	for (size_t i = 0; argv[i] != NULL; i++) {
		const char *at = argv[i];

		while ((at = strchr(at, '-')) != NULL) {
			bool option = at == argv[i] || at[-1] == ' ';

			at++;
			if (option && strncmp(at, "-numeric", 8) == 0)
				m->numbers = true;
			if (option && memchr(at, 'n', strspn(at, "abefnpqrtW")) != NULL)
				m->numbers = true;
		}
	}
}

static bool
number(struct memory *m, const struct piece *p, struct saying *say)
{
	struct scan s = scan_piece(p);
	struct amount n;

	if (!m->numbers || p->end != PIECE_LF || !scan_amount(&s, &n) || s.at != s.end)
		return false;
	m->bytes |= n.value > 100;
	if (m->bytes)
		say_moved(say, n.value, "B");
	else
		say_percent(say, n.value);
	return true;
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct scan s = scan_piece(p);
	struct amount size, rate, percent;
	const char *name = p->text, *colon = memmem(p->text, p->len, ": ", 2);
	double clock;

	if (number(memory, p, say))
		return 1;
	if (colon != NULL)
		s.at = colon + 2;
	scan_blanks(&s);
	if (!scan_amount(&s, &size) || !scan_unit(&s, &size) || !size.bytes)
		return NOT_MINE;
	if (scan_blanks(&s) == 0 || !scan_clock(&s, &clock) || !scan_text(&s, " ["))
		return NOT_MINE;
	scan_blanks(&s);
	if (!scan_amount(&s, &rate) || !scan_unit(&s, &rate) || !rate.bytes || !scan_text(&s, "/s]"))
		return NOT_MINE;
	s.at = memrchr(s.at, ']', (size_t)(s.end - s.at)); /* there is the "/s]" at least */
	if (s.at == NULL)
		s.at = s.end;
	else
		s.at++;
	scan_blanks(&s);
	if (scan_amount(&s, &percent) && scan_text(&s, "%") && percent.value <= 100)
		say_percent(say, percent.value);
	else
		say_moved(say, size.value * size.scale, "B");
	if (colon != NULL)
		say_label(say, name, (size_t)(colon - name));
	return 1;
}

const struct dialect dialect_pv = { .name = "pv", .memory = sizeof(struct memory), .open = open_, .hear = hear };
