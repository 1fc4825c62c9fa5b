/* wget.c -- wget's bar and its dots.  "Length: 60000000 (57M)" tells the total,
 * in whatever language that word is.
 *
 *   o.bin          5%[>                ]   3.15M  15.0MB/s
 *   o.bin            [  <=>            ]   3.15M  15.0MB/s
 *     50K .......... .......... .......... .......... ..........  0%  425M 0s */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <string.h>

struct memory {
	double total; /* 0: not known */
};

static bool
length(struct memory *m, const struct piece *p)
{
	struct scan s = scan_piece(p), word;
	struct amount total;
	double rounded;

	if (scan_text(&s, "--") && memchr(p->text, ':', p->len) != NULL) { /* --2026-11-22 20:59:57--  URL */
		m->total = 0;
		return false;
	}
	if (!scan_word(&s, &word) || word.end[-1] != ':' || !scan_text(&s, " ") || !scan_amount(&s, &total))
		return false;
	if (!total.whole || !scan_text(&s, " (") || !scan_word(&s, &word) || word.end[-1] != ')')
		return false;
	word.end--;
	if (!scan_size(&word, &rounded) || rounded > total.value * 1.1 || rounded < total.value * 0.9)
		return false;
	m->total = total.value;
	return true;
}

static bool
bar(const struct memory *m, const struct piece *p, struct saying *say)
{
	const char *open = memchr(p->text, '[', p->len), *close, *name = p->text;
	struct scan s;
	struct amount percent;
	double moved;
	size_t name_len;

	if (open == NULL || open == p->text)
		return false;
	close = memchr(open, ']', (size_t)(p->text + p->len - open));
	if (close == NULL)
		return false;
	s = (struct scan){ .at = close + 1, .end = p->text + p->len };
	if (scan_blanks(&s) == 0 || !scan_size(&s, &moved) || memmem(s.at, (size_t)(s.end - s.at), "B/s", 3) == NULL)
		return false;
	if (open[-1] == '%') {
		const char *digit = open - 1;

		while (digit > p->text && digit[-1] >= '0' && digit[-1] <= '9')
			digit--;
		s = (struct scan){ .at = digit, .end = open };
		if (!scan_amount(&s, &percent) || percent.value > 100)
			return false;
		if (m->total <= 0)
			say_percent(say, percent.value);
		else
			say_of(say, percent.value >= 100 ? m->total : moved, m->total, "B");
		name_len = (size_t)(digit - name);
	} else {
		if (memmem(open, (size_t)(close - open), "<=>", 3) == NULL)
			return false;
		say_moved(say, moved, "B");
		name_len = (size_t)(open - name);
	}
	say_label(say, name, name_len);
	say->phase = true;
	return true;
}

/* 1 or 0, as a row that is not full yet has no percent; NOT_MINE. */
static int
dots(const struct piece *p, struct saying *say)
{
	struct scan s = scan_piece(p);
	struct amount at, percent;
	size_t dots = 0;

	scan_blanks(&s);
	if (!scan_amount(&s, &at) || !at.whole || !scan_text(&s, "K ")) /* every row begins with its place in K */
		return NOT_MINE;
	for (; s.at < s.end && (*s.at == '.' || *s.at == ',' || *s.at == ' '); s.at++)
		dots += *s.at != ' ';
	if (dots == 0)
		return NOT_MINE;
	if (p->end == PIECE_OPEN || !scan_amount(&s, &percent))
		return 0;
	if (scan_text(&s, "%") && percent.value <= 100)
		say_percent(say, percent.value);
	else
		say_moved(say, at.value * 1024, "B");
	return 1;
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct memory *m = memory;

	if (length(m, p))
		return 0;
	return bar(m, p, say) ? 1 : dots(p, say);
}

const struct dialect dialect_wget = { .name = "wget", .memory = sizeof(struct memory), .hear = hear };
