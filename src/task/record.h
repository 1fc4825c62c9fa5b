/* record.h -- what is known of one run: what its updates add up to, rendered
 * as the JSON that readers get.
 *
 * Keys are rendered in a fixed order, moved, total and percent first, and only
 * when they are known.  The unnamed task carries just what its publisher said.
 * Nothing here does I/O or asks for the time: the caller says what time it is. */
#ifndef HEADWAY_RECORD_H
#define HEADWAY_RECORD_H

#include <stddef.h>

#include "base/clock.h"
#include "task/update.h"

/* No rendered record is longer, whatever was published: with the other lines
 * of its frame it stays below 8,000 bytes. */
#define RECORD_JSON_MAX 7600

struct record;

struct record *record_new(const char *name, struct now now);
void record_free(struct record *r); /* NULL is fine */
void record_set_started(struct record *r, double started); /* it began before it was heard of */
void record_apply(struct record *r, const struct update *u, struct now now);
void record_end(struct record *r, enum state how, struct now now);
void record_revive(struct record *r); /* a lost run runs again; how its process ended is forgotten */
/* How its process ended, which replaces what was published of that: by the
 * signal named, else (NULL) with the status `exit`. */
void record_explain(struct record *r, int exit, const char *signal);
/* How far a wish to cancel it has come; shown while it runs. */
enum cancel record_cancel(const struct record *r);
void record_set_cancel(struct record *r, enum cancel cancel);
enum state record_state(const struct record *r);
double record_started(const struct record *r);
char *record_json(const struct record *r, size_t *len); /* free(3) it */

#endif
