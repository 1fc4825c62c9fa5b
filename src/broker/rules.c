/* rules.c -- see runs_impl.h.  Which run a line means, what it does to it, and
 * whether it may.  Changes nothing, but that it loses the runs of those who are
 * leaving when somebody comes for them. */
#include <stdio.h>
#include <string.h>

#include "broker/runs_impl.h"
#include "task/name.h"

static bool
refuse(char *err, const char *name, const char *why)
{
	if (strcmp(name, NAME_UNNAMED) == 0)
		snprintf(err, UPDATE_ERR, "the unnamed task %s", why);
	else
		snprintf(err, UPDATE_ERR, "\"%s\" %s", name, why);
	return false;
}

/* ---- which run ---- */

static bool
running(const struct run *run)
{
	return run != NULL && !state_ended(record_state(run->record));
}

/* The outcome is that of a loss at the moment when the holder went. */
static struct run *
newest(struct runs *rs, const char *name, struct now now)
{
	struct entry *e = table_newest(rs->table, name);
	struct run *run = e != NULL ? e->owner : NULL;

	if (running(run) && run->holder != NULL && run->holder->leaving)
		runs_lose(rs, run->holder, (struct how){ false, 0 }, now);
	return run;
}

/* A process that holds already is no second holder: it has come back on another
 * connection. */
static bool
held_by_another(const struct run *run, const struct holder *by)
{
	return running(run) && run->holder != NULL && run->holder != by &&
	    !process_same(&run->holder->process, &by->process);
}

/* One without a running run, or that he holds himself. */
static bool
free_for(const struct run *run, const struct holder *by)
{
	return !running(run) || (run->holder != NULL && !held_by_another(run, by));
}

static bool
no_second(char *err, const char *base, const char *name, const char *why)
{
	snprintf(err, UPDATE_ERR, "\"%s\" is held by another; the second name \"%s\" %s", base, name, why);
	return false;
}

/* The first that is free of `base`, `base.2`, `base.3` ... */
static bool
second_name(struct runs *rs, const struct seconds *given, const struct holder *by, const char *said, struct now now,
    struct aim *aim, char *err)
{
	char base[NAME_BYTES_MAX + 1];
	const char *wrong = seconds_mean(given, said, SECOND_ABOVE, base);

	for (unsigned n = 1; wrong == NULL && n <= SECOND_LAST; n++) {
		if ((wrong = second_number(base, n, aim->name)) != NULL)
			break;
		aim->run = newest(rs, aim->name, now);
		if (!free_for(aim->run, by))
			continue;
		if (seconds_full(given, said)) {
			snprintf(err, UPDATE_ERR, "\"%s\" is held by another, and no more than %d second names are given",
			    base, SECONDS_MAX);
			return false;
		}
		aim->second = true;
		return true;
	}
	if (wrong != NULL)
		return no_second(err, base, aim->name, wrong);
	return no_second(err, base, aim->name, "and all before it are too");
}

static enum effect
effect_on(const struct run *run, const struct holder *by)
{
	if (run == NULL)
		return EFFECT_BEGIN;
	if (running(run))
		return EFFECT_UPDATE;
	if (record_state(run->record) == STATE_LOST && (by == NULL || process_same(&run->was_held, &by->process)))
		return EFFECT_REVIVE;
	return EFFECT_BEGIN;
}

bool
rules_aim(struct runs *rs, const struct source *src, const struct holder *by, const struct update *u,
    struct now now, struct aim *aim, char *err)
{
	const struct seconds *given = by != NULL && by->is_process ? &by->seconds : &src->seconds;
	const char *said = update_name(u), *wrong = seconds_mean(given, said, SECOND_WHOLE, aim->name);

	aim->second = false;
	if (wrong != NULL) {
		snprintf(err, UPDATE_ERR, "\"%s\" means \"%s...\" here, which %s", said, aim->name, wrong);
		return false;
	}
	aim->run = newest(rs, aim->name, now);
	if (by != NULL && held_by_another(aim->run, by) && !second_name(rs, given, by, said, now, aim, err))
		return false;
	aim->effect = effect_on(aim->run, by);
	return true;
}

/* ---- whether it may ---- */

/* A wish comes from whoever may have it; how far it has come is the word of the
 * connection that holds. */
static bool
may_cancel(const struct aim *aim, const struct source *src, const struct holder *by, const struct update *u, char *err)
{
	const struct run *run = aim->effect == EFFECT_UPDATE ? aim->run : NULL;
	const struct source *job = run != NULL && run->holder != NULL ? run->holder->connection : NULL;

	if (update_cancel(u) == CANCEL_UNSAID)
		return true;
	if (update_cancel(u) != CANCEL_ASKED)
		return (by != NULL ? by->connection == src : job == src && update_hold(u) != HOLD_NO) ||
		    refuse(err, aim->name, "is not held by this connection, whose word its \"cancel\" is");
	if (by != NULL)
		return refuse(err, aim->name, "cannot be held by the line that asks to cancel it");
	if (run == NULL)
		return refuse(err, aim->name, "is not running");
	if (job == NULL || job->cancel == NULL || record_cancel(run->record) == CANCEL_UNSAID)
		return refuse(err, aim->name, "is not cancellable: its job takes no such wishes");
	if (src->uid != 0 && src->uid != run->uid)
		return refuse(err, aim->name, "belongs to another user");
	return true;
}

bool
rules_permit(const struct runs *rs, const struct aim *aim, const struct source *src, const struct holder *by,
    const struct update *u, char *err)
{
	if (by != NULL && strcmp(aim->name, NAME_UNNAMED) == 0)
		return refuse(err, aim->name, "cannot be held");
	if (!may_cancel(aim, src, by, u, err))
		return false;
	/* also of a job whose run somebody else has ended, unless it says that it holds */
	if (aim->effect == EFFECT_BEGIN && aim->run != NULL && update_state(u) != STATE_RUNNING &&
	    (aim->run->ended_by == src->serial || (aim->run->held_by == src->serial && by == NULL)))
		return refuse(err, aim->name,
		    "has ended; on this connection only \"state\":\"running\" begins a new run");
	if (aim->run == NULL && table_tasks(rs->table) >= TABLE_TASKS_MAX) {
		snprintf(err, UPDATE_ERR, "the broker holds %d tasks, its limit; \"%s\" is one too many",
		    TABLE_TASKS_MAX, aim->name);
		return false;
	}
	return true;
}

bool
rules_tell_job(const struct aim *aim, const struct update *u, char *err)
{
	struct source *job;

	if (update_cancel(u) != CANCEL_ASKED || record_cancel(aim->run->record) == CANCEL_STOPPING)
		return true;
	job = aim->run->holder->connection;
	return job->cancel(job, aim->name) ||
	    refuse(err, aim->name, "cannot be told: its job does not read what it is told");
}
