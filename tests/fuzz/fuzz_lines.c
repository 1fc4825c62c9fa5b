/* fuzz_lines.c -- lines.c: bytes that come in any pieces are the lines that
 * memchr(3) finds in them.  The first half of the input says how long the
 * pieces are, the second is the text. */
#include "fuzz.h"

#include <event2/buffer.h>

#include "base/lines.h"

#define MAX 40

/* The line at `text` as it should come */
static enum lines
expected(const uint8_t *text, size_t sent, size_t *len)
{
	const uint8_t *lf = memchr(text, '\n', sent);

	if (lf == NULL)
		return sent > MAX ? LINES_TOO_LONG : LINES_NONE;
	*len = (size_t)(lf - text);
	return *len > MAX ? LINES_TOO_LONG : LINES_ONE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct evbuffer *in = evbuffer_new();
	const uint8_t *text = data + size / 2, *end = data + size;
	size_t sent = 0, turn = 0;
	enum lines got = LINES_NONE;

	while (got != LINES_TOO_LONG && sent < (size_t)(end - text)) {
		size_t left = (size_t)(end - text) - sent;
		size_t piece = size / 2 > 0 ? (size_t)1 + data[turn++ % (size / 2)] : left;
		struct evbuffer *chain = evbuffer_new();

		if (piece > left)
			piece = left;
		evbuffer_add(chain, text + sent, piece); /* memory of its own, as reads from a socket may be */
		evbuffer_add_buffer(in, chain);
		evbuffer_free(chain);
		sent += piece;
		do {
			const char *line;
			size_t len = 0, wanted = 0;

			got = lines_peek(in, MAX, &line, &len);
			CLAIM(got == expected(text, sent, &wanted));
			if (got != LINES_ONE)
				break;
			CLAIM(len == wanted && memcmp(line, text, len) == 0 && line[len] == '\n');
			lines_drop(in, len);
			text += len + 1;
			sent -= len + 1;
			CLAIM(evbuffer_get_length(in) == sent);
		} while (true);
	}
	evbuffer_free(in);
	return 0;
}
