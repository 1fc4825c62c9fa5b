/* publish.c -- see publish.h.  Owns one update, filled anew for each line. */
#include "broker/publish.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "broker/claim.h"
#include "broker/holders.h"
#include "task/answer.h"
#include "task/id.h"

struct publish {
	struct runs *runs;
	struct holders *holders;
	struct update *update;
	uint64_t serials; /* given out */
};

struct publish *
publish_new(struct runs *rs, struct holders *hs)
{
	struct publish *p = xcalloc(1, sizeof *p);

	p->runs = rs;
	p->holders = hs;
	p->update = update_new();
	return p;
}

void
publish_free(struct publish *p)
{
	update_free(p->update);
	free(p);
}

/* ---- answers ---- */

/* `json` is used up.  False: there was no room. */
static bool
answer(struct publisher *from, char *json, size_t len)
{
	bool room = evbuffer_get_length(from->answers) + len < PUBLISH_ANSWERS_MAX;

	if (room) {
		evbuffer_add(from->answers, json, len);
		evbuffer_add(from->answers, "\n", 1);
	} else {
		from->dropped++;
	}
	free(json);
	return room;
}

static void
refuse(struct publisher *from, const char *what, uint64_t line)
{
	size_t len;
	char *json = answer_error(what, line, &len);

	answer(from, json, len);
}

static void
confirm(struct publish *p, struct publisher *from, const struct entry *e)
{
	char id[ID_TEXT_MAX];
	size_t len;
	char *json;

	id_format(id, (struct id){ table_life(runs_table(p->runs)), e->seq });
	json = answer_ok(id, e->name, &len);
	answer(from, json, len);
}

static bool
tell_cancel(struct source *source, const char *task)
{
	size_t len;
	char *json = answer_cancel(task, &len);

	return answer((struct publisher *)source, json, len);
}

/* ---- publishers ---- */

void
publisher_init(struct publish *p, struct publisher *from, const struct caller *caller, int fd,
    struct evbuffer *answers)
{
	*from = (struct publisher){
		.source = { .serial = ++p->serials, .uid = caller->uid, .cancel = tell_cancel },
		.caller = *caller, .fd = fd, .answers = answers,
	};
}

void
publisher_gone(struct publisher *from)
{
	if (from->holder != NULL)
		holders_disconnect(from->holder);
	from->holder = NULL;
	handed_close(&from->handed);
	seconds_clear(&from->source.seconds);
}

/* ---- lines ---- */

/* What the run is to hang on, if the line says so; false: it cannot. */
static bool
holder_of(struct publish *p, struct publisher *from, struct holder **by, char *err)
{
	pid_t pid = update_pid(p->update);
	int pidfd;

	*by = NULL;
	if (pid != 0 && update_hold(p->update) != HOLD_UNSAID) {
		snprintf(err, UPDATE_ERR, "\"hold\" and \"pid\" are two holders, a run has one");
		return false;
	}
	if (pid != 0) {
		pidfd = claim_process(holders_kernel(p->holders), pid, &from->caller, &from->handed, err);
		*by = pidfd >= 0 ? holders_process(p->holders, pidfd, err) : NULL;
		return *by != NULL;
	}
	if (update_hold(p->update) != HOLD_YES)
		return true;
	if (from->holder == NULL)
		from->holder = holders_connection(p->holders, &from->source, &from->caller.process);
	holders_settle(from->holder);
	*by = from->holder;
	return true;
}

/* NULL: `err` says why nothing of it was applied. */
static const struct entry *
apply(struct publish *p, struct publisher *from, bool *renamed, char *err)
{
	struct holder *by;
	const struct entry *e;

	if (!holder_of(p, from, &by, err) ||
	    (e = runs_publish(p->runs, &from->source, by, p->update, clock_now(), err)) == NULL)
		return NULL;
	*renamed = by != NULL && by->renamed;
	if (by != NULL)
		holders_watch(by, from->fd);
	return e;
}

static bool
blank(const char *line, size_t len)
{
	return len == 0 || (len == 1 && line[0] == '\r');
}

bool
publish_line(struct publish *p, struct publisher *from, const char *line, size_t len)
{
	char err[UPDATE_ERR];
	const struct entry *e;
	bool renamed;

	from->lines++;
	if (blank(line, len))
		return true;
	if (utf8_check(line, len) == UTF8_BROKEN) {
		refuse(from, "not UTF-8", from->lines);
		return false;
	}
	if (!update_read(p->update, line, len, err) || (e = apply(p, from, &renamed, err)) == NULL)
		refuse(from, err, from->lines);
	else if (update_ack(p->update) || e->kind == KIND_END || renamed)
		confirm(p, from, e);
	holders_tidy(p->holders);
	return true;
}

void
publish_refuse(struct publisher *from, const char *what)
{
	refuse(from, what, ++from->lines);
}

void
publish_turn_away(struct publisher *from, const char *what)
{
	refuse(from, what, 0);
}
