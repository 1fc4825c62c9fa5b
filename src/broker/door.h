/* door.h -- a listening socket of the broker's: made here, or handed over by a
 * service manager (service.h).
 *
 * What is made here is removed in the end.  What was handed over is left where
 * it is: its manager goes on listening, and starts the next broker. */
#ifndef HEADWAY_DOOR_H
#define HEADWAY_DOOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/unixsock.h"

struct acceptor;

/* How it was asked for. */
struct door_wish {
	const char *option, *group_option; /* their names, for errors */
	const char *env, *file;            /* the variable; the name in the default directory */
	const char *path;                  /* by the option; NULL: not given */
	gid_t group;                       /* UNIXSOCK_OWN_GROUP: not given */
	int handed;                        /* the descriptor; -1: none */
};

struct door {
	char *path; /* for people, if it was handed over */
	int fd;
	bool ours; /* made here */
	struct unixsock_file born;
	struct acceptor *acceptor; /* set by whoever opens it to the public, or NULL */
};

/* False and `err` (UNIXSOCK_ERR bytes) if it cannot be had: nothing is open then. */
bool door_open(struct door *door, const struct door_wish *wish, char *err);
void door_close(struct door *door);

#endif
