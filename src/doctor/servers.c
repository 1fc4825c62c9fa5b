/* servers.c -- see servers.h.  Who is who; the lines are in remedies.c. */
#include "doctor/servers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *word;
	enum server server;
} known[] = {
	{ "lighttpd", SERVER_LIGHTTPD },
	{ "apache", SERVER_APACHE },
	{ "nginx", SERVER_NGINX },
	{ "openresty", SERVER_NGINX },
	{ "varnish", SERVER_VARNISH },
	{ "haproxy", SERVER_HAPROXY },
};

static enum server
server_named(const char *text)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcasestr(text, known[i].word) != NULL)
			return known[i].server;
	return SERVER_UNKNOWN;
}

/* "Apache/2.4.62 (Debian)" is the product "Apache" (RFC 9110, section 10.2.4). */
static void
product(char out[SEEN_TEXT], const char *server)
{
	snprintf(out, SEEN_TEXT, "%.*s", (int)strcspn(server, "/ ("), server);
}

static void __attribute__((format(printf, 4, 5)))
in_front(struct served *who, enum server front, const char *name, const char *sign, ...)
{
	va_list ap;

	who->proxied = true;
	who->front = front;
	snprintf(who->front_name, sizeof who->front_name, "%s", name);
	va_start(ap, sign);
	vsnprintf(who->front_sign, sizeof who->front_sign, sign, ap);
	va_end(ap);
}

/* Signs that the answer has passed somebody who is not the one that asked the
 * responder. */
static void
tell_front(struct served *who, const struct seen_answer *a, const char *asked)
{
	char name[SEEN_TEXT];

	product(name, a->server);
	if (asked[0] != '\0' && name[0] != '\0' && strcasecmp(name, asked) != 0)
		in_front(who, server_named(a->server), name, "its answers say \"Server: %s\", and the responder was asked by %s",
		    a->server, asked);
	else if (a->via[0] != '\0')
		in_front(who, server_named(a->via), server_named(a->via) == SERVER_VARNISH ? "Varnish" : "a proxy",
		    "its answers say \"Via: %s\"", a->via);
	else if (a->passed[0] != '\0')
		in_front(who, strcasecmp(a->passed, "X-Varnish") == 0 ? SERVER_VARNISH : SERVER_UNKNOWN, "a proxy",
		    "its answers have the header %s, which only proxies add", a->passed);
	else if (asked[0] != '\0' && who->server != SERVER_NGINX && a->status != 0 && !a->accel)
		in_front(who, SERVER_NGINX, "nginx", "the header X-Accel-Buffering was taken out of its answers, as nginx does");
}

/* Is this the responder that the page is of, as far as that can be known? */
static bool
asked(const struct seen *s, const struct seen_process *p)
{
	return s->machine.nresponders == 1 || (s->web_life != 0 && p->at.life == s->web_life);
}

/* Who starts the responders here: for Apache, that is mod_fcgid or mod_proxy_fcgi. */
static void
tell_way(struct served *who, const struct seen *s)
{
	for (size_t i = 0; i < s->machine.nresponders; i++) {
		const struct seen_process *p = &s->machine.responders[i];

		if (server_named(p->parent) != SERVER_UNKNOWN || strcmp(p->parent, "httpd") == 0)
			who->spawned = true;
		else if (strcmp(p->parent, "headway") != 0)
			who->service = true;
		else if (s->health.answer.here && asked(s, p))
			who->up = true;
	}
	if (who->up)
		who->spawned = who->service = false;
	else if (!who->spawned && !who->service)
		who->spawned = who->service = true;
}

void
servers_tell(struct served *who, const struct seen *s)
{
	const struct seen_answer *a = &s->health.answer;
	const char *name = s->health.server[0] != '\0' ? s->health.server : a->server;

	memset(who, 0, sizeof *who);
	who->server = server_named(name);
	product(who->name, name);
	if (who->name[0] == '\0')
		snprintf(who->name, sizeof who->name, "the web server");
	tell_way(who, s);
	tell_front(who, a, s->health.server);
}
