/* runs.c -- see runs.h. */
#include "broker/runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "broker/tail.h"
#include "task/answer.h"
#include "task/name.h"
#include "task/record.h"

struct run {
	struct runs *runs;
	struct record *record;
	struct tail *tail;        /* NULL: it has printed nothing */
	uint64_t seq;             /* of its first change: the run's number */
	struct source *holder;    /* NULL: none */
	LIST_ENTRY(run) held;     /* in holder->held */
	struct process was_held;  /* by whom, once it is lost */
	uint64_t ended_by;        /* the serial of the source that ended it; 0: none did */
	uint64_t ended_at;        /* microseconds */
	TAILQ_ENTRY(run) ended;   /* in runs->ended, while it has ended */
	const char *name;         /* the record's entry's */
};

struct runs {
	struct table *table;
	struct tails *tails;
	uint64_t keep;                /* microseconds */
	TAILQ_HEAD(, run) ended;      /* the first to end first */
};

struct runs *
runs_new(struct table *t, uint64_t keep_seconds)
{
	struct runs *rs = xcalloc(1, sizeof *rs);

	rs->table = t;
	rs->tails = tails_new(t);
	rs->keep = keep_seconds * 1000000u;
	TAILQ_INIT(&rs->ended);
	return rs;
}

void
runs_free(struct runs *rs)
{
	tails_free(rs->tails);
	free(rs);
}

struct table *
runs_table(const struct runs *rs)
{
	return rs->table;
}

struct tails *
runs_tails(const struct runs *rs)
{
	return rs->tails;
}

static void
release(struct run *run)
{
	if (run->holder != NULL)
		LIST_REMOVE(run, held);
	run->holder = NULL;
}

void
run_forget(void *arg)
{
	struct run *run = arg;

	release(run);
	if (state_ended(record_state(run->record)))
		TAILQ_REMOVE(&run->runs->ended, run, ended);
	record_free(run->record);
	tail_free(run->tail);
	free(run);
}

/* ---- what goes out ---- */

/* SEQ RUN NAME EVENT JSON, as headway-protocol(7) has it. */
static struct text
line(uint64_t seq, uint64_t run, const char *name, const char *event, char *json, size_t json_len)
{
	struct text text = { 0 };
	size_t len;

	text.bytes = xasprintf(&len, "%" PRIu64 " %" PRIu64 " %s %s %s\n", seq, run, name, event, json);
	text.len = (uint32_t)len;
	text.json_len = (uint32_t)json_len;
	text.json_at = text.len - 1 - text.json_len;
	free(json);
	return text;
}

static struct entry *
changed(struct runs *rs, struct run *run, const char *name)
{
	bool ended = state_ended(record_state(run->record));
	struct entry *e;
	uint64_t seq;
	size_t len;
	char *json = record_json(run->record, &len);

	if (ended)
		tail_flush(run->tail); /* an end is the last word */
	seq = table_head(rs->table) + 1;
	if (run->seq == 0)
		run->seq = seq;
	e = table_put(rs->table, seq, run->seq, name, ended ? KIND_END : KIND_RUN,
	    line(seq, run->seq, name, ended ? "end" : "run", json, len));
	e->owner = run;
	run->name = e->name;
	return e;
}

/* ---- rules ---- */

static bool
same_process(const struct process *a, const struct process *b)
{
	return a->pid != 0 && a->pid == b->pid && a->start == b->start;
}

static bool
refuse(char *err, const char *name, const char *why)
{
	if (strcmp(name, NAME_UNNAMED) == 0)
		snprintf(err, UPDATE_ERR, "the unnamed task %s", why);
	else
		snprintf(err, UPDATE_ERR, "\"%s\" %s", name, why);
	return false;
}

/* What an update does to the newest run of its name. */
enum effect { EFFECT_UPDATE, EFFECT_BEGIN, EFFECT_REVIVE };

static enum effect
effect_on(const struct run *run, const struct source *src, const struct update *u)
{
	if (run == NULL)
		return EFFECT_BEGIN;
	if (!state_ended(record_state(run->record)))
		return EFFECT_UPDATE;
	if (record_state(run->record) == STATE_LOST &&
	    (update_hold(u) != HOLD_YES || same_process(&run->was_held, &src->process)))
		return EFFECT_REVIVE;
	return EFFECT_BEGIN;
}

static bool
permitted(const struct runs *rs, const struct run *run, enum effect effect, const struct source *src,
    const struct update *u, char *err)
{
	const char *name = update_name(u);

	if (update_hold(u) == HOLD_YES && strcmp(name, NAME_UNNAMED) == 0)
		return refuse(err, name, "cannot be held");
	if (effect == EFFECT_UPDATE && update_hold(u) == HOLD_YES && run->holder != NULL && run->holder != src &&
	    !same_process(&run->holder->process, &src->process))
		return refuse(err, name, "is held by another connection");
	if (effect == EFFECT_BEGIN && run != NULL && run->ended_by == src->serial &&
	    update_state(u) != STATE_RUNNING)
		return refuse(err, name, "has ended; on this connection only \"state\":\"running\" begins a new run");
	if (run == NULL && table_tasks(rs->table) >= TABLE_TASKS_MAX) {
		snprintf(err, UPDATE_ERR, "the broker holds %d tasks, its limit; \"%s\" is one too many",
		    TABLE_TASKS_MAX, name);
		return false;
	}
	return true;
}

static struct run *
begin(struct runs *rs, const char *name, struct now now)
{
	struct run *run = xcalloc(1, sizeof *run);

	run->runs = rs;
	run->record = record_new(name, now.wall);
	return run;
}

static void
end(struct runs *rs, struct run *run, uint64_t by, struct now now)
{
	release(run);
	run->ended_by = by;
	run->ended_at = now.mono;
	TAILQ_INSERT_TAIL(&rs->ended, run, ended);
}

/* A process that holds already is no second holder: it has come back on another
 * connection, and the run hangs on that from now on. */
static void
hold(struct run *run, struct source *src, enum hold wish)
{
	if (wish == HOLD_YES && run->holder != src) {
		release(run);
		run->holder = src;
		LIST_INSERT_HEAD(&src->held, run, held);
	} else if (wish == HOLD_NO && run->holder == src) {
		release(run);
	}
}

static void
print(struct runs *rs, struct run *run, const struct update *u)
{
	if (update_logs(u) == 0 && update_skipped(u) == 0)
		return;
	if (run->tail == NULL)
		run->tail = tail_new(rs->tails, update_name(u), record_started(run->record), &run->seq);
	tail_add(run->tail, u);
}

struct entry *
runs_publish(struct runs *rs, struct source *src, const struct update *u, struct now now, char *err)
{
	const char *name = update_name(u);
	struct entry *newest = table_newest(rs->table, name);
	struct run *run = newest != NULL ? newest->owner : NULL;
	enum effect effect = effect_on(run, src, u);

	if (!permitted(rs, run, effect, src, u, err))
		return NULL;
	if (effect == EFFECT_UPDATE && !update_says_more(u)) {
		print(rs, run, u); /* the record is not touched */
		tails_wake(rs->tails);
		return newest;
	}
	if (effect == EFFECT_BEGIN) {
		run = begin(rs, name, now);
	} else if (effect == EFFECT_REVIVE) {
		record_revive(run->record);
		TAILQ_REMOVE(&rs->ended, run, ended);
	}
	record_apply(run->record, u, now.wall);
	hold(run, src, update_hold(u));
	if (state_ended(record_state(run->record)))
		end(rs, run, src->serial, now);
	print(rs, run, u);
	newest = changed(rs, run, name);
	tails_wake(rs->tails);
	return newest;
}

void
runs_gone(struct runs *rs, struct source *src, struct now now)
{
	struct run *run;

	while ((run = LIST_FIRST(&src->held)) != NULL) {
		run->was_held = src->process;
		record_end(run->record, STATE_LOST, now.wall);
		end(rs, run, 0, now);
		changed(rs, run, run->name);
	}
}

static void
remove_task(struct runs *rs, const char *name)
{
	uint64_t seq = table_head(rs->table) + 1;
	char kept[NAME_BYTES_MAX + 1]; /* `name` may be that of the entry that goes */
	size_t len;
	char *json;

	snprintf(kept, sizeof kept, "%s", name);
	json = removed_json(kept, &len);
	table_put(rs->table, seq, 0, kept, KIND_REMOVED, line(seq, 0, kept, "removed", json, len));
}

void
runs_sweep(struct runs *rs, struct now now)
{
	struct run *run;

	while ((run = TAILQ_FIRST(&rs->ended)) != NULL && now.mono - run->ended_at >= rs->keep) {
		struct entry *newest = table_newest(rs->table, run->name);

		if (newest != NULL && newest->owner == run)
			remove_task(rs, run->name);
		else
			table_forget_end(rs->table, run->name); /* a newer run stands */
	}
}
