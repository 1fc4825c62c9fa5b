/* text.h -- what `headway up` says when it serves: where to look, from a
 * laptop too, who else can, and how a job reports.  Pure, but for the names of
 * this machine and user. */
#ifndef HEADWAY_UP_TEXT_H
#define HEADWAY_UP_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct up_text {
	unsigned port;       /* on 127.0.0.1, unless there is a path */
	const char *path;    /* of the Unix socket that HTTP is spoken on, or NULL */
	const char *broker;  /* the socket of one that was there before; NULL: it is ours */
	const char *publish; /* NULL: clients find the sockets by themselves */
	const char *subscribe;
};

void up_text_print(FILE *out, const struct up_text *t);

/* `word` as a shell reads it back: as it stands if it can be, else in single
 * quotes. free(3) it. */
char *up_text_quote(const char *word);

#endif
