/* sse.h -- a stream of Server-Sent Events from a reader's side.
 *
 * Bytes in any pieces become events as the HTML standard says (section 9.2.6,
 * "Interpreting an event stream").  Nothing is allocated: what is longer than
 * its room is cut, and the event says so.  Pure. */
#ifndef HEADWAY_DOCTOR_SSE_H
#define HEADWAY_DOCTOR_SSE_H

#include <stdbool.h>
#include <stddef.h>

#define EVENT_LINE_MAX 8192 /* a responder's frame is never longer than 8,000 bytes */
#define EVENT_NAME_MAX 32
#define EVENT_ID_MAX 64

struct sse_event {
	char name[EVENT_NAME_MAX + 1]; /* "message" if it has none */
	char id[EVENT_ID_MAX + 1];     /* the last one seen, as EventSource keeps it */
	char data[EVENT_LINE_MAX + 1];
	size_t len;                    /* of data */
	bool cut;                      /* something was longer than its room */
};

struct sse_reader {
	void (*event)(const struct sse_event *e, void *arg);
	void *arg;
	char line[EVENT_LINE_MAX];
	size_t len;
	bool began, cr, has_data;
	struct sse_event now; /* under construction */
};

void sse_reader_init(struct sse_reader *r, void (*event)(const struct sse_event *e, void *arg), void *arg);
void sse_reader_feed(struct sse_reader *r, const char *bytes, size_t len);

#endif
