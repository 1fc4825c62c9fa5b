/* sse.c -- see sse.h.  Owns nothing. */
#include "doctor/sse.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"

void
sse_reader_init(struct sse_reader *r, void (*event)(const struct sse_event *e, void *arg), void *arg)
{
	memset(r, 0, sizeof *r);
	r->event = event;
	r->arg = arg;
}

/* Appends to a text with room for `max` bytes and a NUL. */
static size_t
append(struct sse_event *e, char *text, size_t len, size_t max, const char *more, size_t more_len)
{
	if (more_len > max - len) {
		more_len = max - len;
		e->cut = true;
	}
	memcpy(text + len, more, more_len);
	text[len + more_len] = '\0';
	return len + more_len;
}

/* A blank line: an event without data is none. */
static void
dispatch(struct sse_reader *r)
{
	struct sse_event *e = &r->now;

	if (r->has_data) {
		if (e->len > 0 && e->data[e->len - 1] == '\n')
			e->data[--e->len] = '\0'; /* the one that the last data line brought */
		if (e->name[0] == '\0')
			strcpy(e->name, "message");
		r->event(e, r->arg);
	}
	r->has_data = false;
	e->name[0] = e->data[0] = '\0';
	e->len = 0;
	e->cut = false;
}

static void
take_field(struct sse_reader *r, const char *field, size_t field_len, const char *value, size_t len)
{
	struct sse_event *e = &r->now;

	if (field_len == 4 && memcmp(field, "data", 4) == 0) {
		e->len = append(e, e->data, e->len, EVENT_LINE_MAX, value, len);
		e->len = append(e, e->data, e->len, EVENT_LINE_MAX, "\n", 1);
		r->has_data = true;
	} else if (field_len == 5 && memcmp(field, "event", 5) == 0)
		append(e, e->name, 0, EVENT_NAME_MAX, value, len);
	else if (field_len == 2 && memcmp(field, "id", 2) == 0 && memchr(value, '\0', len) == NULL)
		append(e, e->id, 0, EVENT_ID_MAX, value, len);
}

static void
take_line(struct sse_reader *r)
{
	const char *line = r->line, *colon;
	size_t len = r->len, name;

	r->len = 0;
	if (!r->began && len >= 3 && memcmp(line, BOM, 3) == 0) {
		line += 3;
		len -= 3;
	}
	r->began = true;
	if (len == 0) {
		dispatch(r);
		return;
	}
	colon = memchr(line, ':', len);
	name = colon != NULL ? (size_t)(colon - line) : len;
	if (colon == NULL)
		take_field(r, line, name, "", 0);
	else if (name > 0) {
		colon++;
		if (colon < line + len && *colon == ' ')
			colon++;
		take_field(r, line, name, colon, (size_t)(line + len - colon));
	}
}

void
sse_reader_feed(struct sse_reader *r, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];
		bool after_cr = r->cr;

		r->cr = c == '\r';
		if (c == '\n' && after_cr)
			continue; /* the second half of CRLF */
		if (c == '\n' || c == '\r')
			take_line(r);
		else if (r->len < sizeof r->line)
			r->line[r->len++] = c;
		else
			r->now.cut = true;
	}
}
