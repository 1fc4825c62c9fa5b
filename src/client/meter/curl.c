/* curl.c -- curl's meter: twelve columns, or ten with --parallel.  Its bar (-#)
 * is a percent like any other.
 *
 *   % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
 *  37 57.2M   37 21.6M    0     0  11.9M      0  0:00:04  0:00:01  0:00:03 11.9M
 *
 *  DL% UL%  Dled  Uled  Xfers  Live Total     Current  Left    Speed
 *  --  --  26.7M     0     2     2  --:--:--  0:00:01 --:--:-- 20.0M */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#define COLUMNS 12

/* Column by column: p percent (or --), s size or count, t time (or --:--:--) */
static const char meter[] = "pspspsssttts", parallel[] = "ppssssttts";

static bool
column(struct scan word, char kind, double *value)
{
	struct amount a;

	*value = -1;
	switch (kind) {
	case 'p':
		if (scan_text(&word, "--"))
			return word.at == word.end;
		if (!scan_amount(&word, &a) || a.value > 100)
			return false;
		*value = a.value;
		return word.at == word.end;
	case 's':
		return scan_size(&word, value) && word.at == word.end;
	default: /* from a day on it has no colons, and is no column of ours */
		for (; word.at < word.end; word.at++)
			if (*word.at == ':')
				*value = 0;
			else if (*word.at != '-' && (*word.at < '0' || *word.at > '9'))
				return false;
		return *value == 0;
	}
}

static bool
columns(struct scan s, const char *kinds, double value[COLUMNS])
{
	struct scan word;

	for (; *kinds != '\0'; kinds++, value++) {
		scan_blanks(&s);
		if (!scan_word(&s, &word) || !column(word, *kinds, value))
			return false;
	}
	scan_blanks(&s);
	return s.at == s.end;
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	double v[COLUMNS];

	(void)memory;
	if (columns(scan_piece(p), meter, v)) {
		if (v[1] > 0 && v[3] + v[5] <= v[1])
			say_of(say, v[0] == 100 ? v[1] : v[3] + v[5], v[1], "B");
		else
			say_moved(say, v[3] + v[5], "B");
		return 1;
	}
	if (columns(scan_piece(p), parallel, v)) {
		if (v[0] >= 0 || v[1] >= 0)
			say_percent(say, v[0] >= 0 ? v[0] : v[1]);
		else
			say_moved(say, v[2] + v[3], "B");
		return 1;
	}
	return NOT_MINE;
}

const struct dialect dialect_curl = { .name = "curl", .hear = hear };
