/* runlog.h -- the last lines that one run has printed, in chunks.
 *
 * A chunk is an entry of the table as a record is: lines that follow one
 * another without a gap, under one number of the table's order.  Lines have
 * numbers of their own, counted from 1 within the run; those that were left out
 * count too.  So what a reader has missed is the difference between the first
 * line it gets and the last one it has seen, and that one follows from its
 * cursor: by the chunks, or, once these are gone, by the marks they leave.
 *
 * Marks are RUNLOG_MARKS at most; when there would be more, one of the older
 * half goes, the one that is missed least.  So what a cursor has seen is known
 * exactly back to the newest RUNLOG_MARKS / 2 chunks that are gone; further
 * back it is the most that it can have seen, which makes what it has missed "at
 * least", and less by a few percent, never too many.
 *
 * Pure; the table's part, nobody else changes it. */
#ifndef HEADWAY_RUNLOG_H
#define HEADWAY_RUNLOG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uthash.h>

#include "task/logjson.h"
#include "task/table.h"

#define RUNLOG_MARKS 256

struct chunk {
	struct entry entry;     /* KIND_LOG; first, so that the one is found by the other */
	struct logjson parts;   /* of entry.text */
	uint64_t before;        /* the last line before it that a reader of this table can have seen */
	struct runlog *log;
	TAILQ_ENTRY(chunk) in_log;
	TAILQ_ENTRY(chunk) in_table;
};

/* The number of its last line; of an empty chunk, the one before its first. */
static inline uint64_t
chunk_last(const struct chunk *c)
{
	return c->parts.first + c->parts.lines - 1;
}

static inline struct chunk *
chunk_of(struct entry *e)
{
	return (struct chunk *)(void *)e;
}

TAILQ_HEAD(chunks, chunk);

struct runlog {
	uint64_t run;           /* the run's number */
	uint64_t last;          /* number of the newest line */
	uint64_t lines;         /* that are here */
	bool gap;               /* chunks may have come and gone since `last` */
	struct chunks chunks;   /* oldest first */
	struct mark *marks;     /* of chunks that have gone, oldest first */
	unsigned nmarks;
	struct runlog *next;    /* of the same task */
	UT_hash_handle hh;      /* among those remembered; see table.c */
};

struct runlog *runlog_new(uint64_t run);
void runlog_free(struct runlog *log); /* its chunks have been taken */

void runlog_add(struct runlog *log, struct chunk *c); /* newer than all before */

/* Takes the oldest chunk out, leaving its mark; NULL if there is none. */
struct chunk *runlog_take(struct runlog *log);

/* What comes next may not be what followed: a reader with a cursor up to `head`
 * has seen no more than is here, of others nothing is known. */
void runlog_pause(struct runlog *log, uint64_t head);

/* The last line that a reader with this cursor can have seen. */
uint64_t runlog_seen(const struct runlog *log, uint64_t cursor);

#endif
