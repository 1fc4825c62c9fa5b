/* rsync.c -- rsync's --info=progress2 and its --progress, which look alike.
 *
 *      25,721,676  99%   21.70MB/s    0:00:01 (xfr#399, to-chk=1/401)
 *
 * With progress2 the percent is that of the whole; the whole grows while rsync still
 * looks for files (ir-chk).  With --progress it is that of one file, which is no
 * whole unless there is only one.  They are told apart when the bytes start
 * over: from then on the files that have been dealt with are counted. */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <string.h>

struct memory {
	bool each;    /* it is the progress of each file */
	bool counted; /* and files have been counted */
	double bytes;
	char name[METER_MESSAGE_MAX + 1]; /* the last line: a file's name, if `each` */
};

struct bar {
	double bytes, percent;
	bool checked;         /* there is "(xfr#...)" */
	bool growing;         /* ir-chk */
	double left, files;
};

static bool
parse(const struct piece *p, struct bar *bar)
{
	struct scan s = scan_piece(p);
	struct amount bytes, percent, rate, left, files;
	double clock;

	memset(bar, 0, sizeof *bar);
	scan_blanks(&s);
	if (!scan_amount(&s, &bytes) || !scan_unit(&s, &bytes) || scan_blanks(&s) == 0 || !scan_amount(&s, &percent) ||
	    !scan_text(&s, "%") || percent.value > 100 || scan_blanks(&s) == 0 || !scan_amount(&s, &rate) ||
	    !scan_unit(&s, &rate) || !scan_text(&s, "/s") || scan_blanks(&s) == 0 || !scan_clock(&s, &clock))
		return false;
	bar->bytes = bytes.value * bytes.scale;
	bar->percent = percent.value;
	scan_blanks(&s);
	if (s.at == s.end)
		return true;
	if (!scan_text(&s, "(xf") || (s.at = memchr(s.at, ',', (size_t)(s.end - s.at))) == NULL)
		return false;
	bar->growing = scan_text(&s, ", ir-chk=");
	if (!bar->growing && !scan_text(&s, ", to-chk="))
		return false;
	if (!scan_amount(&s, &left) || !scan_text(&s, "/") || !scan_amount(&s, &files))
		return false;
	bar->checked = true;
	bar->left = left.value;
	bar->files = files.value;
	return left.value <= files.value;
}

static int
say_files(struct memory *m, const struct bar *bar, struct saying *say)
{
	if (!bar->checked)
		return 0;
	if (bar->growing)
		say_moved(say, bar->files - bar->left, "files");
	else
		say_of(say, bar->files - bar->left, bar->files, "files");
	say->phase = !m->counted; /* from the percent of one file to all files */
	m->counted = true;
	return 1;
}

/* A line that is no bar: a file's name, if it is not something else. */
static void
line(struct memory *m, const struct piece *p)
{
	static const char *const others[] = { "sending incremental file list", "receiving incremental file list",
		"receiving file list ... done", "building file list ... done" };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strcmp(p->text, others[i]) == 0) {
			*m = (struct memory){ 0 };
			return;
		}
	label_copy(m->name, p->text, p->len);
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct memory *m = memory;
	struct bar bar;
	int n = 1;

	if (!parse(p, &bar)) {
		if (p->end == PIECE_LF)
			line(m, p);
		return NOT_MINE;
	}
	m->each |= bar.bytes < m->bytes;
	m->bytes = bar.bytes;
	if (m->each)
		n = say_files(m, &bar, say);
	else if (bar.percent >= 100 && bar.checked && bar.left > 0)
		n = 0; /* all of what it knows of so far, or one of several files */
	else
		say_percent(say, bar.percent);
	say_label(say, m->name, strlen(m->name));
	say->grows = true;
	return n;
}

const struct dialect dialect_rsync = { .name = "rsync", .memory = sizeof(struct memory), .hear = hear };
