/* stream.h -- one stream, watched: when what came, and how it ended.
 *
 * First until the first event; then, if there is a task to say something of,
 * one change after the other, each with the time it took; then in silence, for
 * as long as the user wants. */
#ifndef HEADWAY_DOCTOR_STREAM_H
#define HEADWAY_DOCTOR_STREAM_H

#include "doctor/http.h"
#include "doctor/publishing.h"
#include "doctor/seen.h"

#define STREAM_FIRST_MAX 4.0   /* seconds until the first event: the responder waits 2 for its broker */
#define STREAM_LATE_MAX 2.0    /* seconds for a change, after which it is no delay any more */
#define STREAM_STEP 0.13       /* seconds between changes: no multiple of the 50 ms of a round */

struct stream_wish {
	const char *url;         /* of the stream */
	const char *origin;      /* a header to send, or NULL */
	bool compressed;         /* accept it, as a browser does */
	double wait;             /* seconds of silence to watch */
	struct publishing *task; /* NULL: there is none */
	unsigned *moved;         /* how far it is said to be; counts on */
};

void stream_watch(const struct http_manner *m, const struct stream_wish *w, struct seen_stream *s);

#endif
