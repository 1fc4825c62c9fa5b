/* stream.c -- see stream.h.  Owns the times; knows no socket and no verdict. */
#include "doctor/stream.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "doctor/reading.h"
#include "doctor/sse.h"

#define TICK 0.02 /* seconds */

struct watcher {
	const struct stream_wish *wish;
	struct seen_stream *seen;
	struct sse_reader reader;
	uint64_t began;              /* clock_mono() */
	double wall;                 /* clock_wall() then */
	double last_byte, last_sent; /* seconds after it began; 0: none */
	double silence_from;         /* < 0: not yet */
	unsigned first_moved;        /* what the first change says */
	double sent_at[SEEN_CHANGES];
};

static double
elapsed(const struct watcher *w)
{
	return (double)(clock_mono() - w->began) / 1e6;
}

/* ---- what comes ---- */

/* The server's clock said `now` at some moment between our request and this
 * one. */
static void
note_clock(struct watcher *w, double now)
{
	struct seen_stream *s = w->seen;

	if (s->clock)
		return; /* the first has the narrowest bounds: the request was just made */
	s->clock = true;
	s->skew_min = now - (w->wall + elapsed(w));
	s->skew_max = now - w->wall;
}

/* A change may carry those before it, which it has replaced. */
static void
note_moved(struct watcher *w, double moved)
{
	struct seen_stream *s = w->seen;

	s->task = true;
	for (; s->came < s->sent && w->first_moved + s->came <= moved; s->came++)
		s->delay[s->came] = elapsed(w) - w->sent_at[s->came];
}

static void
on_event(const struct sse_event *e, void *arg)
{
	struct watcher *w = arg;
	struct seen_stream *s = w->seen;
	double n;

	if (s->events++ == 0)
		s->first_event = elapsed(w);
	if (reading_life(e->id) != 0)
		s->life = reading_life(e->id);
	if (strcmp(e->name, "heartbeat") == 0)
		s->heartbeats++;
	if (strcmp(e->name, "busy") == 0)
		s->busy = true;
	else if (strcmp(e->name, "broker") == 0)
		s->down = true;
	else if (strcmp(e->name, "message") == 0 && reading_number(e->data, e->len, "moved", &n))
		note_moved(w, n);
	else if (reading_number(e->data, e->len, "now", &n))
		note_clock(w, n);
}

static void
note_pause(struct watcher *w, double now)
{
	if (now - w->last_byte > w->seen->quiet)
		w->seen->quiet = now - w->last_byte;
	w->last_byte = now;
}

static bool
on_bytes(const char *bytes, size_t len, void *arg)
{
	struct watcher *w = arg;

	if (w->seen->first_byte < 0)
		w->last_byte = w->seen->first_byte = elapsed(w);
	note_pause(w, elapsed(w));
	sse_reader_feed(&w->reader, bytes, len);
	return true;
}

/* ---- what we do meanwhile ---- */

static void
say_next(struct watcher *w)
{
	struct seen_stream *s = w->seen;

	if (s->sent > 0 && elapsed(w) - w->last_sent < STREAM_STEP)
		return;
	w->last_sent = w->sent_at[s->sent] = elapsed(w);
	*w->wish->moved += 1;
	s->sent++;
	publishing_say(w->wish->task, *w->wish->moved);
}

/* < 0: there is nothing more to see. */
static double
on_tick(void *arg)
{
	struct watcher *w = arg;
	struct seen_stream *s = w->seen;
	double now = elapsed(w);

	if (s->events == 0)
		return now < STREAM_FIRST_MAX ? TICK : -1;
	if (w->wish->task != NULL && s->sent < SEEN_CHANGES) {
		say_next(w);
		return TICK;
	}
	if (w->silence_from < 0) {
		if (s->came < s->sent && now - w->last_sent < STREAM_LATE_MAX)
			return TICK;
		w->silence_from = now;
	}
	if (s->came < s->sent)
		return -1; /* late: how long it would live is not the question now */
	return now - w->silence_from < w->wish->wait ? TICK : -1;
}

void
stream_watch(const struct http_manner *m, const struct stream_wish *wish, struct seen_stream *s)
{
	char origin[SEEN_TEXT + 16];
	const char *headers[] = { "Accept: text/event-stream", "Cache-Control: no-cache", NULL, NULL };
	struct watcher w = { .wish = wish, .seen = s, .began = clock_mono(), .wall = clock_wall(), .silence_from = -1,
		.first_moved = *wish->moved + 1 };
	struct http_wish h = { .method = "GET", .url = wish->url, .headers = headers, .compressed = wish->compressed,
		.bytes = on_bytes, .tick = on_tick, .arg = &w };

	memset(s, 0, sizeof *s);
	s->first_byte = s->first_event = -1;
	if (wish->origin != NULL) {
		snprintf(origin, sizeof origin, "Origin: %s", wish->origin);
		headers[2] = origin;
	}
	h.at_most = STREAM_FIRST_MAX + SEEN_CHANGES * STREAM_STEP + STREAM_LATE_MAX + wish->wait + 1;
	sse_reader_init(&w.reader, on_event, &w);
	http_do(m, &h, &s->answer, &s->ended);
	s->watched = elapsed(&w);
	s->clean = s->ended && s->answer.failure == FAILURE_NONE;
	s->lived = s->watched;
	s->silent = s->first_byte >= 0 ? s->watched - w.last_byte : s->watched;
	if (!s->ended && s->first_byte >= 0)
		note_pause(&w, s->watched);
}
