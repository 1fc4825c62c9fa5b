/* known.h -- the tasks whose lines we pass on, each with all that was said of
 * its run: so that a broker that has just been born can be told of them, and
 * lines that could not be sent are merged instead of kept. */
#ifndef HEADWAY_KNOWN_H
#define HEADWAY_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#define KNOWN_MAX 256 /* tasks; ended ones give way; what is said of further ones is not remembered */

struct known;
struct update;

struct known *known_new(void);
void known_free(struct known *k);

/* `u` has been said; or, with `unsent`, not yet, so that its task is to be told
 * of.  False: there was no room for one more task. */
bool known_say(struct known *k, const struct update *u, bool unsent);

/* A new connection: all of every task is to be told. */
void known_forget_told(struct known *k);

/* The line (free(3), `*len` bytes without LF) of a task that is to be told of,
 * which counts as told from then on.  NULL: there is none. */
char *known_next(struct known *k, size_t *len);

/* The broker has confirmed something of this task: if that was its end, it need
 * not be known any longer. */
void known_confirmed(struct known *k, const char *name);

bool known_any(const struct known *k);    /* is there a task at all? */
bool known_untold(const struct known *k); /* ... one that is to be told of? */

#endif
