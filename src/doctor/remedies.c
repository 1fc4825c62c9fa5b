/* remedies.c -- see servers.h: the lines to paste.  They are those of conf/, and
 * tests paste them into servers that lack them. */
#include "doctor/servers.h"

#include <stdio.h>
#include <string.h>

#define LIGHTTPD "In /etc/lighttpd/conf-available/50-headway.conf, then systemctl reload lighttpd"
#define APACHE_FCGID "With mod_fcgid: in /etc/apache2/conf-available/headway-fcgid.conf, then systemctl reload apache2"
#define FCGID_STREAMS \
	"With mod_fcgid: in /etc/apache2/conf-available/headway-fcgid.conf, in <Location>, then systemctl reload apache2"
#define FCGID_OTHERS "With mod_fcgid: in the same file, in <Directory>"
#define FCGID_OPTIONS "With mod_fcgid: in /etc/apache2/conf-available/headway-fcgid.conf, among its FcgidCmdOptions"
#define APACHE_PROXY \
	"With mod_proxy_fcgi: in /etc/apache2/conf-available/headway-proxy.conf, then systemctl reload apache2"
#define NGINX "In /etc/nginx/snippets/headway.conf, in the location of events, then systemctl reload nginx"
#define SERVICE \
	"For a responder that is a service: in " SYSCONFDIR "/default/headway-fcgi, then systemctl restart headway-fcgi"
#define UNIT "For a responder that systemd runs: systemctl edit headway-fcgi, then systemctl restart headway-fcgi"

/* mod_fcgid kills what has lasted for five minutes: a stream must have ended. */
#define FCGID_WRAPPER(options) "FcgidWrapper \"" RESPONDER_PATH options "%s\" .fcgi"
#define STREAMS_END " --max-stream 240"

/* ---- whoever talks to the responder ---- */

static void
mend_lighttpd(struct finding *f, enum ailment ailment, const char *path)
{
	switch (ailment) {
	case AILMENT_BUFFERED:
		finding_remedy(f, LIGHTTPD, "$HTTP[\"url\"] =^ \"%s/events\" {\n    server.stream-response-body = 2\n}", path);
		break;
	case AILMENT_COMPRESSED:
		finding_remedy(f, LIGHTTPD, "$HTTP[\"url\"] =^ \"%s/events\" {\n    deflate.mimetypes = ( )\n}", path);
		break;
	case AILMENT_CUT:
		finding_remedy(f, LIGHTTPD ", outside of any condition", "server.max-write-idle = 360");
		break;
	}
}

static void
mend_apache(struct finding *f, enum ailment ailment, const struct served *who, const struct seen *s)
{
	bool h2 = s->stream.answer.http == 20;

	switch (ailment) {
	case AILMENT_BUFFERED:
		if (who->spawned)
			finding_remedy(f, APACHE_FCGID, "FcgidOutputBufferSize 0");
		if (who->service)
			finding_remedy(f, APACHE_PROXY,
			    "<Proxy \"fcgi://headway/\">\n    ProxySet flushpackets=on timeout=60 enablereuse=off\n</Proxy>");
		if (h2)
			finding_remedy(f, "For HTTP/2, in the same file", "H2OutputBuffering off");
		break;
	case AILMENT_COMPRESSED:
		finding_remedy(f, who->spawned ? APACHE_FCGID : APACHE_PROXY,
		    "<Location \"%s/events\">\n    SetEnv no-gzip 1\n    SetEnv no-brotli 1\n</Location>", s->path);
		break;
	case AILMENT_CUT:
		if (who->spawned) {
			finding_remedy(f, FCGID_STREAMS, FCGID_WRAPPER(STREAMS_END), "");
			finding_remedy(f, FCGID_OPTIONS, "IOTimeout 60 \\");
		}
		if (who->service)
			finding_remedy(f, APACHE_PROXY,
			    "<Proxy \"fcgi://headway/\">\n    ProxySet flushpackets=on timeout=60 enablereuse=off\n</Proxy>");
		break;
	}
}

static void
mend_nginx(struct finding *f, enum ailment ailment)
{
	switch (ailment) {
	case AILMENT_BUFFERED: finding_remedy(f, NGINX, "fastcgi_buffering off;"); break;
	case AILMENT_COMPRESSED: finding_remedy(f, NGINX, "gzip off;"); break;
	case AILMENT_CUT: finding_remedy(f, NGINX, "fastcgi_read_timeout 60s;"); break;
	}
}

void
servers_mend(struct finding *f, enum ailment ailment, const struct served *who, const struct seen *s)
{
	static const char *const general[] = {
		[AILMENT_BUFFERED] = "# pass FastCGI responses on as they come, for text/event-stream",
		[AILMENT_COMPRESSED] = "# do not compress text/event-stream",
		[AILMENT_CUT] = "# time out after 60 s of silence or more",
	};

	if (who->server == SERVER_LIGHTTPD)
		mend_lighttpd(f, ailment, s->path);
	else if (who->server == SERVER_APACHE)
		mend_apache(f, ailment, who, s);
	else if (who->server == SERVER_NGINX)
		mend_nginx(f, ailment);
	else
		finding_remedy(f, "In the configuration of the web server", "%s", general[ailment]);
}

/* ---- who is in front ---- */

static const char *const front_lines[][AILMENT_CUT + 1] = {
	[SERVER_NGINX] = {
		[AILMENT_BUFFERED] = "proxy_buffering off;",
		[AILMENT_COMPRESSED] = "gzip off;",
		[AILMENT_CUT] = "proxy_read_timeout 60s;",
	},
	[SERVER_APACHE] = {
		[AILMENT_BUFFERED] = "ProxySet flushpackets=on   # in the <Proxy> of the ProxyPass, or at the end of its line",
		[AILMENT_COMPRESSED] = "SetEnv no-gzip 1\nSetEnv no-brotli 1",
		[AILMENT_CUT] = "ProxyTimeout 60",
	},
	[SERVER_LIGHTTPD] = {
		[AILMENT_BUFFERED] = "server.stream-response-body = 2",
		[AILMENT_COMPRESSED] = "deflate.mimetypes = ( )",
		[AILMENT_CUT] = "server.max-write-idle = 360",
	},
	[SERVER_VARNISH] = {
		[AILMENT_BUFFERED] = "sub vcl_recv { if (req.url ~ \"/events\") { return (pipe); } }",
		[AILMENT_COMPRESSED] = "sub vcl_recv { if (req.url ~ \"/events\") { return (pipe); } }",
		[AILMENT_CUT] = "sub vcl_backend_response { set beresp.between_bytes_timeout = 60s; }",
	},
	[SERVER_HAPROXY] = {
		[AILMENT_BUFFERED] = "no option http-buffer-request\noption http-no-delay",
		[AILMENT_COMPRESSED] = "compression type text/html text/css text/plain   # not text/event-stream",
		[AILMENT_CUT] = "timeout server 60s\ntimeout client 60s",
	},
};

void
servers_mend_front(struct finding *f, enum ailment ailment, const struct served *who, const struct seen *s)
{
	static const char *const general[] = {
		[AILMENT_BUFFERED] = "# pass responses of type text/event-stream on as they come; in nginx: proxy_buffering off;",
		[AILMENT_COMPRESSED] = "# do not compress text/event-stream",
		[AILMENT_CUT] = "# time out after 60 s of silence or more; in nginx: proxy_read_timeout 60s;",
	};
	bool known = who->front != SERVER_UNKNOWN;
	char where[2 * SEEN_TEXT + SEEN_URL];

	snprintf(where, sizeof where, "In the configuration of %s in front, where it passes on %s/events", who->front_name,
	    s->path);
	finding_remedy(f, where, "%s", known ? front_lines[who->front][ailment] : general[ailment]);
}

/* ---- the routes, options, the broker ---- */

void
servers_include(struct finding *f, const struct served *who)
{
	switch (who->server) {
	case SERVER_LIGHTTPD:
		finding_remedy(f, "In a terminal, as root", "lighty-enable-mod headway && systemctl restart lighttpd");
		break;
	case SERVER_APACHE:
		finding_remedy(f, "In a terminal, as root (mod_proxy_fcgi: headway-proxy and proxy_fcgi)",
		    "a2enmod fcgid headers && a2enconf headway-fcgid && systemctl restart apache2");
		break;
	case SERVER_NGINX:
		finding_remedy(f, "In the server block of /etc/nginx/sites-available/default, then systemctl reload nginx",
		    "include snippets/headway.conf;");
		break;
	default:
		finding_remedy(f, "In the configuration of the web server",
		    "# pass events, tasks and healthz to headway.fcgi; share/headway/conf has it for lighttpd, Apache and nginx");
	}
}

void
servers_log(struct finding *f, const struct served *who)
{
	if (who->server == SERVER_LIGHTTPD)
		finding_remedy(f, "In a terminal, as root", "tail /var/log/lighttpd/error.log; ls -l " RESPONDER_PATH);
	else if (who->server == SERVER_APACHE)
		finding_remedy(f, "In a terminal, as root", "tail /var/log/apache2/error.log; ls -l " RESPONDER_PATH);
	else if (who->server == SERVER_NGINX)
		finding_remedy(f, "In a terminal, as root", "tail /var/log/nginx/error.log; ls -l /run/headway/fcgi.sock");
}

void
servers_option(struct finding *f, const struct served *who, const char *option)
{
	char words[2 * SEEN_TEXT];

	snprintf(words, sizeof words, " %s", option);
	if (who->server == SERVER_LIGHTTPD && who->spawned)
		finding_remedy(f, LIGHTTPD, "\"bin-path\" => \"" RESPONDER_PATH "%s\",", words);
	if (who->server == SERVER_APACHE && who->spawned) {
		finding_remedy(f, FCGID_STREAMS, FCGID_WRAPPER(STREAMS_END), words);
		finding_remedy(f, FCGID_OTHERS, FCGID_WRAPPER(""), words);
	}
	if (who->service || (who->server == SERVER_NGINX && !who->up))
		finding_remedy(f, SERVICE, "HEADWAY_FCGI_OPTIONS=\"%s\"", option);
}

void
servers_allow(struct finding *f, const struct served *who, const char *origin)
{
	char option[SEEN_TEXT + sizeof "--allow-origin "];

	snprintf(option, sizeof option, "--allow-origin %s", origin);
	if (who->up)
		finding_remedy(f, "In a terminal, instead of the headway up that runs", "headway up %s", option);
	else
		servers_option(f, who, option);
}

void
servers_subscribe(struct finding *f, const struct served *who, const char *path)
{
	if (who->server == SERVER_LIGHTTPD && who->spawned)
		finding_remedy(f, LIGHTTPD, "\"bin-environment\" => ( \"HEADWAY_SUBSCRIBE_SOCKET\" => \"%s\" ),", path);
	if (who->server == SERVER_APACHE && who->spawned)
		finding_remedy(f, FCGID_OPTIONS, "InitialEnv HEADWAY_SUBSCRIBE_SOCKET=%s \\", path);
	if (who->service || who->server == SERVER_NGINX)
		finding_remedy(f, UNIT, "[Service]\nEnvironment=HEADWAY_SUBSCRIBE_SOCKET=%s", path);
}
