/* judge_web.c -- see judge.h: does a responder answer behind a web server, and
 * if not, who answers instead. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor/judge.h"

#define CHECK "web server"

#define FIRST_ERROR 500 /* the statuses of a web server's own failures (RFC 9110, section 15.6) */

static void
judge_silence(const struct seen *s, struct findings *all)
{
	const struct seen_answer *a = &s->health.answer;
	struct finding *f;

	if (s->guessed && !s->heard) {
		f = finding_add(all, CHECK, VERDICT_UNSURE, "no-url", "nobody answers at http://localhost:3000/ or "
		    "http://localhost/headway/");
		finding_why(f, "Those are the usual places.  If the page is elsewhere, say where.");
		finding_remedy(f, "In a terminal", "headway doctor URL   # of the page");
		return;
	}
	switch (a->failure) {
	case FAILURE_CONNECT:
		f = finding_add(all, CHECK, VERDICT_WRONG, "web-server-down", "no web server answers at %s/", s->mount);
		finding_why(f, "%s.", a->why);
		finding_remedy(f, "In a terminal, on the web server's machine; the one that you have",
		    "systemctl status lighttpd apache2 nginx");
		break;
	case FAILURE_TLS:
		f = finding_add(all, CHECK, VERDICT_WRONG, "tls", "TLS: %s", a->why);
		finding_why(f, "A browser refuses it too, or asks its user.  To look on regardless:");
		finding_remedy(f, "In a terminal", "headway doctor --insecure %s/   # or --cacert FILE, with the certificate to "
		    "trust", s->mount);
		break;
	case FAILURE_TIMEOUT:
		f = finding_add(all, CHECK, VERDICT_WRONG, "no-answer", "%s/healthz was not answered in time", s->mount);
		finding_why(f, "Somebody accepts connections and says nothing: the web server has no worker free, or waits for a "
		    "responder that is stopped.");
		break;
	case FAILURE_RESOLVE:
		finding_add(all, CHECK, VERDICT_UNSURE, "no-host", "there is no such host: %s", a->why);
		break;
	default:
		finding_add(all, CHECK, VERDICT_UNSURE, "http", "%s/healthz: %s", s->mount, a->why[0] != '\0' ? a->why : "no answer");
		break;
	}
}

/* ---- the responder is down ---- */

static void
explain_down(struct finding *f, const struct seen *s, const struct served *who)
{
	const struct seen_machine *m = &s->machine;
	bool spawned = who->server == SERVER_LIGHTTPD || who->server == SERVER_APACHE;

	if (m->nresponders > 0 && s->health.answer.here)
		finding_why(f, "A responder runs here (process %d, started by %s).  If it is this one, %s does not reach it: its "
		    "socket's path, or who may use it.", (int)m->responders[0].pid, m->responders[0].parent, who->name);
	else if (m->fcgi.exists && m->fcgi.error == ECONNREFUSED)
		finding_why(f, "Nobody listens on %s any more.", m->fcgi.path);
	else if (s->health.answer.here)
		finding_why(f, "No responder runs here.%s", spawned ? "  If the web server is to start it, its error log says why "
		    "it could not." : "");
	if (m->systemd)
		finding_remedy(f, "In a terminal, as root, if the responder is a service",
		    "systemctl enable --now headway-fcgi.socket");
	servers_log(f, who);
	if (!m->systemd && !spawned)
		finding_remedy(f, "Or, without systemd, from a supervisor",
		    RESPONDER_PATH " --listen /run/headway/fcgi.sock --listen-group " WEB_GROUP);
}

static void
judge_status_of(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_answer *a = &s->health.answer;
	struct finding *f;

	if (a->status == 401 || a->status == 407) {
		f = finding_add(all, CHECK, s->user_given ? VERDICT_WRONG : VERDICT_UNSURE, "auth", "%s %s (%d)", who->name,
		    s->user_given ? "does not take this name and password" : "wants a name and a password", a->status);
		finding_remedy(f, "In a terminal", "headway doctor --user NAME %s/   # asks for the password", s->mount);
	} else if (a->status == 403) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "forbidden", "%s refuses %s/healthz (403)", who->name, s->mount);
		finding_why(f, "Its configuration, or the rights of a directory on the way, keep everybody out.");
	} else if (a->status >= FIRST_ERROR) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "responder-down", "%s answers, but gets no answer from the responder (%d)",
		    who->name, a->status);
		explain_down(f, s, who);
	} else if (s->health.other_route) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "wrong-mount", "a responder answers, but it takes %s/healthz for no "
		    "route of its own", s->path);
		finding_why(f, "Its --base says that it is mounted elsewhere.  Left out, it finds out by itself.");
	} else if (a->status == 404) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "no-route", "%s knows nothing of %s/healthz (404)", who->name, s->mount);
		finding_why(f, "It serves something, but not Headway there: its configuration does not include ours, or mounts it "
		    "elsewhere.");
		servers_include(f, who);
	} else {
		f = finding_add(all, CHECK, VERDICT_WRONG, "not-the-responder",
		    "%s/healthz is answered with %d %s, and not by the responder", s->mount, a->status, a->type);
		finding_why(f, "A file, or another program, is served in its place: %s does not pass this path to the responder.",
		    who->name);
		servers_include(f, who);
	}
}

static void
judge_protocol(const struct seen *s, const struct served *who, struct findings *all)
{
	struct finding *f;

	if (s->health.answer.http >= 20) {
		finding_add(all, "connections", VERDICT_OK, "http2", "HTTP/2: all pages of a browser share one connection");
		return;
	}
	f = finding_add(all, "connections", VERDICT_NOTE, "http1", "HTTP/1.1: six connections a browser, so six pages at "
	    "once");
	if (strncmp(s->mount, "https:", 6) != 0)
		finding_why(f, "Browsers speak HTTP/2 over TLS only.");
	else if (who->server == SERVER_NGINX)
		finding_remedy(f, "In the server block", "listen 443 ssl http2;");
	else if (who->server == SERVER_APACHE)
		finding_remedy(f, "In a terminal, as root", "a2enmod http2 && systemctl restart apache2");
	else if (who->server == SERVER_LIGHTTPD)
		finding_remedy(f, "In /etc/lighttpd/lighttpd.conf", "server.feature-flags += ( \"server.h2proto\" => \"enable\" )");
}

void
judge_web(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_answer *a = &s->health.answer;

	if (a->status == 0)
		judge_silence(s, all);
	else if (!s->health.ours)
		judge_status_of(s, who, all);
	else {
		finding_add(all, CHECK, VERDICT_OK, "web-server", "%s%s%s%s answers at %s/", who->name, who->proxied ? ", behind " :
		    "", who->proxied ? who->front_name : "", who->proxied ? "," : "", s->mount);
		judge_protocol(s, who, all);
	}
}
