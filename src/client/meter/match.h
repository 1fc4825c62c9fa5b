/* match.h -- the user's own rule: headway run --match REGEX. */
#ifndef HEADWAY_MATCH_H
#define HEADWAY_MATCH_H

#include <stdbool.h>

#include "client/meter/dialect.h"

struct match;

/* A POSIX extended regular expression with one group (a percent) or two (moved
 * and total, sizes like 12M too).  NULL and *error, which the caller frees. */
struct match *match_new(const char *regex, char **error);
void match_free(struct match *m);
int match_hear(const struct match *m, const struct piece *p, struct saying *say); /* as a dialect does */

#endif
