/* look.c -- see look.h.  Owns the order of the probes, each of which only sees
 * what those before it have made worth a look. */
#include "doctor/look.h"

#include <stdio.h>
#include <string.h>

#include "doctor/local.h"
#include "doctor/pair.h"
#include "doctor/processes.h"
#include "doctor/publishing.h"
#include "doctor/reading.h"
#include "doctor/stream.h"
#include "doctor/target.h"

/* ---- where it is ---- */

static void
ask_health(const struct http_manner *m, struct seen *s)
{
	char url[SEEN_URL], body[SEEN_BODY];

	memset(&s->health, 0, sizeof s->health);
	snprintf(url, sizeof url, "%s/healthz", s->mount);
	http_get(m, url, &s->health.answer, body, sizeof body);
	reading_health(&s->health, body);
	if (!s->health.ours && reading_error(body))
		s->health.other_route = true;
}

static bool
set_mount(struct seen *s, const char *url)
{
	const char *path;

	if (!target_mount(s->mount, &path, url))
		return false;
	snprintf(s->path, sizeof s->path, "%s", path);
	return true;
}

/* `headway up` and the demo serve port 3000, packages port 80 at /headway/.  The
 * first that is ours; else the first where anybody answers. */
static void
guess(const struct http_manner *m, struct seen *s)
{
	static const char *const usual[] = { "http://localhost:3000/", "http://localhost/headway/" };
	size_t n = sizeof usual / sizeof usual[0], answered = n;

	s->guessed = true;
	for (size_t i = 0; i < n; i++) {
		set_mount(s, usual[i]);
		ask_health(m, s);
		if (s->health.ours) {
			s->heard = true;
			return;
		}
		if (answered == n && s->health.answer.status != 0)
			answered = i;
	}
	s->heard = answered < n;
	if (s->heard && answered + 1 < n) {
		set_mount(s, usual[answered]);
		ask_health(m, s);
	}
}

static void
look_at_responders(struct seen_machine *m)
{
	m->nresponders = processes_find(m->responders, SEEN_PROCESSES);
	for (size_t i = 0; i < m->nresponders; i++)
		if (m->responders[i].at.path[0] != '\0')
			local_look_at(&m->responders[i].at, true);
}

static void
ask_tasks(const struct http_manner *m, struct seen *s)
{
	struct seen_answer ignored;
	char url[SEEN_URL], body[SEEN_BODY];

	snprintf(url, sizeof url, "%s/tasks", s->mount);
	http_get(m, url, &ignored, body, sizeof body);
	s->web_life = reading_tasks_life(body);
}

/* ---- the stream ---- */

/* The broker that is told must be the one that is shown, as far as that is known:
 * another one has nothing to do with this web page. */
static struct publishing *
begin_task(const struct look_wish *w, struct seen *s)
{
	uint64_t life = pair_life(&s->machine);

	if (w->no_publish || s->machine.publish.chosen < 0 || (life != 0 && s->web_life != 0 && life != s->web_life))
		return NULL;
	return publishing_begin(s->machine.publish.at[s->machine.publish.chosen].path, &s->publishing);
}

static bool
late(const struct seen_stream *s)
{
	return s->events == 0 || s->came < s->sent;
}

static void
watch_streams(const struct look_wish *w, struct seen *s)
{
	struct publishing *task = begin_task(w, s);
	unsigned moved = 0;
	char url[SEEN_URL];
	const char *name = task != NULL ? s->publishing.name : PUBLISHING_NAME;
	struct stream_wish wish = { .url = url, .origin = w->origin, .compressed = true, .wait = w->wait, .task = task,
		.moved = &moved };

	snprintf(url, sizeof url, "%s/events/%s", s->mount, name);
	stream_watch(&w->manner, &wish, &s->stream);
	wish.wait = 0;
	if (late(&s->stream)) { /* also if no header says that it is compressed: they may be held back with it */
		wish.compressed = false;
		stream_watch(&w->manner, &wish, &s->plain);
	}
	if (s->direct_url[0] != '\0') {
		snprintf(url, sizeof url, "%s/events/%s", s->direct_url, name);
		stream_watch(&w->manner, &wish, &s->direct);
	}
	publishing_end(task);
}

/* ---- other origins ---- */

static void
ask_cors(const struct look_wish *w, struct seen *s)
{
	char url[SEEN_URL], origin[SEEN_TEXT + 16];
	const char *headers[] = { origin, "Access-Control-Request-Method: GET",
		"Access-Control-Request-Headers: last-event-id", NULL };
	struct http_wish wish = { .method = "OPTIONS", .url = url, .headers = headers, .at_most = HTTP_ANSWER_MAX };
	struct http_manner anonymous = w->manner;
	bool ended;

	anonymous.user = NULL; /* a browser sends none with a preflight */
	snprintf(s->cors.origin, sizeof s->cors.origin, "%s", w->origin);
	snprintf(origin, sizeof origin, "Origin: %s", w->origin);
	snprintf(url, sizeof url, "%s/events", s->mount);
	s->cors.get = s->stream.answer;
	http_do(&anonymous, &wish, &s->cors.preflight, &ended);
}

bool
look(const struct look_wish *w, struct seen *s, const char **wrong)
{
	const char *path;

	memset(s, 0, sizeof *s);
	s->wait = w->wait;
	s->user_given = w->manner.user != NULL;
	*wrong = w->direct;
	if (w->direct != NULL && !target_mount(s->direct_url, &path, w->direct))
		return false;
	*wrong = w->url;
	if (w->url != NULL && !set_mount(s, w->url))
		return false;
	local_look(&s->machine, w->publish_socket, w->subscribe_socket);
	if (w->url != NULL)
		ask_health(&w->manner, s);
	else
		guess(&w->manner, s);
	look_at_responders(&s->machine); /* now: a web server may start them only when it is asked */
	if (!s->health.ours)
		return true;
	if (s->health.broker)
		ask_tasks(&w->manner, s);
	watch_streams(w, s);
	if (w->origin != NULL)
		ask_cors(w, s);
	return true;
}
