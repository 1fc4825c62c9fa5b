/* runs.c -- see runs.h. */
#include "broker/runs_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/signame.h"
#include "broker/tail.h"
#include "task/answer.h"

struct runs *
runs_new(struct table *t, uint64_t keep_seconds, uint64_t silence_seconds)
{
	struct runs *rs = xcalloc(1, sizeof *rs);

	rs->table = t;
	rs->tails = tails_new(t);
	rs->keep = keep_seconds * 1000000u;
	rs->silence = silence_seconds * 1000000u;
	TAILQ_INIT(&rs->ended);
	TAILQ_INIT(&rs->waiting);
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

/* Whom nobody holds can be cancelled by nobody: there is nobody to tell. */
static void
release(struct run *run)
{
	struct holder *h = run->holder;

	if (h == NULL)
		return;
	LIST_REMOVE(run, held);
	run->holder = NULL;
	record_set_cancel(run->record, CANCEL_UNSAID);
	if (h->idle != NULL && LIST_EMPTY(&h->runs) && LIST_EMPTY(&h->lost))
		h->idle(h);
}

/* In the order of their last updates wait those who run and have no holder. */
static void
await(struct runs *rs, struct run *run, struct now now)
{
	if (run->waiting)
		TAILQ_REMOVE(&rs->waiting, run, next);
	run->waiting = run->holder == NULL && !state_ended(record_state(run->record));
	if (!run->waiting)
		return;
	run->heard_at = now.mono;
	TAILQ_INSERT_TAIL(&rs->waiting, run, next);
}

void
run_forget(void *arg)
{
	struct run *run = arg;

	release(run);
	if (state_ended(record_state(run->record)))
		TAILQ_REMOVE(&run->runs->ended, run, ended);
	if (run->waiting)
		TAILQ_REMOVE(&run->runs->waiting, run, next);
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

/* ---- from the first update to the end ---- */

/* The job may say that it began before we heard of it, as it does to a broker
 * that is younger than the job; never that it will begin. */
static struct run *
begin(struct runs *rs, const struct source *src, const char *name, const struct update *u, struct now now)
{
	struct run *run = xcalloc(1, sizeof *run);
	double started = update_started(u);

	run->runs = rs;
	run->uid = src->uid;
	run->record = record_new(name, now);
	if (started > 0 && started < now.wall)
		record_set_started(run->record, started);
	return run;
}

static void
revive(struct runs *rs, struct run *run)
{
	release(run); /* how its holder ended is not its end any more */
	record_revive(run->record);
	TAILQ_REMOVE(&rs->ended, run, ended);
}

static void
end(struct runs *rs, struct run *run, uint64_t by, struct now now)
{
	run->ended_by = by;
	run->ended_at = now.mono;
	TAILQ_INSERT_TAIL(&rs->ended, run, ended);
}

/* The last to say that he holds does.  What a connection holds is its own to
 * let go; what a process holds is so for whoever speaks for it. */
static void
hang(struct run *run, const struct source *src, struct holder *by, enum hold wish)
{
	if (by != NULL && run->holder != by) {
		release(run);
		run->holder = by;
		LIST_INSERT_HEAD(&by->runs, run, held);
	} else if (wish == HOLD_NO && run->holder != NULL &&
	    (run->holder->is_process || run->holder->connection == src)) {
		release(run);
	}
}

/* How far a wish to cancel has come: it never goes back while one holder holds. */
static void
note_cancel(struct run *run, enum cancel c)
{
	if (c > record_cancel(run->record))
		record_set_cancel(run->record, c);
}

/* Who comes second is told his name, and on this connection is understood by
 * the one that he says, whether he names his process each time or not. */
static void
note_second(struct source *src, struct holder *by, const struct aim *aim, const struct update *u)
{
	if (by == NULL)
		return;
	by->renamed = aim->second;
	if (aim->second)
		seconds_add(by->is_process ? &by->seconds : &src->seconds, update_name(u), aim->name);
	seconds_learn(&src->seconds, &by->seconds);
}

static void
print(struct runs *rs, struct run *run, const char *name, const struct update *u)
{
	if (update_logs(u) == 0 && update_skipped(u) == 0)
		return;
	if (run->tail == NULL)
		run->tail = tail_new(rs->tails, name, record_started(run->record), &run->seq);
	tail_add(run->tail, u);
}

struct entry *
runs_publish(struct runs *rs, struct source *src, struct holder *by, const struct update *u, struct now now, char *err)
{
	struct aim aim;
	struct entry *e;
	struct run *run;

	if (!rules_aim(rs, src, by, u, now, &aim, err) || !rules_permit(rs, &aim, src, by, u, err) ||
	    !rules_tell_job(&aim, u, err))
		return NULL;
	run = aim.run;
	if (aim.effect == EFFECT_UPDATE && !update_says_more(u)) {
		print(rs, run, aim.name, u); /* the record is not touched */
		await(rs, run, now);
		tails_wake(rs->tails);
		return table_newest(rs->table, aim.name);
	}
	if (aim.effect == EFFECT_BEGIN)
		run = begin(rs, src, aim.name, u, now);
	else if (aim.effect == EFFECT_REVIVE)
		revive(rs, run);
	note_second(src, by, &aim, u);
	record_apply(run->record, u, now);
	hang(run, src, by, update_hold(u));
	note_cancel(run, update_cancel(u));
	if (state_ended(record_state(run->record))) {
		run->held_by = run->holder != NULL && run->holder->connection != NULL ? run->holder->connection->serial : 0;
		release(run);
		end(rs, run, src->serial, now);
	}
	await(rs, run, now);
	print(rs, run, aim.name, u);
	e = changed(rs, run, aim.name);
	tails_wake(rs->tails);
	return e;
}

/* ---- loss ---- */

static void
explain(struct run *run, struct how how)
{
	char name[SIGNAME_MAX];

	if (how.known)
		record_explain(run->record, WEXITSTATUS(how.status),
		    WIFSIGNALED(how.status) ? signame(WTERMSIG(how.status), name) : NULL);
}

static void
lose(struct runs *rs, struct run *run, struct how how, struct now now)
{
	record_end(run->record, STATE_LOST, now);
	explain(run, how);
	end(rs, run, 0, now);
	await(rs, run, now);
	changed(rs, run, run->name);
}

void
runs_lose(struct runs *rs, struct holder *h, struct how how, struct now now)
{
	struct run *run;

	while ((run = LIST_FIRST(&h->runs)) != NULL) {
		run->was_held = h->process;
		lose(rs, run, how, now);
		if (how.known) {
			release(run);
			continue;
		}
		LIST_REMOVE(run, held);
		LIST_INSERT_HEAD(&h->lost, run, held);
	}
}

void
runs_explain(struct runs *rs, struct holder *h, struct how how)
{
	struct run *run;

	while ((run = LIST_FIRST(&h->lost)) != NULL) {
		struct entry *newest = table_newest(rs->table, run->name);

		release(run);
		if (!how.known || newest == NULL || newest->owner != run)
			continue; /* a newer run stands: what is past is left as it was told */
		explain(run, how);
		changed(rs, run, run->name);
	}
}

static void
lose_silent(struct runs *rs, struct now now)
{
	struct run *run;

	while (rs->silence > 0 && (run = TAILQ_FIRST(&rs->waiting)) != NULL &&
	    now.mono - run->heard_at >= rs->silence) {
		run->was_held = (struct process){ 0 };
		lose(rs, run, (struct how){ false, 0 }, now);
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
	lose_silent(rs, now);
}
