/* prefixes.h -- the orders of a table: one for each prefix that somebody
 * follows, and one more for each that somebody follows with its logs.
 *
 * So whoever does not want logs is neither woken by them nor has to step over
 * them.  The order of NAME_EVERY without logs is always there.  Pure. */
#ifndef HEADWAY_PREFIXES_H
#define HEADWAY_PREFIXES_H

#include <stdbool.h>

#include "task/table.h"

struct prefixes;

struct prefixes *prefixes_new(void);
void prefixes_free(struct prefixes *ps);

/* The order of a prefix, until as many prefixes_drop() calls; `made` says that
 * it is new, and thus still empty. */
struct order *prefixes_take(struct prefixes *ps, const char *prefix, bool logs, bool *made);
void prefixes_drop(struct prefixes *ps, const char *prefix, bool logs);

struct order *prefixes_every(const struct prefixes *ps); /* without logs */

/* Calls fn(order, arg) for each order in which a record of the task `name` is,
 * or a chunk of its log. */
void prefixes_each(const struct prefixes *ps, const char *name, enum kind kind,
    void (*fn)(struct order *o, struct entry *e), struct entry *e);

void prefixes_clear(struct prefixes *ps); /* all orders are empty then */

#endif
