/* region.c -- see region.h. */
#include "client/region.h"

/* Keeps the row, unless it stands as it was when the cursor came. */
static void
leave(struct region *g, const struct row *row)
{
	if (g->touched && g->above < REGION_ROWS)
		g->len[g->above] = row_log(row, g->line[g->above]);
	g->touched = false;
}

void
region_up(struct region *g, const struct row *row, size_t n)
{
	size_t blank = n < g->blanks ? n : g->blanks;

	leave(g, row);
	g->blanks -= (unsigned)blank;
	n -= blank;
	g->above = n < REGION_ROWS - g->above ? g->above + (unsigned)n : REGION_ROWS;
}

void
region_down(struct region *g, const struct row *row, size_t n)
{
	leave(g, row);
	g->above = n < g->above ? g->above - (unsigned)n : 0;
}

static void
log_kept(struct region *g, region_log *log, void *arg)
{
	for (unsigned i = REGION_ROWS; i-- > 1;) {
		if (g->len[i] > 0)
			log(arg, g->line[i], g->len[i]);
		g->len[i] = 0;
	}
}

void
region_line(struct region *g, const struct row *row, region_log *log, void *arg)
{
	leave(g, row);
	if (g->above > 0) {
		g->above--;
		return;
	}
	log_kept(g, log, arg);
	g->line[0][g->len[0]] = '\0';
	log(arg, g->line[0], g->len[0]);
	g->blanks = g->len[0] > 0 ? 0 : g->blanks + 1;
	g->len[0] = 0;
}

void
region_end(struct region *g, const struct row *row, region_log *log, void *arg)
{
	leave(g, row);
	log_kept(g, log, arg);
	if (g->len[0] > 0)
		log(arg, g->line[0], g->len[0]);
	g->len[0] = 0;
}
