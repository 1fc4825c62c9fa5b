/* sockets.h -- the sockets behind `headway up`: where the broker's are and
 * whether one answers there already, and where the responder's is to be. */
#ifndef HEADWAY_UP_SOCKETS_H
#define HEADWAY_UP_SOCKETS_H

#include <stdbool.h>

struct up_sockets {
	char *directory;            /* of this user alone, see userdir.h */
	char *publish, *subscribe;  /* the broker's: in it, or as the environment says */
	char *responder;
	bool known;                 /* clients find the broker's by themselves */
	bool passing;               /* the directory goes when it is empty: it is one in /tmp */
	bool broker;                /* one answers there already; who it is the socket does not tell (it may be a service manager's) */
};

/* `own`: with a broker of its own in any case, beside one that is there.
 * False: `err` (USERDIR_ERR bytes). */
bool up_sockets_choose(struct up_sockets *s, bool own, char *err);

/* Removes what parts that were killed have left, and nothing that somebody
 * answers on. */
void up_sockets_clean(const struct up_sockets *s);

void up_sockets_free(struct up_sockets *s); /* all zero is fine */

#endif
