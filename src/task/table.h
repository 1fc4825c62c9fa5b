/* table.h -- the tasks, in the order of their last change.
 *
 * The broker has one and mints its numbers; a responder has a copy, with the
 * broker's numbers.  An entry is one run of one task, or the memory that a
 * task was removed.  For each name there are at most
 *   - its newest run,
 *   - the last run that ended, if that is an older one: so that an end is
 *     never overwritten by the run that follows it,
 *   - its removal, if it was removed since anybody can remember,
 *   - chunks of what these runs have printed (runlog.h): entries in the same
 *     order, for those who follow logs; they never change, and go with their run.
 * A subscriber is a cursor: what it has yet to see are the entries with a
 * greater number, in every order (of one prefix) that it follows.
 *
 * Pure: no I/O, no clock, no JSON.  What an entry says to a reader is text
 * that the table's owner renders once, at the change: a line in the broker, a
 * frame in the responder. */
#ifndef HEADWAY_TABLE_H
#define HEADWAY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task/id.h"
#include "task/order.h"

#define TABLE_TASKS_MAX 20000    /* names with a run */
#define TABLE_LOG_LINES_MAX 200            /* of a run: the last ones */
#define TABLE_LOG_BYTES_MAX (64u << 20)    /* of all runs; then the oldest chunks anywhere go */
#define TABLE_REMOVALS_MAX 20000 /* remembered; the oldest is forgotten first, which moves the horizon */

enum kind { KIND_RUN, KIND_END, KIND_REMOVED, KIND_LOG };

struct text {
	char *bytes; /* malloc'd; the table's from table_put() on */
	uint32_t len;
	uint32_t json_at, json_len; /* the record within it */
};

struct entry {
	uint64_t seq;  /* of its last change */
	uint64_t run;  /* seq of the run's first change; 0 for a removal */
	enum kind kind;
	const char *name;
	struct text text;
	void *owner;   /* the broker's own part; see table_new */
	TAILQ_ENTRY(entry) removals;
};

struct logjson;
struct table;

/* `forget(owner)` is called for the owner's part of each entry that goes; it
 * may be NULL. */
struct table *table_new(uint64_t life, void (*forget)(void *owner));
void table_free(struct table *t);

/* Empties the table and gives it another life; orders and watches stay.  With
 * the same life again it remembers what of each run had been printed.  It counts
 * as filled from the next table_advance() on. */
void table_reset(struct table *t, uint64_t life, uint64_t horizon);

/* A change: the run's entry (made if this is its first) takes the number `seq`,
 * which is greater than all before, and moves to the tail of its orders; then
 * their watches are told.  A run newer than the newest puts that aside, or
 * forgets it if it had not ended.  A removal takes the place of all runs. */
struct entry *table_put(struct table *t, uint64_t seq, uint64_t run, const char *name, enum kind kind, struct text text);

/* Lines of a run, which may be ahead of its record: `text` holds an event of
 * logjson.h without `skipped`, and `parts` says where its parts are.  Quietly;
 * table_tell_log() tells the watches when all is there.  False: there is no
 * such run any more. */
bool table_put_log(struct table *t, uint64_t seq, uint64_t run, const char *name, struct text text,
    const struct logjson *parts);
void table_tell_log(struct table *t, const char *name);

/* Forgets the older run of `name` that ended; the horizon moves, since a cursor
 * from before that end can no longer be told of it. */
void table_forget_end(struct table *t, const char *name);

/* The head moves without a change: a reader up to date is told so. */
void table_advance(struct table *t, uint64_t seq);

uint64_t table_life(const struct table *t);
uint64_t table_head(const struct table *t);
uint64_t table_horizon(const struct table *t); /* the newest removal no longer remembered; 0: none */
size_t table_tasks(const struct table *t);     /* names with a run */

/* Is this cursor one that can be continued from? */
bool table_knows(const struct table *t, struct id cursor);

struct entry *table_newest(const struct table *t, const char *name); /* run; NULL if there is none */

/* Is this what a newcomer is shown: the newest run of its name? */
bool table_shown(const struct table *t, const struct entry *e);
/* Is this anything to anybody?  A removal is not once the name has a run again. */
bool table_stands(const struct table *t, const struct entry *e);

/* Is this for a reader who came, without a cursor, when the head was `came`
 * (0: with one)?  To such a one, what was there already is the newest run of
 * each name, and the log of a run that had not ended. */
bool table_meant(const struct table *t, const struct entry *e, uint64_t came);

/* Did `name` end at or before `seq`, with no run of it that began by then, nor
 * anything below it, still running?  A remembered removal counts as an end. */
bool table_finished(const struct table *t, const char *name, uint64_t seq);

/* The order of a prefix, with or without the logs; it exists until as many
 * table_unfollow() calls, even while it is empty.  That of NAME_EVERY without
 * logs always exists. */
struct order *table_follow(struct table *t, const char *prefix, bool logs);
void table_unfollow(struct table *t, const char *prefix, bool logs);

/* Without logs. */
static inline struct order *
table_order(struct table *t, const char *prefix)
{
	return table_follow(t, prefix, false);
}

static inline void
table_drop_order(struct table *t, const char *prefix)
{
	table_unfollow(t, prefix, false);
}

#endif
