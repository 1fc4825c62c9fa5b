/* seen.h -- what the probes have seen, and nothing of what it means.
 *
 * probes (local.c, web.c) fill it in; judge.c reads it.  All of it is plain
 * data, so a judgement can be tested without a socket.  Texts that came from
 * outside are cut to their room and hold printable characters only.  A struct
 * of zeros has seen nothing. */
#ifndef HEADWAY_DOCTOR_SEEN_H
#define HEADWAY_DOCTOR_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/unixsock.h"
#include "task/name.h"
#include "task/update.h"

#define SEEN_TEXT 128      /* a header's value, a name; what is longer is cut */
#define SEEN_URL 1024      /* a mount, with a route and a name behind it */
#define SEEN_MOUNT 768     /* a longer one is refused */
#define SEEN_BODY 4096     /* the beginning of a body; more is not kept */
#define SEEN_WHY 256       /* why something failed */
#define SEEN_PLACES 3      /* where a socket can be: as told, the user's, the system's */
#define SEEN_GROUPS 64     /* of a process; more are not looked at */
#define SEEN_PROCESSES 64  /* responders; more are not looked at */
#define SEEN_CHANGES 9     /* changes that are timed: odd, so that there is a middle one */

/* ---- this machine ---- */

struct seen_socket {
	char path[UNIXSOCK_PATH_ROOM];
	int error;              /* errno of connect(2), 0: it answers; EPROTO: it does, but is no broker */
	size_t closed;          /* bytes of the path that name the first directory we may not enter; 0: we may */
	bool exists;            /* the rest of this block is known then */
	bool is_socket;
	mode_t mode;            /* permission bits */
	uid_t uid;
	gid_t gid;
	char owner[SEEN_TEXT], group[SEEN_TEXT];
	pid_t listener;         /* who listens there (unix(7), SO_PEERCRED); 0: unknown */
	bool broker_listens;    /* the listener is a headwayd, and no manager that has handed it the socket */
	uint64_t life;          /* of the broker's table, from its greeting; 0: unknown */
};

/* One of the two sockets, wherever it may be. */
struct seen_kind {
	struct seen_socket at[SEEN_PLACES]; /* in the order in which they are tried */
	size_t count;
	size_t tried;  /* clients try the first so many; the rest are looked at by us alone */
	bool told;     /* by an option or the environment: then at[0] is that, and tried is 1 */
	int chosen;    /* what a client gets; -1: none answers */
};

/* A responder that runs here, from /proc. */
struct seen_process {
	pid_t pid;
	char user[SEEN_TEXT], parent[SEEN_TEXT]; /* parent: the name of the program that started it */
	uid_t uid;
	gid_t groups[SEEN_GROUPS]; /* the first is its own, then the supplementary ones */
	size_t ngroups;
	struct seen_socket at;     /* where it looks for the broker, as we find it; path "": it is not to be seen by us */
};

struct seen_machine {
	struct seen_kind publish, subscribe;
	struct seen_socket fcgi;             /* the socket of a responder that is a service */
	struct seen_process responders[SEEN_PROCESSES];
	size_t nresponders;
	char user[SEEN_TEXT];
	bool root;
	bool systemd;                        /* our units are installed, and systemd runs */
};

/* ---- the web ---- */

enum failure {
	FAILURE_NONE,
	FAILURE_URL,     /* it is none */
	FAILURE_RESOLVE, /* no such host */
	FAILURE_CONNECT,
	FAILURE_TLS,
	FAILURE_TIMEOUT, /* no answer in time */
	FAILURE_CUT,     /* it began, and broke off */
	FAILURE_OTHER,
};

/* An answer without its body.  status 0: there was none. */
struct seen_answer {
	enum failure failure;
	char why[SEEN_WHY];
	char url[SEEN_URL];     /* after redirections */
	int status;
	int http;               /* 10, 11, 20, 30 */
	bool here;              /* the web server is on this machine */
	bool accel;             /* X-Accel-Buffering has come through: no nginx took it */
	char type[SEEN_TEXT];   /* Content-Type, without parameters, in lower case */
	char server[SEEN_TEXT], via[SEEN_TEXT], encoding[SEEN_TEXT];
	char passed[SEEN_TEXT]; /* the name of another header that only proxies add */
	char allow_origin[SEEN_TEXT], allow_headers[SEEN_TEXT];
	unsigned allow_origins; /* how many such headers */
	bool allow_credentials;
	double took;            /* seconds until the headers were there */
};

struct seen_health {
	struct seen_answer answer;
	bool ours;              /* the body is a responder's */
	bool other_route;       /* a responder's, but it knows no such route: the mount is another one */
	bool broker;            /* it reaches one */
	char server[SEEN_TEXT]; /* the web server that asked it; "": it did not say */
};

struct seen_stream {
	struct seen_answer answer;
	double watched;         /* seconds, from the request on; 0: not tried */
	double first_byte, first_event; /* seconds after the request; < 0: never */
	unsigned events, heartbeats;
	uint64_t life;          /* of the ids that came; 0: none */
	bool busy, down;        /* those events came */
	bool task;              /* our task was seen in it */
	/* Changes that were published, and when they came, in seconds. */
	size_t sent, came;
	double delay[SEEN_CHANGES];
	/* the server's clock minus this one's is between these, if `clock` */
	bool clock;
	double skew_min, skew_max;
	bool ended, clean;      /* clean: as a response should end */
	double lived, silent;   /* seconds until the end, and without a byte before it */
	double quiet;           /* the longest pause, up to now if it has not ended */
};

struct seen_cors {
	char origin[SEEN_TEXT]; /* "": not asked for */
	struct seen_answer get, preflight;
};

/* What we told the broker, to see it come. */
struct seen_publishing {
	bool tried, told;
	char why[UPDATE_ERR];   /* if not told */
	char name[NAME_BYTES_MAX + 1];
};

struct seen {
	struct seen_machine machine;
	char mount[SEEN_MOUNT];     /* the page's URL, without a slash at the end */
	char path[SEEN_MOUNT];      /* its path: "" or "/headway" */
	bool guessed;               /* the user gave none */
	bool heard;                 /* of `guessed`: some server answered there */
	bool user_given;            /* --user */
	struct seen_health health;
	uint64_t web_life;          /* of the broker behind the web server; 0: unknown */
	struct seen_publishing publishing;
	struct seen_stream stream;
	struct seen_stream plain;   /* the same without compression, if the first was late */
	struct seen_stream direct;  /* the same at --direct, if that was given */
	char direct_url[SEEN_MOUNT];
	struct seen_cors cors;
	double wait;                /* seconds that the silent stream was to be watched */
};

#endif
