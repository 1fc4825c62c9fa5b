/* fuzz_output.c -- screen.c and meter.c: whatever a program prints, in whatever
 * chunks it comes, gives the same pieces and the same log; these are clean
 * UTF-8 within their limits; and what the meter makes of it can be shown.
 *
 * The first byte is the length of the chunks, the rest is the output. */
#include "fuzz.h"

#include "base/utf8.h"
#include "client/meter/meter.h"
#include "client/row.h"
#include "client/screen.h"

struct told {
	char *text; /* pieces and lines, one after the other */
	size_t len, room;
	struct meter *meter; /* or NULL */
	bool pieces;         /* tell of them too */
};

static void
add(struct told *t, char kind, const char *text, size_t len)
{
	if (t->room - t->len < len + 2) {
		t->room = 2 * t->room + len + 2;
		t->text = realloc(t->text, t->room);
		CLAIM(t->text != NULL);
	}
	t->text[t->len++] = kind;
	memcpy(t->text + t->len, text, len);
	t->len += len;
	t->text[t->len++] = '\n';
}

static bool
clean(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == '\x7f')
			return false;
	return utf8_check(text, len) == UTF8_OK;
}

static void
check_reading(const struct reading *r)
{
	CLAIM(r->moved >= 0 && r->moved <= METER_MAX);
	CLAIM(!r->has_total || (r->total > 0 && r->total <= METER_MAX && r->moved <= r->total));
	CLAIM(memchr(r->message, '\0', sizeof r->message) != NULL && clean(r->message, strlen(r->message)));
}

static void
piece(void *arg, const char *text, size_t len, enum piece_end end)
{
	struct told *t = arg;
	struct reading r;

	CLAIM(text[len] == '\0' && len <= ROW_TEXT_MAX);
	CLAIM(end == PIECE_OSC || (len > 0 && clean(text, len)));
	if (t->pieces)
		add(t, "nrbop"[end], text, len);
	if (t->meter != NULL && meter_read(t->meter, text, len, end, &r))
		check_reading(&r);
}

/* Bytes in JSON; text but for looks, which are ESC [ digits and semicolons m. */
static size_t
escaped(const char *text, size_t len)
{
	size_t n = 0;

	CLAIM(utf8_check(text, len) == UTF8_OK);
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\033') {
			CLAIM((unsigned char)text[i] >= ' ' || text[i] == '\t');
			n += 1 + (text[i] == '"' || text[i] == '\\' || text[i] == '\t');
			continue;
		}
		CLAIM(len - i >= 3 && text[i + 1] == '[');
		n += 7;
		for (i += 2; text[i] != 'm'; i++, n++)
			CLAIM(i + 1 < len && ((text[i] >= '0' && text[i] <= '9') || text[i] == ';'));
		n++;
	}
	return n;
}

static void
line(void *arg, const char *text, size_t len)
{
	CLAIM(escaped(text, len) <= ROW_LOG_MAX);
	add(arg, 'l', text, len);
}

static struct told
run(const uint8_t *bytes, size_t len, size_t chunk, bool idle, struct meter *meter)
{
	struct told t = { .meter = meter, .pieces = !idle };
	struct screen *s = screen_new(&(struct screen_user){ .arg = &t, .piece = piece, .line = line });

	for (size_t at = 0; at < len; at += chunk) {
		size_t n = len - at < chunk ? len - at : chunk;
		char *copy = exactly(bytes + at, n);

		screen_feed(s, copy, n);
		if (idle)
			screen_idle(s);
		free(copy);
	}
	screen_end(s);
	screen_free(s);
	return t;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t chunk = size > 0 && data[0] > 0 ? data[0] : 1, len = size > 0 ? size - 1 : 0;
	const char *const command[] = { "sh", "-c", "pv -n x; ninja", NULL };
	char *why;
	struct meter *meter = meter_new((char *const *)command, NULL, &why);
	struct told whole, pieces, idle;

	CLAIM(meter != NULL);
	whole = run(data + 1, len, len > 0 ? len : 1, false, meter);
	pieces = run(data + 1, len, chunk, false, meter);
	CLAIM(whole.len == pieces.len && (whole.len == 0 || memcmp(whole.text, pieces.text, whole.len) == 0));
	free(whole.text);
	free(pieces.text);
	/* the log does not depend on pauses */
	whole = run(data + 1, len, len > 0 ? len : 1, true, NULL);
	idle = run(data + 1, len, chunk, true, meter);
	CLAIM(whole.len == idle.len && (whole.len == 0 || memcmp(whole.text, idle.text, whole.len) == 0));
	free(whole.text);
	free(idle.text);
	meter_free(meter);
	return 0;
}
