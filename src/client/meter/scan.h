/* scan.h -- reading along a text.  Each function goes on behind what it has
 * read, or stays where it was and returns false.  Pure. */
#ifndef HEADWAY_SCAN_H
#define HEADWAY_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct scan {
	const char *at, *end;
};

/* 1,234,567.8 or 1.234.567,8 or 12.5 or 50,00: as people write numbers */
struct amount {
	double value;
	bool whole;     /* no decimal sign */
	bool grouped;   /* 1,234: or is it a decimal comma? */
	bool padded;    /* begins with a 0 and goes on */
	unsigned width; /* digits */
	double scale;   /* of the unit behind it, 1 if none */
	bool bytes;     /* that unit counts bytes */
};

struct scan scan_of(const char *text, size_t len);
bool scan_text(struct scan *s, const char *literal);
size_t scan_blanks(struct scan *s); /* no-break spaces too; how many bytes */
bool scan_amount(struct scan *s, struct amount *a);
/* An amount's unit: k, M, GB, GiB, B, bytes, also after a blank if it names bytes.  True also without any;
 * false if there are letters that are none. */
bool scan_unit(struct scan *s, struct amount *a);
/* A size as curl and wget write it: 11.8M, 512k, 0; K is 1024. */
bool scan_size(struct scan *s, double *bytes);
bool scan_clock(struct scan *s, double *seconds); /* [H:]M:S[.fraction], H of any length */
bool scan_word(struct scan *s, struct scan *word); /* up to the next blank; not empty */

#endif
