/* ffmpeg.c -- "Duration: 00:01:00.00, start: ..." of each input, and then
 * "frame= 153 fps=0.0 q=2.0 size= 512kB time=00:00:05.00 bitrate= ..." again and again;
 * or out_time=00:00:05.000011 of -progress.
 *
 * The longest input is the total, in seconds, as ffmpeg goes on until the
 * longest one ends.  Where the command says otherwise (-t, -ss, ...), or the time
 * has gone past it, there is no total. */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <string.h>

#define PAST 1.01     /* of the total: it was not the total */
#define FINISHED 0.97 /* of the total: the last frame's time is short of the end by a frame or an audio packet */

struct memory {
	bool other;   /* the command says that it will not be the longest input */
	bool running; /* since the last "Duration:" */
	bool unknown; /* an input has no duration, or the time has gone past all of them */
	double total; /* 0: not known */
	double moved;
};

static void
open_(void *memory, char *const argv[])
{
	static const char *const limits[] = { "-t", "-to", "-ss", "-sseof", "-fs", "-shortest", "-stream_loop", "-loop",
		"-frames", "-frames:v", "-frames:a", "-vframes", "-aframes", "-itsscale" };
	struct memory *m = memory;

	if (!argv_is(argv, "ffmpeg"))
		return;
	for (size_t i = 1; argv[i] != NULL; i++)
		for (size_t k = 0; k < sizeof limits / sizeof limits[0]; k++)
			m->other |= strcmp(argv[i], limits[k]) == 0;
}

static bool
duration(struct memory *m, const struct piece *p)
{
	struct scan s = scan_piece(p);
	double seconds;

	scan_blanks(&s);
	if (scan_text(&s, "Input #0, ")) { /* another ffmpeg, or the first one */
		*m = (struct memory){ .other = m->other };
		return true;
	}
	if (!scan_text(&s, "Duration: "))
		return false;
	if (m->running)
		*m = (struct memory){ .other = m->other };
	if (!scan_clock(&s, &seconds)) /* N/A */
		m->unknown = true;
	else if (seconds > m->total)
		m->total = seconds;
	return true;
}

/* What stands behind `key` */
static bool
time_after(const struct piece *p, const char *key, double *seconds)
{
	const char *at = memmem(p->text, p->len, key, strlen(key));
	struct scan s;

	if (at == NULL)
		return false;
	s = (struct scan){ .at = at + strlen(key), .end = p->text + p->len };
	return scan_clock(&s, seconds);
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct memory *m = memory;
	bool end = strcmp(p->text, "progress=end") == 0, summary = false;

	if (duration(m, p))
		return 0;
	if (strncmp(p->text, "out_time=", 9) == 0) {
		if (!time_after(p, "out_time=", &m->moved))
			return 0;
	} else if (strstr(p->text, "bitrate=") != NULL && strstr(p->text, "size=") != NULL) {
		summary = strstr(p->text, "Lsize=") != NULL;
		if (!time_after(p, " time=", &m->moved))
			return 0;
	} else if (!end || !m->running) {
		return NOT_MINE;
	}
	m->running = true;
	m->unknown |= m->moved > m->total * PAST;
	if (m->other || m->unknown)
		say_moved(say, m->moved, "s");
	else
		say_of(say, (end || summary) && m->moved >= m->total * FINISHED ? m->total : m->moved, m->total, "s");
	return 1;
}

const struct dialect dialect_ffmpeg = { .name = "ffmpeg", .memory = sizeof(struct memory), .open = open_, .hear = hear };
