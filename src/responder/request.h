/* request.h -- what a browser asks for, decided from the CGI parameters alone.
 *
 * The path is SCRIPT_NAME + PATH_INFO, since servers differ in where they cut
 * it; its first segment that is a route begins the route, and what precedes is
 * the mount.  A request is accepted by membership in the tables of request.c;
 * everything else gets the right status and a sentence.  Pure: no I/O, no
 * FastCGI, and the answer does not depend on what the broker knows. */
#ifndef HEADWAY_REQUEST_H
#define HEADWAY_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "responder/origin.h"
#include "task/id.h"
#include "task/name.h"

#define REQUEST_ERR 256
#define REQUEST_ORIGIN_MAX (ORIGIN_BYTES_MAX + 1) /* a longer Origin is not allowed anything */
#define REQUEST_RATE_MAX 20.0         /* Hz: the default */
#define REQUEST_RATE_MIN 0.1
#define REQUEST_LOG_MAX 200           /* lines: no more are kept (TABLE_LOG_LINES_MAX) */
#define REQUEST_USER_MAX 256          /* bytes with the NUL; a longer user is not shown, since half a name is another's */
#define REQUEST_PRODUCT_MAX 64        /* bytes with the NUL, of the web server's name and of the protocol's */

enum method { METHOD_GET, METHOD_HEAD, METHOD_OPTIONS };
enum route { ROUTE_NONE, ROUTE_EVENTS, ROUTE_TASKS, ROUTE_HEALTH };
enum cursor { CURSOR_NONE, CURSOR_ID, CURSOR_BAD };

/* As the web server sent them; NULL is as good as "". */
struct cgi {
	const char *method, *script_name, *path_info, *query, *last_event_id, *origin;
	const char *remote_user, *server_software, *server_protocol;
};

struct request_config {
	const char *base;             /* the mount; NULL: found out */
	const char *const *origins;   /* allowed by CORS, as origin_read() gives them; NULL-terminated */
};

struct request {
	int status;                   /* 0: go on; else answer this, with `error` */
	char error[REQUEST_ERR];
	enum method method;
	enum route route;
	char name[NAME_BYTES_MAX + 1];/* "" if the path names no task */
	bool until_end;
	unsigned log;                 /* lines of each log to begin with; 0: no logs */
	uint32_t period;              /* microseconds between rounds */
	enum cursor cursor;
	struct id since;              /* if cursor is CURSOR_ID */
	char origin[REQUEST_ORIGIN_MAX]; /* for Access-Control-Allow-Origin; "" for none */
	bool varies;                  /* the answer depends on Origin */
	char user[REQUEST_USER_MAX];  /* UTF-8, whom the web server has let in; "" if it asked nobody */
	char server[REQUEST_PRODUCT_MAX];   /* "lighttpd", "Apache", "nginx"; "" if it is no token */
	char protocol[REQUEST_PRODUCT_MAX]; /* "HTTP/1.1"; "" if it is nothing like that */
};

void request_read(struct request *r, const struct request_config *config, const struct cgi *cgi);

#endif
