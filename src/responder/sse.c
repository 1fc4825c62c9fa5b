/* sse.c -- see sse.h. */
#include "responder/sse.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define DATA "data: "

size_t
sse_open(char out[SSE_EVENT_MAX], unsigned retry_ms)
{
	return (size_t)snprintf(out, SSE_EVENT_MAX, "retry: %u\n: headway\n\n", retry_ms);
}

size_t
sse_event(char out[SSE_EVENT_MAX], const char *event, const struct id *id, const char *json)
{
	char text[ID_TEXT_MAX] = "";

	if (id != NULL)
		id_format(text, *id);
	return (size_t)snprintf(out, SSE_EVENT_MAX, "%s%s%sevent: %s\n" DATA "%s\n\n",
	    id != NULL ? "id: " : "", text, id != NULL ? "\n" : "", event, json);
}

static struct text
make_frame(struct id id, const char *event, const char *json, size_t len, const char *close)
{
	struct text frame = { 0 };
	char text[ID_TEXT_MAX];
	size_t whole;

	id_format(text, id);
	frame.bytes = xasprintf(&whole, "id: %s\n%s" DATA "%.*s%s\n\n", text, event, (int)len, json, close);
	frame.len = (uint32_t)whole;
	frame.json_len = (uint32_t)(len + strlen(close));
	frame.json_at = frame.len - frame.json_len - 2;
	return frame;
}

struct text
sse_frame(struct id id, const char *json, size_t len)
{
	return make_frame(id, "", json, len, "");
}

struct text
sse_log_frame(struct id id, const char *json, size_t len)
{
	return make_frame(id, "event: log\n", json, len, "}");
}

size_t
sse_frame_id(const struct text *frame)
{
	return frame->json_at - (sizeof DATA - 1);
}
