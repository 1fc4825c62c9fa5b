/* metered -- what `headway run` would make of a recording, without a broker: reads
 * a program's output and prints each reading; with -l, lines of the log too.
 *
 *     metered [-l] [-m REGEX] [COMMAND...] < recording
 *
 * COMMAND is what was recorded.  The last line sums up: readings, distinct
 * shares, laps, the last share. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "client/meter/meter.h"

#define SHARES_MAX 100000 /* that are told apart; a recording is short */
#define CHUNK 4096        /* bytes of one read */

struct run {
	struct meter *meter;
	bool lines;
	unsigned readings, laps;
	double share[SHARES_MAX], last;
};

static void
piece(void *arg, const char *text, size_t len, enum piece_end end)
{
	struct run *run = arg;
	struct reading r;

	if (!meter_read(run->meter, text, len, end, &r))
		return;
	run->last = r.has_total ? 100 * r.moved / r.total : -1;
	if (run->readings < SHARES_MAX)
		run->share[run->readings++] = run->last;
	run->laps += r.lap;
	printf("%s%7.2f%% %.15g/%.15g%s%s \"%s\"\n", r.lap ? "lap " : "    ", run->last, r.moved,
		r.has_total ? r.total : -1, r.unit != NULL ? " " : "", r.unit != NULL ? r.unit : "", r.message);
}

static void
line(void *arg, const char *text, size_t len)
{
	const struct run *run = arg;

	if (run->lines)
		printf("|%.*s\n", (int)len, text);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char *argv[])
{
	static struct run run;
	struct screen_user user = { .arg = &run, .piece = piece, .line = line };
	struct screen *screen = screen_new(&user);
	const char *match = NULL;
	unsigned distinct = 0;
	char bytes[CHUNK], *why;
	ssize_t n;
	int c;

	while ((c = getopt(argc, argv, "+lm:")) != -1) {
		if (c == 'l')
			run.lines = true;
		else if (c == 'm')
			match = optarg;
		else
			return 2;
	}
	run.meter = meter_new(argv + optind, match, &why);
	if (run.meter == NULL)
		errx(2, "%s", why);
	while ((n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0) {
		screen_feed(screen, bytes, (size_t)n);
	}
	screen_end(screen);
	qsort(run.share, run.readings, sizeof run.share[0], by_size);
	for (unsigned i = 0; i < run.readings; i++)
		distinct += i == 0 || run.share[i] != run.share[i - 1];
	printf("%u readings, %u distinct, %u laps, last %.2f%%, hint: %s\n", run.readings, distinct, run.laps,
		run.readings > 0 ? run.last : -1, meter_hint(run.meter) != NULL ? meter_hint(run.meter) : "none");
	screen_free(screen);
	meter_free(run.meter);
	return 0;
}
