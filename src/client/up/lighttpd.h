/* lighttpd.h -- the lighttpd of one's own behind which `headway up` puts the
 * responder: where that program is, and its configuration.
 *
 * The configuration is what conf/ has, filled: lighttpd/up.conf.in around
 * lighttpd/headway-external.conf.in, the file that an administrator copies.
 * It stands in memory (memfd_create(2)), so there is no file to leave behind. */
#ifndef HEADWAY_LIGHTTPD_H
#define HEADWAY_LIGHTTPD_H

#include "client/up/part.h"
#include "client/up/web.h"

#define LIGHTTPD_ERR 512

/* By PATH, then where Debian and others put it, which a user's PATH lacks.
 * free(3) it; NULL: there is none. */
char *lighttpd_find(void);

extern const char lighttpd_missing[]; /* what to do about it */

struct lighttpd {
	const char *program;
	const struct web *web;  /* listens; handed over by descriptor */
	const char *responder;  /* the path of its socket */
};

/* Starts it.  NULL: `err` (LIGHTTPD_ERR bytes). */
struct part *lighttpd_start(struct parts *ps, const struct lighttpd *l, char *err);

#endif
