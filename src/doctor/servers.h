/* servers.h -- the web servers that are known, and the lines that mend them.
 *
 * The lines are those of conf/, where the reasons stand beside them.  Pure. */
#ifndef HEADWAY_DOCTOR_SERVERS_H
#define HEADWAY_DOCTOR_SERVERS_H

#include <stdbool.h>

#include "doctor/finding.h"
#include "doctor/seen.h"

enum server {
	SERVER_UNKNOWN,
	SERVER_LIGHTTPD,
	SERVER_APACHE,
	SERVER_NGINX,
	SERVER_VARNISH, /* these are only ever in front of another */
	SERVER_HAPROXY,
};

/* Who talks FastCGI with the responder, and who stands in front of it, as far
 * as the answers say. */
struct served {
	enum server server;
	char name[SEEN_TEXT];   /* "lighttpd"; "the web server" if it hides its name */
	bool spawned, service;  /* it starts the responder, somebody else does; both: unknown, or both are there */
	bool up;                /* headway up starts both, and reads no file */
	bool proxied;           /* somebody stands in front */
	enum server front;
	char front_name[SEEN_TEXT];  /* "nginx", "a proxy" */
	char front_sign[2 * SEEN_TEXT]; /* how we know, the end of "for ..." */
};

void servers_tell(struct served *who, const struct seen *s);

/* What ails a stream. */
enum ailment {
	AILMENT_BUFFERED,
	AILMENT_COMPRESSED,
	AILMENT_CUT,
};

/* Adds the lines for whoever talks to the responder; for who is in front. */
void servers_mend(struct finding *f, enum ailment ailment, const struct served *who, const struct seen *s);
void servers_mend_front(struct finding *f, enum ailment ailment, const struct served *who, const struct seen *s);

/* How to serve the routes at all. */
void servers_include(struct finding *f, const struct served *who);

/* Where a web server says why the responder did not answer. */
void servers_log(struct finding *f, const struct served *who);

/* How to give the responder an option, or another place of the broker. */
void servers_allow(struct finding *f, const struct served *who, const char *origin); /* to read across origins */
void servers_option(struct finding *f, const struct served *who, const char *option);
void servers_subscribe(struct finding *f, const struct served *who, const char *path);

#endif
