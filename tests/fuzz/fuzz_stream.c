/* fuzz_stream.c -- sse.c: the first byte is the length of pieces, the rest what
 * a web server sends as an event stream.  In whatever pieces it comes, the same
 * events come out, each within its room; and what reads their data copes. */
#include "fuzz.h"

#include "doctor/reading.h"
#include "doctor/sse.h"

struct sum {
	uint64_t hash;
	size_t events;
};

static void
add(struct sum *sum, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum->hash = (sum->hash ^ (uint8_t)text[i]) * UINT64_C(1099511628211); /* FNV-1a */
	sum->hash = (sum->hash ^ len) * UINT64_C(1099511628211);
}

static void
on_event(const struct sse_event *e, void *arg)
{
	struct sum *sum = arg;
	double n;

	CLAIM(e->name[0] != '\0' && strlen(e->name) <= EVENT_NAME_MAX);
	CLAIM(strlen(e->id) <= EVENT_ID_MAX);
	CLAIM(e->len <= EVENT_LINE_MAX && e->data[e->len] == '\0');
	reading_life(e->id);
	reading_number(e->data, e->len, "now", &n);
	add(sum, e->name, strlen(e->name));
	add(sum, e->id, strlen(e->id));
	add(sum, e->data, e->len);
	sum->events++;
}

static struct sum
read_in_pieces(const uint8_t *data, size_t size, size_t piece)
{
	struct sum sum = { 0, 0 };
	struct sse_reader r;

	sse_reader_init(&r, on_event, &sum);
	for (size_t at = 0; at < size; at += piece) {
		size_t len = size - at < piece ? size - at : piece;
		char *part = exactly(data + at, len);

		sse_reader_feed(&r, part, len);
		free(part);
	}
	return sum;
}

static void
read_as_bodies(const uint8_t *data, size_t size)
{
	struct seen_health h = { .ours = false };
	char *body = calloc(1, size + 1);

	if (size > 0)
		memcpy(body, data, size);
	reading_health(&h, body);
	CLAIM(printable(h.server) && strlen(h.server) < SEEN_TEXT);
	CLAIM(h.ours || !h.broker);
	reading_error(body);
	reading_tasks_life(body);
	free(body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole, pieces;
	size_t piece = size > 0 ? (size_t)data[0] + 1 : 1;

	if (size > 0) {
		data++;
		size--;
	}
	whole = read_in_pieces(data, size, size > 0 ? size : 1);
	pieces = read_in_pieces(data, size, piece);
	CLAIM(whole.hash == pieces.hash && whole.events == pieces.events);
	read_as_bodies(data, size);
	return 0;
}
