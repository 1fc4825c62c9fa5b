/* passer.h -- passes lines of the publish protocol on to the broker, as they
 * are, and its answers back.
 *
 * The writer of the lines comes first, as with report.h.  While the broker is
 * away lines are kept, PASSER_KEPT_MAX bytes of them; beyond that the oldest
 * are merged, so that of each task its newest state stays.  When a broker comes
 * (back) it is told of every run that has not ended, and then what was kept.
 * One that is there but takes nothing for PASSER_PATIENCE counts as away; until
 * then passer_full() asks for a pause, so that a quick writer goes at the
 * broker's speed and nothing is merged without need. */
#ifndef HEADWAY_PASSER_H
#define HEADWAY_PASSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASSER_LINE_MAX 65536      /* bytes of a line, as headwayd(8) has it */
#define PASSER_KEPT_MAX (1u << 20) /* bytes of lines that wait to be sent */
#define PASSER_PATIENCE 1000       /* milliseconds */
#define PASSER_SETTLE 10000        /* milliseconds: for PASSER_KEPT_MAX, were the broker ever so slow */
#define PASSER_SENT_MAX 1024       /* lines whose errors can still be told by number */

struct passer;

struct passer_user {
	void (*answered)(void *arg, const char *line, size_t len);         /* of the broker's, but for errors */
	void (*refused)(void *arg, uint64_t number, const char *why);      /* number 0: of no line */
	void *arg;
};

/* `socket`: an option's value or NULL, see unixsock_find().  `quiet`: no
 * warning if the broker is away. */
struct passer *passer_new(const char *socket, bool quiet, const struct passer_user *user);
void passer_free(struct passer *p); /* closes: what the connection holds is lost, unless it was ended */

/* A line (without its LF, PASSER_LINE_MAX bytes at most, UTF-8), the
 * `number`th of its writer. */
void passer_put(struct passer *p, const char *line, size_t len, uint64_t number);

/* For the loop: call passer_serve() when passer_fd() is readable (or writable,
 * if passer_wants_write()), and when passer_timeout() milliseconds have passed. */
void passer_serve(struct passer *p);
int passer_fd(const struct passer *p);           /* -1: not connected */
bool passer_wants_write(const struct passer *p);
int passer_timeout(const struct passer *p);      /* -1: nothing to wait for */
bool passer_full(const struct passer *p);        /* wait a little before the next passer_put() */

/* There are no more lines: waits until the broker has taken and answered all, at
 * once if there is none, and at most until it has taken nothing for
 * PASSER_PATIENCE, or PASSER_SETTLE in all. */
void passer_settle(struct passer *p);

#endif
