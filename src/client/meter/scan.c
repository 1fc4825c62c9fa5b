/* scan.c -- see scan.h. */
#include "client/meter/scan.h"

#include <string.h>

#define GROUPS_MAX 6 /* parts of a number between its signs: up to 10^18 */

struct scan
scan_of(const char *text, size_t len)
{
	return (struct scan){ .at = text, .end = text + len };
}

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

bool
scan_text(struct scan *s, const char *literal)
{
	size_t len = strlen(literal);

	if ((size_t)(s->end - s->at) < len || memcmp(s->at, literal, len) != 0)
		return false;
	s->at += len;
	return true;
}

size_t
scan_blanks(struct scan *s)
{
	const char *from = s->at;

	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
		s->at++;
	/* U+00A0 and U+202F: what stands before % in some languages */
	if (scan_text(s, "\xc2\xa0") || scan_text(s, "\xe2\x80\xaf"))
		scan_blanks(s);
	return (size_t)(s->at - from);
}

/* The signs between the `n` parts, and how long the parts are, tell what the number is. */
static bool
understand(struct amount *a, const double part[], const unsigned width[], const char sign[], unsigned n)
{
	bool decimal = false;

	if (n == 2) {
		decimal = sign[1] == '.' || width[1] != 3 || width[0] > 3;
		a->grouped = !decimal;
	} else if (n > 2) {
		for (unsigned i = 2; i < n - 1; i++)
			if (sign[i] != sign[1] || width[i] != 3)
				return false;
		decimal = sign[n - 1] != sign[1];
		if (width[1] != 3 || (!decimal && width[n - 1] != 3))
			return false;
	}
	a->value = part[0];
	for (unsigned i = 1; i < n; i++) {
		double tens = 1;

		for (unsigned w = 0; w < width[i]; w++)
			tens *= 10;
		a->value = i == n - 1 && decimal ? a->value + part[i] / tens : a->value * tens + part[i];
	}
	a->whole = !decimal;
	return true;
}

bool
scan_amount(struct scan *s, struct amount *a)
{
	const char *at = s->at;
	double part[GROUPS_MAX] = { 0 };
	unsigned width[GROUPS_MAX] = { 0 }, n = 0;
	char sign[GROUPS_MAX] = { 0 };

	*a = (struct amount){ .scale = 1 };
	for (;;) {
		while (at < s->end && is_digit(*at) && width[n] < 18) {
			part[n] = part[n] * 10 + (*at++ - '0');
			width[n]++;
		}
		if (width[n] == 0 || (at < s->end && is_digit(*at)))
			return false;
		a->width += width[n++];
		if (s->end - at < 2 || (*at != '.' && *at != ',') || !is_digit(at[1]))
			break;
		if (n == GROUPS_MAX)
			return false;
		sign[n] = *at++;
	}
	a->padded = *s->at == '0' && width[0] > 1;
	if (!understand(a, part, width, sign, n))
		return false;
	s->at = at;
	return true;
}

static double
power(unsigned k, unsigned n)
{
	double scale = 1;

	while (n-- > 0)
		scale *= k;
	return scale;
}

/* A unit without blanks before it; false if these letters are none. */
static bool
unit(struct scan *s, struct amount *a)
{
	static const char prefixes[] = "kMGTPE";
	const char *prefix;
	unsigned n = 0, k = 1000;

	if (s->at == s->end)
		return false;
	prefix = strchr(prefixes, *s->at == 'K' ? 'k' : *s->at);
	if (prefix != NULL && *s->at != '\0') {
		n = (unsigned)(prefix - prefixes) + 1;
		s->at++;
		if (scan_text(s, "i"))
			k = 1024;
	}
	a->bytes = scan_text(s, "bytes") || scan_text(s, "Bytes") || scan_text(s, "byte") || scan_text(s, "B") ||
		(n > 0 && scan_text(s, "b"));
	a->scale = power(k, n);
	return (n > 0 || a->bytes) && !(s->at < s->end && is_letter(*s->at));
}

bool
scan_unit(struct scan *s, struct amount *a)
{
	struct scan t = *s;
	struct amount with = *a;

	if (t.at < t.end && is_letter(*t.at)) {
		if (!unit(&t, a))
			return false;
		*s = t;
		return true;
	}
	if (scan_blanks(&t) <= 3 && unit(&t, &with) && with.bytes) { /* zstd pads: "0   B" */
		*a = with;
		*s = t;
	}
	return true;
}

bool
scan_size(struct scan *s, double *bytes)
{
	static const char prefixes[] = "kMGTP";
	struct scan t = *s;
	struct amount a;
	const char *prefix;

	if (!scan_amount(&t, &a))
		return false;
	if (t.at < t.end && is_letter(*t.at)) {
		prefix = strchr(prefixes, *t.at == 'K' ? 'k' : *t.at);
		if (prefix == NULL)
			return false;
		a.value *= power(1024, (unsigned)(prefix - prefixes) + 1);
		t.at++;
	}
	if (t.at < t.end && *t.at != ' ')
		return false;
	*bytes = a.value;
	*s = t;
	return true;
}

bool
scan_clock(struct scan *s, double *seconds)
{
	struct scan t = *s;
	double v = 0;
	int parts = 0;

	do {
		struct amount a;

		if (!scan_amount(&t, &a))
			return false;
		v = v * 60 + a.value;
		parts++;
	} while (parts < 3 && scan_text(&t, ":"));
	if (parts < 2)
		return false;
	*seconds = v;
	*s = t;
	return true;
}

bool
scan_word(struct scan *s, struct scan *word)
{
	word->at = s->at;
	while (s->at < s->end && *s->at != ' ' && *s->at != '\t')
		s->at++;
	word->end = s->at;
	return word->end > word->at;
}
