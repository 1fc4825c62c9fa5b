/* dialect.h -- what the dialects share: a piece goes in, a saying comes out.
 *
 * A dialect says what a piece means in it, if anything.  Whether that is
 * believed, which of several bars is shown, and where a lap begins, is not its
 * business but choice.c's. */
#ifndef HEADWAY_DIALECT_H
#define HEADWAY_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/meter/meter.h"

#define SAYINGS_MAX 2 /* of one piece: a percent, and N of M */

#define NOT_MINE (-1)

struct piece {
	const char *text; /* ends with NUL; no blanks at its end */
	size_t len;       /* > 0 but for PIECE_OSC, <= METER_TEXT_MAX */
	enum piece_end end;
	bool drawn;       /* over another one, or something will be drawn over it */
};

struct scan;
struct scan scan_piece(const struct piece *p);

struct saying {
	uint32_t key;    /* which bar, within the dialect */
	unsigned need;   /* times that it has to rise before it is believed; 0: at once */
	bool line;       /* one line a step, which stays: it must begin in its first half to be believed */
	bool final;      /* drawn for the last time, perhaps: what is less than before may be a summary */
	bool grows;      /* what is done may become a smaller share without a lap */
	bool over;       /* no values: the bar is taken away */
	bool express;    /* meant for programs: it goes before all that is meant for eyes */
	bool phase;      /* the label names a phase: another name is another lap */
	bool has_total;
	double moved, total; /* a moved greater than total is taken for total */
	const char *unit;
	char label[METER_MESSAGE_MAX + 1];
};

struct dialect {
	const char *name;
	size_t memory; /* bytes of its own, zero at first */
	void (*open)(void *memory, char *const argv[]); /* may be NULL */
	/* Number of sayings, the one to be preferred first; 0 if it is this dialect but says nothing; NOT_MINE if it is
	 * not this dialect.  They are zero when it is called. */
	int (*hear)(void *memory, const struct piece *p, struct saying say[SAYINGS_MAX]);
};

extern const struct dialect dialect_curl, dialect_dd, dialect_ffmpeg, dialect_generic, dialect_git, dialect_growing,
	dialect_osc, dialect_pv, dialect_rsync, dialect_steps, dialect_wget;

/* Percent-only is moved = percent of total = 100. */
void say_percent(struct saying *s, double percent);
void say_of(struct saying *s, double moved, double total, const char *unit);
void say_moved(struct saying *s, double moved, const char *unit);
/* A name's first METER_MESSAGE_MAX bytes at a character's boundary, without blanks around them or a colon behind. */
void label_copy(char label[METER_MESSAGE_MAX + 1], const char *text, size_t len);
void say_label(struct saying *s, const char *text, size_t len);

/* Is the last part of argv[0]'s path `name`? */
bool argv_is(char *const argv[], const char *name);
/* Does the command have this word, perhaps after a path, or within an argument of sh -c? */
bool argv_names(char *const argv[], const char *word);

#endif
