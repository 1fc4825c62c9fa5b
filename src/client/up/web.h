/* web.h -- the address that `headway up` serves HTTP on.
 *
 * We listen ourselves and hand the socket over: so a taken port is known
 * before anything is started, a free one is found without a race, and whoever
 * connects from then on waits instead of being refused. */
#ifndef HEADWAY_WEB_H
#define HEADWAY_WEB_H

#include <stdbool.h>

#include "base/unixsock.h"

#define WEB_ERR 512
#define WEB_PORT 3000      /* if none is wished for */
#define WEB_PORT_TRIES 100 /* ports from there on that are tried: one each for the users of a login node */

#define WEB_CONNECT_MAX 5  /* seconds to connect to ourselves: it takes none, or will never come about */

struct web {
	int fd;           /* listens; -1: it was handed over */
	unsigned port;    /* on 127.0.0.1; 0: a Unix socket */
	const char *path; /* of the Unix socket, the caller's */
	struct unixsock_file born; /* of that, see unixsock.h */
};

/* On `port` of 127.0.0.1, 0 being any that is free.  False: `err`, and errno. */
bool web_listen_port(struct web *w, unsigned port, char *err);
/* On the first free port from WEB_PORT on. */
bool web_listen_some_port(struct web *w, char *err);
/* On a Unix socket, whose directory is for nobody else, see userdir.h. */
bool web_listen_path(struct web *w, const char *path, char *err);

void web_hand_over(struct web *w); /* ours is closed; the other process has it */
void web_remove(struct web *w);    /* the socket's file, if there is one */

/* Asks as a browser would, for `route`: a descriptor that the answer's first
 * line can be read from; -1: errno. */
int web_ask(const struct web *w, const char *route);

#endif
