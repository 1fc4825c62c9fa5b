/* choice.h -- which of the bars that a program draws is the one to show.
 *
 * A bar is believed when it has risen as often as its dialect asks for.  The
 * first one that is believed has the word, and keeps it while it goes on
 * speaking, so that two do not fight over one bar.  It loses the word when it
 * is at its end; to one that says nothing but "I am the whole" by never having
 * started over, if it has itself; or by a silence while another one speaks.
 * Constant memory, no clock: silence is counted in what others say. */
#ifndef HEADWAY_CHOICE_H
#define HEADWAY_CHOICE_H

#include "client/meter/dialect.h"

#define CHOICE_BARS 16 /* known at once; the one that was silent for longest is forgotten */

struct bar {
	const struct dialect *dialect; /* NULL: free */
	uint32_t key;
	unsigned long heard; /* number of the piece that it last spoke in */
	unsigned rises;      /* since it began, or started over */
	bool believed;
	bool low;            /* it began in its first half */
	bool restarted;      /* it started over once: something around it goes on */
	bool restart;        /* it has started over and nobody was told yet */
	bool news;
	struct saying now;
};

struct choice {
	unsigned long pieces;
	unsigned silence; /* pieces that others spoke in since `word` did */
	struct bar *word; /* that has it */
	bool told;        /* something was */
	struct bar bars[CHOICE_BARS];
};

/* What a dialect has said of one piece.  True and *r set if it is news. */
bool choice_hear(struct choice *c, const struct dialect *dialect, const struct saying say[], int n, struct reading *r);

#endif
