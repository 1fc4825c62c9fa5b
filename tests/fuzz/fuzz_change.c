/* fuzz_change.c -- change.c and sse.c: whatever a broker says, what comes of it
 * is one frame of three lines, small enough for one FastCGI record. */
#include "fuzz.h"

#include "task/change.h"
#include "responder/sse.h"

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
	}
	free(line);
	return 0;
}
