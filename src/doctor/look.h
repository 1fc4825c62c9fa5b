/* look.h -- the whole examination: which probe after which. */
#ifndef HEADWAY_DOCTOR_LOOK_H
#define HEADWAY_DOCTOR_LOOK_H

#include "doctor/http.h"
#include "doctor/seen.h"

struct look_wish {
	const char *url;       /* NULL: where it usually is */
	const char *direct;    /* of the inner server, or NULL */
	const char *origin;    /* of a page elsewhere, or NULL */
	const char *publish_socket, *subscribe_socket; /* options' values, or NULL */
	bool no_publish;       /* tell the broker nothing */
	double wait;           /* seconds of silence to watch */
	struct http_manner manner;
};

/* False: the URL `*wrong` is none. */
bool look(const struct look_wish *w, struct seen *s, const char **wrong);

#endif
