/* sse.h -- Server-Sent Events as bytes (HTML standard, section 9.2.6).
 *
 * A field's line ends at LF, CR or CRLF, so no text given here may hold a CR or
 * an LF; JSON never does, it escapes them.  Pure. */
#ifndef HEADWAY_SSE_H
#define HEADWAY_SSE_H

#include <stddef.h>
#include <stdint.h>

#include "task/id.h"
#include "task/table.h"

#define SSE_FRAME_MAX 8000  /* bytes; below FCGI_RECORD_MAX, so that every frame leaves whole */
#define SSE_EVENT_MAX 256   /* bytes of a frame of sse_event() */

/* The first bytes of a stream: when to come back, and a comment, since two web
 * servers hold the headers back until some of the body comes. */
size_t sse_open(char out[SSE_EVENT_MAX], unsigned retry_ms);

/* A small event of ours.  Without an id (NULL) it leaves the browser's cursor
 * where it is. */
size_t sse_event(char out[SSE_EVENT_MAX], const char *event, const struct id *id, const char *json);

/* A record's frame, "id: ...\ndata: ...\n\n": a plain message.  As another event
 * it goes out in three pieces: the id's line, the event's line, the rest. */
struct text sse_frame(struct id id, const char *json, size_t len);
size_t sse_frame_id(const struct text *frame); /* the length of the id's line */

/* The frame of a log event, whole.  Of the JSON only the first `len` bytes are
 * taken, and a "}" behind them: what follows is another reader's. */
struct text sse_log_frame(struct id id, const char *json, size_t len);

#define SSE_TASK "event: task\n"
#define SSE_REMOVED "event: removed\n"

#endif
