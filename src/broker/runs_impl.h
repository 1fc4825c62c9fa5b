/* runs_impl.h -- the inside of a run, for runs.c and rules.c alone. */
#ifndef HEADWAY_RUNS_IMPL_H
#define HEADWAY_RUNS_IMPL_H

#include "broker/runs.h"
#include "task/record.h"

struct run {
	struct runs *runs;
	struct record *record;
	struct tail *tail;        /* NULL: it has printed nothing */
	uint64_t seq;             /* of its first change: the run's number */
	uid_t uid;                /* who began it */
	struct holder *holder;    /* it hangs on, or was lost with; NULL: none */
	LIST_ENTRY(run) held;     /* in holder->runs, or in holder->lost */
	struct process was_held;  /* by whom, once it is lost */
	uint64_t ended_by;        /* the serial of the source that ended it; 0: none did */
	uint64_t held_by;         /* that of the connection it hung on then; 0: none */
	uint64_t ended_at;        /* microseconds */
	TAILQ_ENTRY(run) ended;   /* in runs->ended, while it has ended */
	bool waiting;             /* in runs->waiting: it runs and has no holder */
	uint64_t heard_at;        /* microseconds: its last update, while it is waiting */
	TAILQ_ENTRY(run) next;
	const char *name;         /* the record's entry's */
};

struct runs {
	struct table *table;
	struct tails *tails;
	uint64_t keep, silence;       /* microseconds */
	TAILQ_HEAD(, run) ended;      /* the first to end first */
	TAILQ_HEAD(, run) waiting;    /* the first to fall silent first */
};

/* ---- rules.c: which run a line means, and whether it may ---- */

enum effect { EFFECT_UPDATE, EFFECT_BEGIN, EFFECT_REVIVE };

struct aim {
	char name[NAME_BYTES_MAX + 1];
	struct run *run;     /* the newest of that name; NULL: there is none */
	enum effect effect;  /* on it */
	bool second;         /* the name is new to its publisher */
};

/* False: `err` says why not.  Runs of holders that are leaving may be lost on
 * the way. */
bool rules_aim(struct runs *rs, const struct source *src, const struct holder *by, const struct update *u,
    struct now now, struct aim *aim, char *err);
bool rules_permit(const struct runs *rs, const struct aim *aim, const struct source *src, const struct holder *by,
    const struct update *u, char *err);
/* Passes a permitted wish on to the job, unless that is stopping already. */
bool rules_tell_job(const struct aim *aim, const struct update *u, char *err);

#endif
