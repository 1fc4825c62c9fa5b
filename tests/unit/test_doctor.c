/* test_doctor.c -- what the doctor makes of what it has seen: judge*.c, as a
 * table.  Each row begins with all being well, and changes one thing. */
#include "unit.h"

#include <errno.h>

#include "doctor/judge.h"
#include "doctor/pair.h"

#define LIFE 4863501732
#define OTHER 17

static struct seen s;

/* ---- all is well ---- */

static void
set_socket(struct seen_socket *at, const char *path, uint64_t life)
{
	*at = (struct seen_socket){ .exists = true, .is_socket = true, .mode = 0660, .uid = 990, .gid = 991, .listener = 4711, .broker_listens = true, .life = life };
	snprintf(at->path, sizeof at->path, "%s", path);
	strcpy(at->owner, "headway");
	strcpy(at->group, "headway");
}

static void
set_answer(struct seen_answer *a, const char *type)
{
	*a = (struct seen_answer){ .status = 200, .http = 11, .here = true, .accel = true };
	strcpy(a->type, type);
	strcpy(a->server, "lighttpd/1.4.69");
}

static void
set_stream(struct seen_stream *st)
{
	*st = (struct seen_stream){ .watched = 5, .first_byte = 0.01, .first_event = 0.01, .events = 11, .life = LIFE, .task = true,
		.sent = SEEN_CHANGES, .came = SEEN_CHANGES, .clock = true, .skew_min = -0.01, .skew_max = 0.01, .quiet = 4 };
	set_answer(&st->answer, "text/event-stream");
	for (size_t i = 0; i < SEEN_CHANGES; i++)
		st->delay[i] = 0.05 + 0.001 * (double)i;
}

static int
setup(void **state)
{
	(void)state;
	memset(&s, 0, sizeof s);
	set_socket(&s.machine.publish.at[0], "/run/headway/publish.sock", 0);
	set_socket(&s.machine.subscribe.at[0], "/run/headway/subscribe.sock", LIFE);
	s.machine.publish.count = s.machine.publish.tried = s.machine.subscribe.count = s.machine.subscribe.tried = 1;
	strcpy(s.machine.user, "eve");
	strcpy(s.mount, "http://localhost/headway");
	strcpy(s.path, "/headway");
	set_answer(&s.health.answer, "application/json");
	s.health.ours = s.health.broker = true;
	strcpy(s.health.server, "lighttpd");
	s.web_life = LIFE;
	s.publishing.tried = s.publishing.told = true;
	set_stream(&s.stream);
	return 0;
}

/* ---- one thing changed ---- */

static void all_well(void) { }
static void gone(struct seen_kind *k, int error) { k->at[0].error = error; k->at[0].exists = error != ENOENT; k->at[0].life = 0; k->chosen = -1; }
static void no_broker(void) { gone(&s.machine.publish, ENOENT); gone(&s.machine.subscribe, ENOENT); s.health.broker = false; s.stream.watched = 0; }
static void broker_dead(void) { no_broker(); gone(&s.machine.publish, ECONNREFUSED); }
static void no_rights(void) { gone(&s.machine.publish, EACCES); }
static void no_rights_mode(void) { no_rights(); s.machine.publish.at[0].mode = 0600; }
static void no_rights_root(void) { no_rights(); s.machine.publish.at[0].gid = 0; }
static void no_rights_dir(void) { no_rights(); s.machine.publish.at[0].exists = false; }
static void no_rights_above(void) { no_rights_dir(); s.machine.publish.at[0].closed = 4; }
static void no_rights_private(void) { no_rights_dir(); strcpy(s.machine.publish.at[0].path, "/run/user/1/headway/publish.sock"); s.machine.publish.at[0].closed = 11; }
static void no_rights_relative(void) { no_rights_dir(); strcpy(s.machine.publish.at[0].path, "publish.sock"); }
static void reader_no_rights(void) { gone(&s.machine.subscribe, EACCES); }
static void not_headway(void) { gone(&s.machine.publish, EPROTO); }
static void broker_full(void) { gone(&s.machine.publish, EAGAIN); }
static void odd(void) { gone(&s.machine.publish, ENAMETOOLONG); }
static void remote_no_broker(void) { no_broker(); s.health.broker = true; s.health.answer.here = false; }
static void
wrong_path(void)
{
	struct seen_kind *k = &s.machine.publish;

	k->at[1] = k->at[0];
	k->count = 2;
	strcpy(k->at[0].path, "/nowhere/publish.sock");
	k->told = true;
	gone(k, ENOENT);
}

static void two(void) { s.web_life = s.stream.life = OTHER; s.stream.task = false; s.stream.sent = s.stream.came = 0; }
static void two_known(void) { two(); s.machine.subscribe.count = 2; set_socket(&s.machine.subscribe.at[1], "/run/user/1/headway/subscribe.sock", OTHER); }
static void two_by_told(void) { s.machine.subscribe.at[0].life = s.web_life = 0; s.stream.task = false; s.stream.came = 0; }
static void two_handed(void) { two(); s.machine.publish.at[0].broker_listens = false; s.machine.nresponders = 0; }
static void other_machine(void) { two(); s.health.answer.here = false; }
static void second(void) { s.machine.subscribe.count = 2; set_socket(&s.machine.subscribe.at[1], "/run/user/1/headway/subscribe.sock", OTHER); }

static void fails(enum failure f) { memset(&s.health, 0, sizeof s.health); s.stream.watched = 0; s.health.answer.failure = f; strcpy(s.health.answer.why, "why"); }
static void refused(void) { fails(FAILURE_CONNECT); }
static void tls(void) { fails(FAILURE_TLS); }
static void timeout(void) { fails(FAILURE_TIMEOUT); }
static void no_host(void) { fails(FAILURE_RESOLVE); }
static void other_failure(void) { fails(FAILURE_OTHER); }
static void nowhere(void) { refused(); s.guessed = true; }

static void answers(int status) { s.health.ours = s.health.broker = false; s.health.server[0] = '\0'; s.health.answer.status = status; s.stream.watched = 0; }
static void bad_gateway(void) { answers(502); strcpy(s.health.answer.server, "nginx"); }
static void unavailable(void) { answers(503); }
static void not_found(void) { answers(404); }
static void not_found_ours(void) { answers(404); s.health.other_route = true; }
static void forbidden(void) { answers(403); }
static void html(void) { answers(200); }
static void password(void) { answers(401); }
static void wrong_password(void) { answers(401); s.user_given = true; }

static void link_lost(void) { s.health.broker = false; s.stream.watched = 0; s.machine.nresponders = 1; strcpy(s.machine.responders[0].user, "www-data"); s.machine.responders[0].uid = 33; }
static void link_rights(void) { link_lost(); s.machine.responders[0].at = s.machine.subscribe.at[0]; }
static void link_root(void) { link_rights(); s.machine.subscribe.at[0].gid = s.machine.responders[0].at.gid = 0; }
static void link_mode(void) { link_rights(); s.machine.subscribe.at[0].mode = s.machine.responders[0].at.mode = 0600; }
static void link_root_unseen(void) { link_lost(); s.machine.nresponders = 0; s.machine.subscribe.at[0].gid = 0; }
static void link_path(void) { link_lost(); s.machine.responders[0].at = (struct seen_socket){ .path = "/nowhere/subscribe.sock", .error = ENOENT }; }
static void link_remote(void) { link_lost(); s.health.answer.here = false; }

static void nothing(void) { s.stream = (struct seen_stream){ .watched = 4, .first_byte = -1, .first_event = -1 }; }
static void nothing_in_time(void) { nothing(); s.stream.answer.failure = FAILURE_TIMEOUT; }
static void only_headers(void) { nothing(); set_answer(&s.stream.answer, "text/event-stream"); }
static void too_few(void) { s.stream.came = 3; }
static void too_late(void) { for (size_t i = 0; i < SEEN_CHANGES; i++) s.stream.delay[i] = 1.5; }
static void one_late(void) { s.stream.delay[4] = 1.9; }
static void nothing_nginx(void) { nothing(); strcpy(s.health.server, "nginx"); strcpy(s.health.answer.server, "nginx/1.22.1"); s.health.answer.accel = false; }
static void nothing_apache(void) { nothing(); strcpy(s.health.server, "Apache"); strcpy(s.health.answer.server, "Apache/2.4.62 (Debian)"); }
static void nothing_unknown(void) { nothing(); s.health.server[0] = s.health.answer.server[0] = '\0'; }
static void front_server(void) { nothing(); strcpy(s.health.answer.server, "nginx/1.22.1"); }
static void front_via(void) { nothing(); strcpy(s.health.answer.via, "1.1 cache (Varnish/7.1)"); }
static void front_header(void) { nothing(); strcpy(s.health.answer.passed, "X-Cache"); }
static void front_accel(void) { nothing(); s.health.answer.accel = false; }
static void direct_prompt(void) { nothing(); set_stream(&s.direct); strcpy(s.direct_url, "http://inner"); }
static void direct_late(void) { front_server(); s.direct = s.stream; strcpy(s.direct_url, "http://inner"); }
static void direct_failed(void) { front_server(); s.direct.watched = 1; s.direct.answer.failure = FAILURE_CONNECT; }
static void compressed(void) { nothing(); set_stream(&s.plain); strcpy(s.stream.answer.encoding, "gzip"); }
static void compressed_flushed(void) { strcpy(s.stream.answer.encoding, "gzip"); }
static void both_late(void) { nothing(); s.plain = s.stream; }
static void wrong_type(void) { strcpy(s.stream.answer.type, "text/plain"); }
static void wrong_status(void) { s.stream.answer.status = 404; }
static void failing_status(void) { s.stream.answer.status = 500; }
static void broke_off(void) { nothing(); s.stream.answer.failure = FAILURE_CUT; }
static void busy(void) { s.stream.busy = true; }
static void broker_went(void) { s.stream.down = true; }
static void unmeasured(void) { s.stream.sent = s.stream.came = 0; s.stream.task = false; }

static void cut(double lived, bool clean) { s.stream.ended = true; s.stream.clean = clean; s.stream.lived = lived; s.stream.silent = 3.02; }
static void cut_short(void) { cut(4.4, false); }
static void cut_cleanly(void) { cut(4.4, true); }
static void cut_long(void) { cut(305, false); }
static void rotated(void) { cut(240, true); }
static void forgotten(void) { s.stream.silent = 17; }
static void beaten(void) { s.stream.silent = 17; s.stream.heartbeats = 1; }

static void ahead(void) { s.stream.skew_min = 61; s.stream.skew_max = 61.1; }
static void behind(void) { s.stream.skew_min = -61.1; s.stream.skew_max = -61; }
static void slow_and_maybe(void) { s.stream.skew_min = -0.5; s.stream.skew_max = 3; }
static void h2(void) { s.health.answer.http = 20; }

static void origin(const char *allowed, unsigned n) { strcpy(s.cors.origin, "https://a.example"); s.cors.get = s.stream.answer; strcpy(s.cors.get.allow_origin, allowed); s.cors.get.allow_origins = n; s.cors.preflight = s.cors.get; s.cors.preflight.status = 204; strcpy(s.cors.preflight.allow_headers, "Last-Event-ID, Cache-Control"); }
static void origin_ok(void) { origin("https://a.example", 1); s.cors.get.allow_credentials = true; }
static void origin_none(void) { origin("", 0); }
static void run_by(const char *parent) { s.machine.nresponders = 1; strcpy(s.machine.responders[0].parent, parent); s.machine.responders[0].at = s.machine.subscribe.at[0]; }
static void origin_up(void) { origin_none(); run_by("headway"); }
static void origin_service(void) { origin_none(); run_by("systemd"); }
static void origin_fcgid(void) { origin_none(); run_by("apache2"); strcpy(s.health.server, "Apache"); strcpy(s.health.answer.server, "Apache"); }
static void origin_other(void) { origin("https://b.example", 1); }
static void origin_any(void) { origin("*", 1); }
static void origin_twice(void) { origin("https://a.example", 2); }
static void preflight_asks(void) { origin_ok(); s.cors.preflight.status = 401; }

static const struct row {
	void (*change)(void);
	const char *id;
	enum verdict verdict;
	const char *says; /* in the line or in why */
	const char *paste; /* NULL: nothing; else in one of the remedies */
} rows[] = {
	{ all_well, "publish", VERDICT_OK, "/run/headway/publish.sock", NULL },
	{ all_well, "delay", VERDICT_OK, "54.0 ms", NULL },
	{ all_well, "http1", VERDICT_NOTE, "six", NULL },
	{ h2, "http2", VERDICT_OK, "share", NULL },

	{ no_broker, "no-broker", VERDICT_WRONG, "there is no /run/headway/publish.sock", "headway up" },
	{ broker_dead, "broker-dead", VERDICT_WRONG, "nobody listens", "headwayd" },
	{ no_rights, "rights", VERDICT_WRONG, "eve is not in the group headway", "usermod -aG headway eve" },
	{ no_rights_mode, "rights", VERDICT_WRONG, "mode 0600", "chmod 0660 /run/headway/publish.sock" },
	{ no_rights_root, "rights", VERDICT_WRONG, "no group", "headwayd --publish-group headway" },
	{ no_rights_dir, "rights", VERDICT_WRONG, "/run/headway may not be entered", "chmod a+x /run/headway" },
	{ no_rights_above, "rights", VERDICT_WRONG, "directory /run may not be entered", "chmod a+x /run" },
	{ no_rights_private, "rights", VERDICT_WRONG, "/run/user/1 may not be entered by eve.  It is somebody's own", NULL },
	{ no_rights_relative, "rights", VERDICT_WRONG, "directory . may", "chmod a+x ." },
	{ reader_no_rights, "rights-subscribe", VERDICT_NOTE, "watch and wait", "usermod -aG headway eve" },
	{ not_headway, "no-headway", VERDICT_WRONG, "4711", NULL },
	{ broker_full, "broker-full", VERDICT_WRONG, "no room", NULL },
	{ odd, "socket", VERDICT_WRONG, "too long", NULL },
	{ remote_no_broker, "no-broker", VERDICT_NOTE, "no broker", "headwayd" },
	{ wrong_path, "wrong-path", VERDICT_WRONG, "/nowhere/publish.sock", "export HEADWAY_PUBLISH_SOCKET=/run/headway/publish.sock" },

	{ two_known, "two-brokers", VERDICT_WRONG, "the page shows /run/user/1/headway", "export HEADWAY_PUBLISH_SOCKET=/run/user/1/headway/publish.sock" },
	{ two_known, "two-brokers", VERDICT_WRONG, "never seen", "kill 4711" },
	{ two, "two-brokers", VERDICT_WRONG, "another one", "pgrep headway.fcgi" },
	{ two_by_told, "two-brokers", VERDICT_WRONG, "another one", "kill 4711" },
	{ other_machine, "other-machine", VERDICT_NOTE, "another machine", NULL },
	{ second, "second-broker", VERDICT_NOTE, "/run/user/1/headway", "kill 4711" },

	{ refused, "web-server-down", VERDICT_WRONG, "no web server", "systemctl status" },
	{ tls, "tls", VERDICT_WRONG, "TLS: why", "--insecure" },
	{ timeout, "no-answer", VERDICT_WRONG, "not answered in time", NULL },
	{ no_host, "no-host", VERDICT_UNSURE, "no such host", NULL },
	{ other_failure, "http", VERDICT_UNSURE, "why", NULL },
	{ nowhere, "no-url", VERDICT_UNSURE, "localhost:3000", "headway doctor URL" },

	{ bad_gateway, "responder-down", VERDICT_WRONG, "nginx answers, but gets no answer from the responder (502)", "/run/headway/fcgi.sock" },
	{ unavailable, "responder-down", VERDICT_WRONG, "lighttpd", "/var/log/lighttpd/error.log" },
	{ not_found, "no-route", VERDICT_WRONG, "knows nothing of", "lighty-enable-mod headway" },
	{ not_found_ours, "wrong-mount", VERDICT_WRONG, "--base", NULL },
	{ forbidden, "forbidden", VERDICT_WRONG, "403", NULL },
	{ html, "not-the-responder", VERDICT_WRONG, "200 application/json", "lighty-enable-mod headway" },
	{ password, "auth", VERDICT_UNSURE, "wants a name", "--user NAME" },
	{ wrong_password, "auth", VERDICT_WRONG, "does not take", "--user NAME" },

	{ link_rights, "responder-rights", VERDICT_WRONG, "runs as www-data", "usermod -aG headway www-data" },
	{ link_lost, "responder-rights", VERDICT_WRONG, "runs as www-data", "usermod -aG headway www-data" },
	{ link_root, "responder-rights", VERDICT_WRONG, "given no group", "headwayd --subscribe-group headway-read" },
	{ link_root_unseen, "responder-no-broker", VERDICT_WRONG, "given no group", "headwayd --subscribe-group headway-read" },
	{ link_mode, "responder-rights", VERDICT_WRONG, "not even its group", "chmod 0660" },
	{ link_path, "responder-path", VERDICT_WRONG, "/nowhere/subscribe.sock", "HEADWAY_SUBSCRIBE_SOCKET=/run/headway/subscribe.sock" },
	{ link_remote, "responder-no-broker", VERDICT_WRONG, "run headway doctor there", NULL },

	{ nothing, "buffered-by-server", VERDICT_WRONG, "lighttpd keeps the stream back: nothing came", "server.stream-response-body = 2" },
	{ nothing, "buffered-by-server", VERDICT_WRONG, "--direct", "$HTTP[\"url\"] =^ \"/headway/events\" {" },
	{ nothing_in_time, "buffered-by-server", VERDICT_WRONG, "nothing came", "server.stream-response-body = 2" },
	{ only_headers, "buffered-by-server", VERDICT_WRONG, "only headers came", "server.stream-response-body = 2" },
	{ too_few, "buffered-by-server", VERDICT_WRONG, "3 of 9 changes", "server.stream-response-body = 2" },
	{ too_late, "buffered-by-server", VERDICT_WRONG, "changes come 1.5 s late", "server.stream-response-body = 2" },
	{ one_late, "delay", VERDICT_OK, "(median of 9; 50.0 to 1900.0)", NULL },
	{ nothing_nginx, "buffered-by-server", VERDICT_WRONG, "nginx keeps", "fastcgi_buffering off;" },
	{ nothing_apache, "buffered-by-server", VERDICT_WRONG, "Apache keeps", "FcgidOutputBufferSize 0" },
	{ nothing_apache, "buffered-by-server", VERDICT_WRONG, "Apache keeps", "ProxySet flushpackets=on" },
	{ nothing_unknown, "buffered-by-server", VERDICT_WRONG, "the web server keeps", "# pass FastCGI responses on" },
	{ front_server, "buffered-by-proxy", VERDICT_WRONG, "nginx in front of lighttpd", "proxy_buffering off;" },
	{ front_server, "buffered-by-proxy", VERDICT_WRONG, "Server: nginx/1.22.1", "server.stream-response-body = 2" },
	{ front_via, "buffered-by-proxy", VERDICT_WRONG, "Varnish in front", "return (pipe);" },
	{ front_header, "buffered-by-proxy", VERDICT_WRONG, "X-Cache", "text/event-stream" },
	{ front_accel, "buffered-by-proxy", VERDICT_WRONG, "X-Accel-Buffering was taken out", "proxy_buffering off;" },
	{ direct_prompt, "buffered-by-proxy", VERDICT_WRONG, "At http://inner/, without it", "text/event-stream" },
	{ direct_late, "buffered-by-server", VERDICT_WRONG, "lighttpd keeps", "server.stream-response-body = 2" },
	{ direct_failed, "buffered-by-proxy", VERDICT_WRONG, "to be sure", "proxy_buffering off;" },
	{ compressed, "compressed", VERDICT_WRONG, "gzip", "deflate.mimetypes" },
	{ compressed_flushed, "stream", VERDICT_OK, "compressed: gzip", NULL },
	{ both_late, "buffered-by-server", VERDICT_WRONG, "lighttpd", "server.stream-response-body = 2" },
	{ wrong_type, "type", VERDICT_WRONG, "text/plain, not text/event-stream", "lighty-enable-mod" },
	{ wrong_status, "stream-status", VERDICT_WRONG, "404", "lighty-enable-mod" },
	{ failing_status, "stream-status", VERDICT_WRONG, "500", "error.log" },
	{ broke_off, "stream-failed", VERDICT_WRONG, "broke off", NULL },
	{ busy, "busy", VERDICT_WRONG, "as many streams", "--max-streams" },
	{ broker_went, "broker-went", VERDICT_WRONG, "went away", NULL },
	{ unmeasured, "delay-unknown", VERDICT_NOTE, "not measured", NULL },

	{ cut_short, "cut", VERDICT_WRONG, "after 4.4 s, of which the last 3.0 s", "server.max-write-idle" },
	{ cut_cleanly, "cut", VERDICT_WRONG, "after 4.4 s", "server.max-write-idle" },
	{ cut_long, "cut", VERDICT_WRONG, "after 305.0 s", "server.max-write-idle" },
	{ rotated, "rotated", VERDICT_NOTE, "--max-stream", NULL },
	{ forgotten, "forgotten", VERDICT_WRONG, "not even the heartbeat", "server.max-write-idle" },
	{ beaten, "open", VERDICT_OK, "until a heartbeat came", NULL },

	{ ahead, "clock-skew", VERDICT_WRONG, "61 s ahead of", "timedatectl set-ntp true" },
	{ behind, "clock-skew", VERDICT_WRONG, "61 s behind", "timedatectl set-ntp true" },
	{ slow_and_maybe, "clock", VERDICT_OK, "as far as so slow an answer can tell", NULL },

	{ origin_ok, "cors", VERDICT_OK, "with a password or cookie too", NULL },
	{ origin_none, "no-cors", VERDICT_WRONG, "https://a.example may not", "--allow-origin https://a.example" },
	{ origin_up, "no-cors", VERDICT_WRONG, "may not", "headway up --allow-origin https://a.example" },
	{ origin_service, "no-cors", VERDICT_WRONG, "may not", "HEADWAY_FCGI_OPTIONS=\"--allow-origin https://a.example\"" },
	{ origin_fcgid, "no-cors", VERDICT_WRONG, "may not", "headway.fcgi --allow-origin https://a.example\" .fcgi" },
	{ origin_fcgid, "no-cors", VERDICT_WRONG, "may not", "headway.fcgi --max-stream 240 --allow-origin https://a.example\" .fcgi" },
	{ origin_other, "no-cors", VERDICT_WRONG, "only those of https://b.example", "--allow-origin https://a.example" },
	{ origin_any, "cors-any", VERDICT_OK, "without a password", NULL },
	{ origin_twice, "cors-twice", VERDICT_WRONG, "2 times", NULL },
	{ preflight_asks, "preflight", VERDICT_NOTE, "let through", NULL },
};

static bool
pastes(const struct finding *f, const char *text)
{
	for (size_t i = 0; i < f->count; i++)
		if (strstr(f->remedies[i].lines, text) != NULL)
			return true;
	return false;
}

static void
check_row(size_t i, const struct row *row)
{
	struct findings all = { .count = 0 };
	const struct finding *f;

	setup(NULL);
	row->change();
	judge(&s, &all);
	f = findings_with(&all, row->id);
	if (f == NULL)
		fail_msg("row %zu: no %s", i, row->id);
	if (f->verdict != row->verdict || (strstr(f->text, row->says) == NULL && (f->why == NULL || strstr(f->why, row->says) == NULL)))
		fail_msg("row %zu: %s: verdict %d, \"%s\", \"%s\"", i, row->id, f->verdict, f->text, f->why != NULL ? f->why : "");
	if (row->paste == NULL ? f->count != 0 : !pastes(f, row->paste))
		fail_msg("row %zu: %s: \"%s\" is not what to paste", i, row->id, f->count > 0 ? f->remedies[0].lines : "");
	findings_free(&all);
}

static void
each_observation_has_its_verdict_and_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check_row(i, &rows[i]);
}

/* What merely follows from something that is wrong is not said again. */
static void
one_fault_is_one_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct findings all = { .count = 0 };
		size_t wrong;
		bool no_link = rows[i].change == no_broker || rows[i].change == broker_dead;

		setup(NULL);
		rows[i].change();
		judge(&s, &all);
		wrong = findings_count(&all, VERDICT_WRONG);
		if (wrong != (rows[i].verdict == VERDICT_WRONG) + (size_t)no_link) /* the responder has no broker either */
			fail_msg("row %zu (%s): %zu wrong", i, rows[i].id, wrong);
		assert_int_equal(judge_status(&all), wrong > 0 ? 1 : rows[i].verdict == VERDICT_UNSURE ? 3 : 0);
		findings_free(&all);
	}
}

static void
nothing_seen_is_nothing_claimed(void **state)
{
	struct findings all = { .count = 0 };

	(void)state;
	memset(&s, 0, sizeof s);
	s.machine.publish.chosen = s.machine.subscribe.chosen = -1;
	s.machine.publish.count = s.machine.publish.tried = s.machine.subscribe.count = s.machine.subscribe.tried = 1;
	strcpy(s.machine.publish.at[0].path, "/p/publish.sock");
	s.machine.publish.at[0].error = ENOENT;
	judge(&s, &all);
	assert_int_equal(findings_count(&all, VERDICT_OK), 0);
	findings_free(&all);
}

/* The process that listens may be a manager of services, or a stranger with the number of one that has gone. */
static void
only_a_broker_is_said_to_be_killed(void **state)
{
	struct findings all = { .count = 0 };

	(void)state;
	two_handed();
	judge(&s, &all);
	assert_false(pastes(findings_with(&all, "two-brokers"), "kill"));
	findings_free(&all);
}

static void
modes_say_who_may(void **state)
{
	struct seen_socket at = { .uid = 10, .gid = 20, .mode = 0660 };
	struct seen_process p = { .uid = 11, .groups = { 5, 20 }, .ngroups = 2 };

	(void)state;
	assert_true(judge_may_use(&p, &at));
	p.ngroups = 1;
	assert_false(judge_may_use(&p, &at));
	at.mode = 0662;
	assert_true(judge_may_use(&p, &at));
	p.uid = 10;
	at.mode = 0060;
	assert_false(judge_may_use(&p, &at));
	p.uid = 0;
	assert_true(judge_may_use(&p, &at));
}

static void
a_publish_socket_belongs_to_the_subscribe_socket_beside_it(void **state)
{
	(void)state;
	assert_true(pair_life(&s.machine) == LIFE);
	strcpy(s.machine.publish.at[0].path, "/run/headways/publish.sock");
	assert_true(pair_life(&s.machine) == 0);
	s.machine.publish.told = s.machine.subscribe.told = true; /* both named by the user: meant together */
	assert_true(pair_life(&s.machine) == LIFE);
	assert_null(pair_of_life(&s.machine, 0));
	assert_ptr_equal(pair_of_life(&s.machine, LIFE), &s.machine.subscribe.at[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_observation_has_its_verdict_and_its_line, setup),
		cmocka_unit_test_setup(one_fault_is_one_wrong, setup),
		cmocka_unit_test_setup(nothing_seen_is_nothing_claimed, setup),
		cmocka_unit_test_setup(only_a_broker_is_said_to_be_killed, setup),
		cmocka_unit_test_setup(modes_say_who_may, setup),
		cmocka_unit_test_setup(a_publish_socket_belongs_to_the_subscribe_socket_beside_it, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
