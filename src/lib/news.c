/* news.c -- see news.h.  Owns what was last said of a handle. */
#include "lib/news.h"

#include <string.h>

static void
say_amount(struct headway *h, struct say *s)
{
	double moved, total;

	if (!amount_read(&h->amount, &moved, &total))
		return;
	if (!h->any || moved != h->moved)
		say_number(s, "moved", moved);
	if (total > 0 && (!h->any || total != h->total))
		say_number(s, "total", total);
	else if (total == 0 && h->any && h->total > 0)
		say_null(s, "total");
	h->moved = moved;
	h->total = total;
	h->any = true;
}

static void
say_news(struct headway *h, struct say *s)
{
	static const struct {
		unsigned bit;
		const char *key;
		size_t at, max;
	} texts[] = {
		{ NEWS_TITLE, "title", offsetof(struct headway, title), UPDATE_TITLE_MAX },
		{ NEWS_UNIT, "unit", offsetof(struct headway, unit), UPDATE_UNIT_MAX },
		{ NEWS_MESSAGE, "message", offsetof(struct headway, message), UPDATE_MESSAGE_MAX },
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const char *text = (const char *)h + texts[i].at;

		if (text[0] != '\0' && (h->fresh || (h->news & texts[i].bit)))
			say_text(s, texts[i].key, text, strlen(text), texts[i].max);
		else if (h->news & texts[i].bit)
			say_null(s, texts[i].key);
	}
	h->news = 0;
}

/* A broker that is new to us is told everything, since it may have just been
 * born.  That we hold the run is said each time: somebody else may have ended
 * it, and then this line begins another one. */
static size_t
make_state(struct headway *h, int end)
{
	static const char *const words[] = { "", "done", "failed", "cancelled" };
	struct now now;
	struct say s;

	say_begin(&s, h->line, sizeof h->line, h->name);
	if (h->fresh) {
		h->any = false;
		tail_rewind(&h->tail);
		now = clock_now();
		/* to a younger broker it may be said long afterwards */
		say_time(&s, "started", h->began.wall + clock_set_by(&h->began, &now));
	}
	say_amount(h, &s);
	say_news(h, &s);
	if (h->lap)
		say_true(&s, "lap");
	h->lap = h->fresh = false;
	if (end != 0)
		say_text(&s, "state", words[end], strlen(words[end]), SAY_ROOM);
	else
		say_true(&s, "hold");
	h->end_sent = end != 0;
	return say_end(&s);
}

static size_t
make_log(struct headway *h)
{
	const char *line;
	struct say s;
	size_t len;

	say_begin(&s, h->line, sizeof h->line, h->name);
	if (h->tail.skipped > 0)
		say_number(&s, "skipped", (double)h->tail.skipped);
	say_list(&s, "log");
	while (tail_next(&h->tail, &line, &len) && say_item(&s, line, len, UPDATE_LOG_LINE_MAX))
		tail_sent(&h->tail);
	say_list_end(&s);
	return say_end(&s);
}

static bool
has_changed(struct headway *h)
{
	double moved, total;

	if (h->news != 0 || h->lap)
		return true;
	return amount_read(&h->amount, &moved, &total) && (!h->any || moved != h->moved || total != h->total);
}

static bool
has_log(const struct headway *h)
{
	return h->tail.sent < h->tail.used;
}

/* After the end there is no other line. */
size_t
news_line(struct headway *h, bool due)
{
	if (h->fresh)
		return make_state(h, 0);
	if (h->end_sent)
		return 0;
	if (due && has_log(h))
		return make_log(h);
	if (h->end != 0)
		return make_state(h, h->end);
	return due && has_changed(h) ? make_state(h, 0) : 0;
}
