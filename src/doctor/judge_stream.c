/* judge_stream.c -- see judge.h: does the stream come at once, and does it stay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/judge.h"

#define CHECK "stream"
#define OPEN "stays open"
#define HIDDEN \
	"  (If a proxy stands in front of it that shows itself in no header, --direct URL of the server itself tells " \
	"which of the two it is.)"
#define MS 1000.0
#define SERVER_FAILS 500 /* RFC 9110, section 15.6 */

/* ---- the delay ---- */

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* All that were sent have come. */
static void
sort_delays(const struct seen_stream *s, double sorted[SEEN_CHANGES])
{
	memcpy(sorted, s->delay, s->came * sizeof sorted[0]);
	qsort(sorted, s->came, sizeof sorted[0], by_size);
}

static bool
late(const struct seen_stream *s)
{
	double sorted[SEEN_CHANGES];

	if (s->events == 0)
		return true;
	if (!s->task || s->sent == 0)
		return false; /* nothing was to come */
	sort_delays(s, sorted);
	return s->came < s->sent || sorted[s->came / 2] > JUDGE_DELAY_MAX;
}

static void
say_delay(const struct seen *s, struct findings *all)
{
	double sorted[SEEN_CHANGES];

	if (s->stream.sent == 0 || !s->stream.task) {
		finding_add(all, "delay", VERDICT_NOTE, "delay-unknown", "not measured: %s", s->publishing.why[0] != '\0' ?
		    s->publishing.why : "no job can be reported from here to the broker that the page shows");
		return;
	}
	sort_delays(&s->stream, sorted);
	finding_add(all, "delay", VERDICT_OK, "delay", "%.1f ms from a job's line to this client (median of %zu; %.1f to "
	    "%.1f)", MS * sorted[s->stream.came / 2], s->stream.came, MS * sorted[0], MS * sorted[s->stream.came - 1]);
}

/* ---- somebody collects ---- */

static void
describe(const struct seen_stream *s, char *text, size_t size)
{
	double sorted[SEEN_CHANGES];

	sort_delays(s, sorted);
	if (s->events == 0)
		snprintf(text, size, "%s came in %.0f s", s->answer.status == 0 ? "nothing" : "only headers", s->watched);
	else if (s->came < s->sent)
		snprintf(text, size, "%zu of %zu changes came in time", s->came, s->sent);
	else
		snprintf(text, size, "changes come %.1f s late", sorted[s->came / 2]);
}

static void
say_compressed(const struct seen *s, const struct served *who, struct findings *all)
{
	const char *name = who->proxied ? who->front_name : who->name;
	struct finding *f = finding_add(all, CHECK, VERDICT_WRONG, "compressed", "%s compresses it%s%s, and does not flush",
	    name, s->stream.answer.encoding[0] != '\0' ? ": " : "", s->stream.answer.encoding);

	finding_why(f, "Asked for as a browser asks, that is with compression, it does not come; without, it came at once: "
	    "events stay in the compressor.%s", who->proxied ? "" : HIDDEN);
	if (who->proxied)
		servers_mend_front(f, AILMENT_COMPRESSED, who, s);
	servers_mend(f, AILMENT_COMPRESSED, who, s);
}

static void
say_server(const struct seen *s, const struct served *who, struct findings *all, const char *what)
{
	struct finding *f = finding_add(all, CHECK, VERDICT_WRONG, "buffered-by-server", "%s keeps the stream back: %s",
	    who->name, what);

	finding_why(f, "It collects a response before it passes it on, and a stream is never complete.%s",
	    s->direct_url[0] != '\0' ? "" : HIDDEN);
	servers_mend(f, AILMENT_BUFFERED, who, s);
}

static void
say_front(const struct seen *s, const struct served *who, struct findings *all, const char *what, bool sure)
{
	const char *name = who->proxied ? who->front_name : "a proxy";
	struct finding *f = finding_add(all, CHECK, VERDICT_WRONG, "buffered-by-proxy",
	    "%s in front of %s keeps the stream back: %s", name, who->name, what);

	if (sure)
		finding_why(f, "At %s/, without it, events came at once.", s->direct_url);
	else
		finding_why(f, "Somebody stands in front, for %s.  Such a proxy collects responses by default; to be sure that it "
		    "is not %s itself, look past it with headway doctor --direct URL.", who->front_sign, who->name);
	servers_mend_front(f, AILMENT_BUFFERED, who, s);
	if (!sure)
		servers_mend(f, AILMENT_BUFFERED, who, s);
}

/* Was it a stream that we watched?  (Where all is held back, even the status is.) */
static bool
answered(const struct seen_stream *s)
{
	const struct seen_answer *a = &s->answer;

	return s->watched > 0 && (a->failure == FAILURE_NONE || a->failure == FAILURE_TIMEOUT) &&
	    (a->status == 0 || a->status == 200);
}

static void
say_late(const struct seen *s, const struct served *who, struct findings *all)
{
	bool directly = answered(&s->direct);
	char what[SEEN_WHY];

	describe(&s->stream, what, sizeof what);
	if (s->plain.watched > 0 && !late(&s->plain))
		say_compressed(s, who, all);
	else if (directly && !late(&s->direct))
		say_front(s, who, all, what, true);
	else if (who->proxied && !directly)
		say_front(s, who, all, what, false);
	else
		say_server(s, who, all, what);
}

/* ---- how it ends ---- */

static void
mend_cut(const struct seen *s, const struct served *who, struct finding *f)
{
	if (who->proxied)
		servers_mend_front(f, AILMENT_CUT, who, s);
	servers_mend(f, AILMENT_CUT, who, s);
}

static void
say_cut(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_stream *st = &s->stream;
	struct finding *f;

	if (st->clean && st->lived >= JUDGE_ROTATED_MIN) {
		f = finding_add(all, OPEN, VERDICT_NOTE, "rotated", "it was ended in an orderly way after %.0f s", st->lived);
		finding_why(f, "As the responder's --max-stream asks for; a browser comes back by itself.");
		return;
	}
	f = finding_add(all, OPEN, VERDICT_WRONG, "cut", "it was cut after %.1f s, of which the last %.1f s were silent",
	    st->lived, st->silent);
	finding_why(f, "Somebody's timeout is shorter than the responder's heartbeat, which comes every %d s.",
	    JUDGE_HEARTBEAT);
	mend_cut(s, who, f);
}

/* Apache's mod_proxy_fcgi gives the responder up, and lets the client wait. */
static void
say_forgotten(const struct seen *s, const struct served *who, struct findings *all)
{
	struct finding *f = finding_add(all, OPEN, VERDICT_WRONG, "forgotten",
	    "nothing came in the last %.0f s, not even the heartbeat", s->stream.silent);

	finding_why(f, "The heartbeat comes every %d s (unless the responder's --heartbeat says otherwise).  Somebody's "
	    "timeout is shorter: it has ended the responder's side, and lets the client wait for ever.", JUDGE_HEARTBEAT);
	mend_cut(s, who, f);
}

static void
say_open(const struct seen *s, struct findings *all)
{
	const struct seen_stream *st = &s->stream;

	if (st->heartbeats > 0)
		finding_add(all, OPEN, VERDICT_OK, "open", "for the %.0f s that we looked, also through %.0f s of silence, until a "
		    "heartbeat came", st->watched, st->quiet);
	else
		finding_add(all, OPEN, VERDICT_OK, "open",
		    "for the %.0f s that we looked, %.0f s of it silent (the heartbeat comes every %d s: --wait %d sees one)",
		    st->watched, st->quiet, JUDGE_HEARTBEAT, JUDGE_HEARTBEAT + 2);
}

/* ---- clocks ---- */

static void
judge_clock(const struct seen_stream *s, struct findings *all)
{
	bool ahead = s->skew_min > JUDGE_SKEW_MAX, behind = s->skew_max < -JUDGE_SKEW_MAX;
	struct finding *f;

	if (!s->clock)
		return;
	if (!ahead && !behind) {
		finding_add(all, "clock", VERDICT_OK, "clock", "the server's and this one agree%s",
		    s->skew_max - s->skew_min < JUDGE_SKEW_MAX ? "" : ", as far as so slow an answer can tell");
		return;
	}
	f = finding_add(all, "clock", VERDICT_WRONG, "clock-skew", "the server's clock is %.0f s %s this one", ahead ?
	    s->skew_min : -s->skew_max, ahead ? "ahead of" : "behind");
	finding_why(f, "Times of day on the page, and how late a change seems, are wrong by that much on a machine like this "
	    "one.");
	finding_remedy(f, "In a terminal, as root, on the machine whose clock is wrong",
	    "timedatectl set-ntp true && timedatectl");
}

/* ---- all of it ---- */

static bool
judge_answer(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_stream *st = &s->stream;
	const struct seen_answer *a = &st->answer;
	struct finding *f;

	if (a->status == 0 && a->failure != FAILURE_NONE && a->failure != FAILURE_TIMEOUT)
		f = finding_add(all, CHECK, VERDICT_WRONG, "stream-failed", "/events broke off: %s", a->why);
	else if (a->status != 0 && a->status != 200) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "stream-status", "/events is answered with %d, not 200", a->status);
		finding_why(f, "After any other status an EventSource gives up for good.");
		if (a->status < SERVER_FAILS)
			servers_include(f, who);
		else
			servers_log(f, who);
	} else if (a->status == 200 && strcmp(a->type, "text/event-stream") != 0) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "type", "/events is of type %s, not text/event-stream",
		    a->type[0] != '\0' ? a->type : "none");
		finding_why(f, "An EventSource gives up for good.  The responder says text/event-stream: a file, another program, "
		    "or a rule for headers is in its place.");
		servers_include(f, who);
	} else if (st->busy) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "busy", "the responder has as many streams as it takes");
		servers_option(f, who, "--max-streams 32768");
	} else
		return true;
	return false;
}

void
judge_stream(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_stream *st = &s->stream;

	if (!s->health.ours || st->watched == 0 || !judge_answer(s, who, all))
		return;
	if (st->down && s->health.broker)
		finding_add(all, CHECK, VERDICT_WRONG, "broker-went", "the broker went away meanwhile; ask again");
	else if (late(st))
		say_late(s, who, all);
	else {
		finding_add(all, CHECK, VERDICT_OK, "stream", "it begins at once: the first event after %.1f ms%s%s",
		    MS * st->first_event, st->answer.encoding[0] != '\0' ? ", compressed: " : "", st->answer.encoding);
		say_delay(s, all);
		if (st->ended)
			say_cut(s, who, all);
		else if (st->heartbeats == 0 && st->silent > JUDGE_HEARTBEAT + 1)
			say_forgotten(s, who, all);
		else
			say_open(s, all);
	}
	judge_clock(st, all);
}
