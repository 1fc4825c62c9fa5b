/* logs.h -- the logs of a table's runs, and what they may hold in all.
 *
 * A run keeps its last TABLE_LOG_LINES_MAX lines: its oldest chunk goes as soon
 * as there are so many without it.  Above TABLE_LOG_BYTES_MAX for all runs the
 * oldest chunks go, whoever they belong to.  Pure; the table's part. */
#ifndef HEADWAY_LOGS_H
#define HEADWAY_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include "task/prefixes.h"
#include "task/runlog.h"

struct logs;

struct logs *logs_new(struct prefixes *ps); /* whose orders hold the chunks */
void logs_free(struct logs *ls);            /* all lists have been let go */

/* `list` is a task's: its logs, NULL at first.  Takes `c` over, whose entry is
 * filled, into the log of c->entry.run. */
void logs_put(struct logs *ls, struct runlog **list, struct chunk *c);

/* Lets go of all logs but those of the runs `newest` and `other`, and of runs
 * newer than `newest`, whose records are still to come. */
void logs_keep(struct logs *ls, struct runlog **list, uint64_t newest, uint64_t other);

/* Lets go of all; `again`: the same table is about to be filled anew, so what
 * readers have seen is remembered. */
void logs_let_go(struct logs *ls, struct runlog **list, bool again);

/* The table is about to be filled, once all lists are let go, until it is whole;
 * `again`: the same table as before, whose head was `head`. */
void logs_refill(struct logs *ls, bool again, uint64_t head);
void logs_whole(struct logs *ls);

/* The chunk after `c` in the order of their numbers, the first after NULL. */
struct chunk *logs_next(const struct logs *ls, struct chunk *c);

#endif
