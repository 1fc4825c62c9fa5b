/* fuzz_change.c -- change.c, logjson.c and sse.c: whatever a broker says, what
 * comes of it is one frame of three lines, or four, small enough for one FastCGI
 * record; and what a newcomer is shown of a log event is one too. */
#include "fuzz.h"

#include "responder/sse.h"
#include "task/change.h"
#include "task/logjson.h"

static void
check_frame(const struct change *c)
{
	struct text frame = sse_frame((struct id){ ID_PART_MAX, c->seq }, c->json, c->json_len);
	const char *data = frame.bytes + sse_frame_id(&frame);
	size_t ends = 0;

	for (size_t i = 0; i < frame.len; i++)
		ends += frame.bytes[i] == '\n' || frame.bytes[i] == '\r';
	CLAIM(ends == 3 && strlen(frame.bytes) == frame.len);
	CLAIM(strncmp(frame.bytes, "id: ", 4) == 0 && strncmp(data, "data: ", 6) == 0);
	CLAIM(strcmp(frame.bytes + frame.len - 2, "\n\n") == 0);
	CLAIM(frame.len + sizeof SSE_REMOVED <= SSE_FRAME_MAX);
	CLAIM(memcmp(frame.bytes + frame.json_at, c->json, c->json_len) == 0);
	free(frame.bytes);
}

static void
check_view(const struct text *frame, const struct logjson *parts, uint64_t from, uint64_t skipped)
{
	char *bytes = calloc(1, SSE_FRAME_MAX + 1), *p = bytes;
	struct logjson_view v;
	struct logjson again;
	size_t json_len;

	logjson_view(&v, frame, parts, from, skipped);
	CLAIM(v.pieces <= LOGJSON_PIECES && v.len <= SSE_FRAME_MAX);
	for (size_t i = 0; i < v.pieces; i++)
		p = mempcpy(p, v.piece[i].bytes, v.piece[i].len);
	CLAIM((size_t)(p - bytes) == v.len && strcmp(p - 2, "\n\n") == 0);
	json_len = v.len - frame->json_at - 2;
	CLAIM(logjson_read(&again, bytes + frame->json_at, json_len));
	CLAIM(again.first == from && again.lines == parts->lines - (from - parts->first));
	CLAIM((again.end_at + 1 < json_len) == (skipped > 0));
	free(bytes);
}

/* An event that the broker makes is small enough to be told what was skipped. */
static void
check_log(const struct change *c)
{
	struct logjson parts, again;
	struct text frame;
	size_t ends = 0;

	if (!logjson_read(&parts, c->json, c->json_len))
		return;
	CLAIM(parts.first_at < parts.lines_at && parts.lines_at < parts.end_at && parts.end_at < c->json_len);
	frame = sse_log_frame((struct id){ ID_PART_MAX, c->seq }, c->json, parts.end_at);
	for (size_t i = 0; i < frame.len; i++)
		ends += frame.bytes[i] == '\n' || frame.bytes[i] == '\r';
	CLAIM(ends == 4 && strlen(frame.bytes) == frame.len && frame.len <= SSE_FRAME_MAX);
	CLAIM(logjson_read(&again, frame.bytes + frame.json_at, frame.json_len));
	CLAIM(memcmp(&parts, &again, sizeof parts) == 0);
	for (uint64_t n = 0; n <= parts.lines; n += parts.lines / 3 + 1)
		check_view(&frame, &parts, parts.first + n, n);
	free(frame.bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = exactly(data, size);
	uint64_t life, horizon;
	struct change c;
	int greeting;

	for (size_t i = 0; i < size; i++)
		if (line[i] == '\n') /* no line has one */
			line[i] = ' ';
	greeting = greeting_read(line, size, &life, &horizon);
	CLAIM(greeting >= -1 && greeting <= 1);
	CLAIM(greeting != 1 || (life <= ID_PART_MAX && horizon <= ID_PART_MAX));
	if (change_read(&c, line, size)) {
		CLAIM(greeting == -1); /* no line is both */
		CLAIM(c.seq <= ID_PART_MAX && c.run <= ID_PART_MAX);
		CLAIM(strcmp(c.name, NAME_UNNAMED) == 0 || name_wrong(c.name, strlen(c.name)) == NULL);
		CLAIM(c.json > line && c.json + c.json_len == line + size);
		check_frame(&c);
		if (c.event == CHANGE_LOG)
			check_log(&c);
	}
	free(line);
	return 0;
}
