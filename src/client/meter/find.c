/* find.c -- see find.h. */
#include "client/meter/find.h"

#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return ((unsigned char)c | 0x20) >= 'a' && ((unsigned char)c | 0x20) <= 'z';
}

/* May a number begin behind this character?  After a colon it may, but not as a part of a time. */
static bool
may_begin(const char *text, const char *at)
{
	char c = at > text ? at[-1] : ' ';

	if (c == ':')
		return at - text < 2 || !is_digit(at[-2]);
	return !is_digit(c) && !is_letter(c) && strchr("/\\.,-_@+~$^'", c) == NULL;
}

/* May something end before this character? */
static bool
may_end(const char *at, const char *end)
{
	if (at == end)
		return true;
	if (is_digit(*at) || is_letter(*at) || strchr("/\\_@+$^%", *at) != NULL)
		return false;
	/* a date, a time, a version go on; a sentence ends */
	if ((*at == '-' || *at == ':' || *at == '.') && end - at > 1)
		return !is_digit(at[1]);
	return true;
}

static bool
separator(struct scan *s)
{
	struct scan t = *s;

	scan_blanks(&t);
	if (!scan_text(&t, "/")) {
		if (t.at == s->at || !scan_text(&t, "of "))
			return false;
	}
	scan_blanks(&t);
	*s = t;
	return true;
}

/* What follows N: "/ M", and M may be 100% (qemu-img). */
static bool
fraction(struct scan *s, const struct amount *n, bool open, struct found *f)
{
	struct amount moved = *n, total;

	if (!separator(s) || !scan_amount(s, &total) || (open && s->at == s->end) || !scan_unit(s, &total))
		return false;
	if (total.value == 100 && total.scale == 1 && scan_text(s, "%"))
		total.scale = 1;
	if (total.bytes && !moved.bytes && moved.scale == 1) /* 5.2/10.1 MB */
		moved.scale = total.scale;
	f->value = moved.value * moved.scale;
	f->total = total.value * total.scale;
	f->bytes = total.bytes;
	f->padded = moved.padded && moved.width != total.width;
	f->to = s->at;
	return f->total > 0 && f->value <= f->total && may_end(s->at, s->end);
}

static bool
percent(struct scan *s, const struct amount *n, struct found *p)
{
	p->value = n->grouped && n->value >= 1000 ? n->value / 1000 : n->value; /* 50,000% has a decimal comma */
	p->total = 100;
	p->to = s->at + 1;
	if (scan_blanks(s) > 3 || !scan_text(s, "%"))
		return false;
	p->to = s->at;
	return p->value <= 100 && !n->padded && (may_end(s->at, s->end) || *s->at == '[');
}

void
find_all(const char *text, size_t len, bool open, struct finds *finds)
{
	struct scan s = scan_of(text, len);

	memset(finds, 0, sizeof *finds);
	while (s.at < s.end && !(finds->percent && finds->fraction)) {
		const char *from = s.at;
		struct amount n;
		struct scan t, u;

		if (!is_digit(*from) || !may_begin(text, from)) {
			s.at++;
			continue;
		}
		if (!scan_amount(&s, &n)) {
			s.at++;
			continue;
		}
		t = u = s;
		if (!finds->percent && percent(&u, &n, &finds->p)) {
			finds->percent = true;
			finds->p.from = from;
			s = u;
		} else if (!finds->fraction && scan_unit(&t, &n) && fraction(&t, &n, open, &finds->f)) {
			finds->fraction = true;
			finds->f.from = from;
			s = t;
		}
	}
}
