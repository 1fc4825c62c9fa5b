/* http.h -- one HTTP exchange, watched closely.  Only http.c knows libcurl.
 *
 * Like a browser it follows redirections, speaks HTTP/2 where TLS offers it and
 * decodes what was compressed; unlike one it keeps no connection. */
#ifndef HEADWAY_DOCTOR_HTTP_H
#define HEADWAY_DOCTOR_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "doctor/seen.h"

#define HTTP_CONNECT_MAX 5   /* seconds; a web server that needs longer is down for a browser's user, too */
#define HTTP_ANSWER_MAX 8    /* seconds for a whole answer: the responder waits 2 for its broker */
#define HTTP_REDIRECTS_MAX 5

/* How all exchanges of one examination are done. */
struct http_manner {
	const char *user;  /* USER:PASSWORD, any scheme of HTTP's; NULL: none */
	const char *cacert; /* a file of certificates to trust; NULL: the system's */
	bool insecure;     /* certificates are not checked */
};

struct http_wish {
	const char *method; /* GET, OPTIONS */
	const char *url;
	const char *const *headers; /* "Name: value", up to NULL; NULL: none */
	bool compressed;    /* accept it */
	double at_most;     /* seconds */

	/* Both may be NULL.  bytes(): a piece of the body, of 200s and others; false
	 * ends the exchange, which is no failure.  tick(): called again after so
	 * many seconds as it returned; < 0 ends the exchange likewise. */
	bool (*bytes)(const char *bytes, size_t len, void *arg);
	double (*tick)(void *arg);
	void *arg;
};

/* Once, before anything else.  False: libcurl does not work here. */
bool http_begin(void);
void http_end(void);

/* *ended: the server did, not we nor the time.  With at_most over, it is
 * FAILURE_TIMEOUT if there was no status, else no failure. */
void http_do(const struct http_manner *m, const struct http_wish *w, struct seen_answer *a, bool *ended);

/* The same for a body that is kept: its first `room` - 1 bytes, and a NUL. */
void http_get(const struct http_manner *m, const char *url, struct seen_answer *a, char *body, size_t room);

#endif
