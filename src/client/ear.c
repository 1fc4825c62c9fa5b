/* ear.c -- see ear.h.  Owns the screen and the bytes that were put off. */
#include "client/ear.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

struct ear {
	struct screen *screen; /* NULL: it is data */
	bool text;
	void (*skipped)(void *arg, uint64_t lines);
	void *arg;
	uint64_t period;       /* clock_mono() of its beginning */
	size_t left;           /* bytes that may still be looked at in this period */
	bool gap;              /* something before the first byte put off is lost */
	uint64_t lines;        /* that many line ends of it */
	uint64_t fed;          /* clock_mono() of the last look; 0: the open line has been offered */
	size_t len;            /* bytes put off */
	char later[EAR_BYTES];
};

struct ear *
ear_new(const struct screen_user *user, void (*skipped)(void *arg, uint64_t lines), bool text)
{
	struct ear *e = xcalloc(1, sizeof *e);

	e->screen = screen_new(user);
	e->text = text;
	e->skipped = skipped;
	e->arg = user->arg;
	return e;
}

void
ear_free(struct ear *e)
{
	if (e->screen != NULL)
		screen_free(e->screen);
	free(e);
}

static uint64_t
count_lines(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	uint64_t n = 0;

	while ((bytes = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL) {
		n++;
		bytes++;
	}
	return n;
}

/* Drops the first `n` of the bytes that were put off. */
static void
forget(struct ear *e, size_t n)
{
	e->lines += count_lines(e->later, n);
	e->gap = e->gap || n > 0;
	e->len -= n;
	memmove(e->later, e->later + n, e->len);
}

static void
put_off(struct ear *e, const char *bytes, size_t len)
{
	if (len > EAR_BYTES) {
		size_t over = len - EAR_BYTES;

		forget(e, e->len);
		e->lines += count_lines(bytes, over);
		e->gap = true;
		bytes += over;
		len = EAR_BYTES;
	}
	if (e->len + len > EAR_BYTES)
		forget(e, e->len + len - EAR_BYTES);
	memcpy(e->later + e->len, bytes, len);
	e->len += len;
}

static void
look(struct ear *e, const char *bytes, size_t len)
{
	screen_feed(e->screen, bytes, len);
	e->fed = clock_mono();
	e->left -= len < e->left ? len : e->left;
}

/* After a gap the line that was begun before it is ended first: what is put
 * off begins with a line's end, or is looked at as it is if it has none. */
static void
catch_up(struct ear *e)
{
	size_t start = 0;

	if (e->gap) {
		while (start < e->len && e->later[start] != '\n' && e->later[start] != '\r')
			start++;
		if (start == e->len)
			start = 0;
		e->skipped(e->arg, e->lines);
	}
	if (e->len > 0)
		look(e, e->later + start, e->len - start);
	e->gap = false;
	e->lines = 0;
	e->len = 0;
}

static void
begin_period(struct ear *e)
{
	uint64_t now = clock_mono();

	if (now - e->period < EAR_PERIOD)
		return;
	e->period = now;
	e->left = EAR_BYTES;
	catch_up(e);
}

void
ear_hear(void *arg, const char *bytes, size_t len)
{
	struct ear *e = arg;

	if (e->screen == NULL)
		return;
	if (!e->text && memchr(bytes, '\0', len) != NULL) {
		screen_free(e->screen);
		e->screen = NULL;
		return;
	}
	begin_period(e);
	if (e->len == 0 && len <= e->left)
		look(e, bytes, len);
	else
		put_off(e, bytes, len);
}

void
ear_finish(struct ear *e)
{
	if (e->screen == NULL)
		return;
	catch_up(e);
	screen_end(e->screen);
}

void
ear_serve(struct ear *e)
{
	if (e->screen == NULL)
		return;
	if (e->len > 0) {
		begin_period(e);
	} else if (e->fed != 0 && clock_mono() - e->fed >= SCREEN_PAUSE * UINT64_C(1000)) {
		e->fed = 0;
		screen_idle(e->screen);
	}
}

static int
until(uint64_t since, uint64_t period)
{
	uint64_t passed = clock_mono() - since;

	return passed >= period ? 0 : (int)((period - passed) / 1000) + 1;
}

int
ear_timeout(const struct ear *e)
{
	if (e->screen == NULL)
		return -1;
	if (e->len > 0)
		return until(e->period, EAR_PERIOD);
	return e->fed != 0 ? until(e->fed, SCREEN_PAUSE * UINT64_C(1000)) : -1;
}
