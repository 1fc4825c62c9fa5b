/* stream.c -- see stream.h.  Owns the streams' state; never waits, never reads
 * from the browser, never parses a record. */
#include "responder/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jitter.h"
#include "base/mem.h"
#include "responder/conn.h"
#include "responder/fcgi.h"
#include "responder/feed.h"
#include "responder/reply.h"
#include "responder/sse.h"
#include "responder/streams.h"
#include "task/table.h"
#include "task/tally.h"

/* ---- what goes out ---- */

static bool
put(struct fcgi *f, const char *bytes, size_t len)
{
	if (!fcgi_room(f, len))
		return false;
	fcgi_put(f, bytes, len);
	return true;
}

static bool
put_event(struct fcgi *f, const char *event, const struct id *id, const char *json)
{
	char frame[SSE_EVENT_MAX];

	return put(f, frame, sse_event(frame, event, id, json));
}

/* An event that tells the time, so that a client can judge how late it is served. */
static bool
put_now(struct fcgi *f, const char *event, const struct id *id)
{
	char json[64];

	snprintf(json, sizeof json, "{\"now\":%.3f}", clock_wall());
	return put_event(f, event, id, json);
}

/* A record's frame was rendered once, at the change.  As another event than a
 * plain message it goes out with one line more after the id. */
static bool
put_entry(struct fcgi *f, const struct entry *e, const char *subject)
{
	const char *event = e->kind == KIND_REMOVED ? SSE_REMOVED : strcmp(e->name, subject) != 0 ? SSE_TASK : "";
	size_t event_len = strlen(event), id_len = sse_frame_id(&e->text);

	if (!fcgi_room(f, e->text.len + event_len))
		return false;
	fcgi_put(f, e->text.bytes, id_len);
	fcgi_put(f, event, event_len);
	fcgi_put(f, e->text.bytes + id_len, e->text.len - id_len);
	return true;
}

/* A chunk's frame was rendered once too; what differs is where a newcomer's
 * tail begins in it, and what has been missed before it. */
static bool
put_chunk(struct stream *s, struct fcgi *f, struct chunk *c)
{
	struct share share = tally_share(s->tally, c);
	struct logjson_view v;

	if (!share.any)
		return true;
	logjson_view(&v, &c->entry.text, &c->parts, share.from, share.skipped);
	if (!fcgi_room(f, v.len))
		return false;
	for (size_t i = 0; i < v.pieces; i++)
		fcgi_put(f, v.piece[i].bytes, v.piece[i].len);
	tally_sent(s->tally, c);
	return true;
}

/* Towards the goal, as far as there is room.  True: it is reached. */
static bool
follow(struct stream *s, struct fcgi *f)
{
	const struct order *order = feed_order(s->feed);
	const char *subject = feed_subject(s->feed);
	struct entry *e;

	while ((e = order_next(order, s->cursor.seq)) != NULL && e->seq <= s->goal) {
		if (table_meant(s->all->table, e, s->fresh_to)) {
			if (e->kind == KIND_LOG ? !put_chunk(s, f, chunk_of(e)) : !put_entry(f, e, subject))
				return false;
			if (e->kind == KIND_END || e->kind == KIND_REMOVED)
				s->may_have_ended = true;
			if (e->kind == KIND_END && strcmp(e->name, subject) == 0)
				s->ending = true;
		}
		s->cursor.seq = e->seq;
	}
	if (s->tally != NULL && e == NULL)
		tally_settle(s->tally, s->cursor.seq);
	s->cursor.seq = s->goal;
	return true;
}

static bool
ended(struct stream *s)
{
	if (!s->until_end || !s->may_have_ended)
		return false;
	s->may_have_ended = false;
	return s->ending || table_finished(s->all->table, feed_subject(s->feed), s->cursor.seq);
}

static bool
put_head(struct stream *s, struct fcgi *f)
{
	if (s->head == NULL)
		return true;
	if (!put(f, s->head, s->head_len))
		return false;
	free(s->head);
	s->head = NULL;
	return true;
}

/* A quiet stream's cursor goes with the head, or it would fall behind the
 * horizon while there is nothing to say. */
static bool
put_heartbeat(struct stream *s, struct fcgi *f)
{
	if (!s->owes_heartbeat)
		return true;
	if (s->judged && s->all->synced && order_next(feed_order(s->feed), s->cursor.seq) == NULL)
		s->cursor.seq = s->goal = table_head(s->all->table);
	if (!put_now(f, "heartbeat", s->judged ? &s->cursor : NULL))
		return false;
	s->owes_heartbeat = false;
	return true;
}

/* Rounds, until there is no more that has begun. */
static enum pump
put_rounds(struct stream *s, struct fcgi *f)
{
	if (s->tally != NULL)
		tally_resume(s->tally);
	for (;;) {
		if (!follow(s, f))
			return PUMP_BLOCKED;
		if (s->owes_synced) {
			if (!put_now(f, "synced", &s->cursor))
				return PUMP_BLOCKED;
			s->owes_synced = false;
		}
		if (ended(s))
			return PUMP_END;
		if (!s->late)
			return PUMP_IDLE;
		s->late = false;
		s->goal = table_head(s->all->table);
	}
}

/* What the stream is owed of the broker's coming and going, and the records.
 * The heartbeat comes before them, so that it does so however busy they are. */
static enum pump
put_news(struct stream *s, struct fcgi *f)
{
	if (s->owes_down) {
		if (!put_event(f, "broker", NULL, "{\"up\":false}"))
			return PUMP_BLOCKED;
		s->owes_down = false;
	}
	if (s->all->synced && s->owes_resync) {
		if (!put_event(f, "resync", &s->cursor, "{}"))
			return PUMP_BLOCKED;
		s->owes_resync = false;
	}
	if (!put_heartbeat(s, f))
		return PUMP_BLOCKED;
	return s->all->synced ? put_rounds(s, f) : PUMP_IDLE;
}

static enum pump
pump(void *arg, struct fcgi *f)
{
	struct stream *s = arg;

	if (!put_head(s, f))
		return PUMP_BLOCKED;
	return s->head_only || s->expired ? PUMP_END : put_news(s, f);
}

static void
gone(void *arg)
{
	struct stream *s = arg;

	streams_remove(s->all, s);
	feed_remove(s->feed, s);
	free(s->tally);
	free(s->head);
	free(s);
}

static const struct conn_user stream_user = { .pump = pump, .gone = gone, .endless = true };

/* ---- coming and going ---- */

static size_t
make_head(char out[REPLY_HEAD_MAX + SSE_EVENT_MAX], const struct request *r, unsigned retry_min, unsigned retry_max)
{
	size_t len = reply_head(out, r, 200, "text/event-stream");

	if (r->method != METHOD_HEAD)
		len += sse_open(out + len, jitter(retry_min, retry_max));
	return len;
}

void
stream_open(struct streams *all, struct conn *c, const struct request *r, struct feed *feed)
{
	struct stream *s = xcalloc(1, sizeof *s);
	char head[REPLY_HEAD_MAX + SSE_EVENT_MAX];

	s->all = all;
	s->conn = c;
	s->feed = feed;
	s->head_len = make_head(head, r, STREAM_RETRY_MIN, STREAM_RETRY_MAX);
	s->head = xcalloc(1, s->head_len);
	memcpy(s->head, head, s->head_len);
	s->head_only = r->method == METHOD_HEAD;
	s->has_cursor = r->cursor == CURSOR_ID;
	s->bad_cursor = r->cursor == CURSOR_BAD;
	s->cursor = r->since;
	s->until_end = r->until_end;
	if (r->log > 0)
		s->tally = xcalloc(1, sizeof *s->tally);
	s->log = r->log;
	feed_add(feed, s);
	streams_add(all, s);
	conn_use(c, &stream_user, s);
	if (all->synced)
		stream_synced(s);
	else
		stream_down(s);
}

void
stream_synced(struct stream *s)
{
	uint64_t head = table_head(s->all->table);
	bool known = s->has_cursor && table_knows(s->all->table, s->cursor);

	if (!known) {
		s->owes_resync = s->has_cursor || s->bad_cursor;
		s->cursor = (struct id){ table_life(s->all->table), 0 };
		s->fresh_to = head;
	}
	if (s->tally != NULL && (!known || !s->judged))
		tally_begin(s->tally, s->cursor.seq, s->fresh_to, s->log);
	s->has_cursor = s->judged = s->owes_synced = true;
	s->may_have_ended = known; /* while it was away; a newcomer waits for an end to come */
	s->bad_cursor = s->owes_down = false;
	s->goal = head;
	s->late = false;
	conn_kick(s->conn);
}

/* The goal stands until it is reached: if it moved with every change, a slow
 * reader would never come to `synced`. */
void
stream_round(struct stream *s, uint64_t head)
{
	if (s->cursor.seq < s->goal)
		s->late = true;
	else
		s->goal = head;
}

void
stream_down(struct stream *s)
{
	s->owes_down = true;
	conn_kick(s->conn);
}

void
stream_heartbeat(struct stream *s)
{
	s->owes_heartbeat = true;
	conn_kick(s->conn);
}

/* What it has not seen it will see when it comes back: the last id that went
 * out is a true cursor. */
void
stream_expire(struct stream *s)
{
	if (s->expired)
		return;
	s->expired = true;
	conn_hurry(s->conn);
}

/* ---- one that does not stay ---- */

struct refusal {
	char bytes[REPLY_HEAD_MAX + 2 * SSE_EVENT_MAX];
	size_t len;
};

static enum pump
pump_refusal(void *arg, struct fcgi *f)
{
	struct refusal *refusal = arg;

	return put(f, refusal->bytes, refusal->len) ? PUMP_END : PUMP_BLOCKED;
}

static const struct conn_user refusal_user = { .pump = pump_refusal, .gone = free, .endless = false };

void
stream_refuse(struct conn *c, const struct request *r, size_t limit)
{
	struct refusal *refusal = xcalloc(1, sizeof *refusal);
	char json[64];

	refusal->len = make_head(refusal->bytes, r, STREAM_BUSY_RETRY_MIN, STREAM_BUSY_RETRY_MAX);
	snprintf(json, sizeof json, "{\"limit\":%zu}", limit);
	if (r->method != METHOD_HEAD)
		refusal->len += sse_event(refusal->bytes + refusal->len, "busy", NULL, json);
	conn_use(c, &refusal_user, refusal);
	conn_kick(c);
}
