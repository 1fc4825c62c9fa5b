/* generic.c -- percents and N of M, wherever they stand: the dialect of all
 * programs that nobody wrote a dialect for.
 *
 * What is drawn over and over is a display, so a number that rises in it is
 * progress nearly always.  A line that stays may be anything ("disk 91% full",
 * "test 3/4 failed", "11/22"): there the number has to stand where progress
 * stands, has to begin low, must not be of something else by the words around it, and
 * has to rise twice behind the same words or towards the same total. */
#include "client/meter/dialect.h"
#include "client/meter/find.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define BAR_MIN 5  /* characters: less is no bar */
#define NAME_MIN 3 /* bytes: less is no name */
#define AGREE 1.01 /* percent points between a percent and N of M that say the same, both rounded */

/* A percent and N of M in one text */
enum rank {
	AGREED, /* they say the same */
	FIRST,  /* they do not, or it stands alone: what comes first is of the whole (zstd, xz, apt) */
	SECOND,
};
#define SECOND_LATER 2 /* times more that the second one has to rise */

enum { KEY_PERCENT = 1, KEY_FRACTION = 2, KEY_KINDS = 4 };

/* Words that a percent or N of M of something else has around it */
static const char *const others[] = { "acc", "accuracy", "attempt", "attempts", "available", "battery", "capacity",
	"cache", "confidence", "cov", "coverage", "cpu", "disk", "discount", "error", "errors", "f1", "fail", "failed",
	"failures", "faster", "free", "full", "hit", "hits", "humidity", "identical", "identity", "idle", "larger", "load",
	"loss", "lost", "match", "mem", "memory", "miss", "off", "packet", "packets", "precision", "probability", "ram",
	"ratio", "recall",
	"retries", "retry", "retrying", "saved", "score", "similar", "similarity", "slower", "smaller", "swap", "tax",
	"temperature", "tries", "try", "usage", "use", "used", "utilisation", "utilization", "volume", "win" };

/* Words of progress, right behind it or in front of it */
static const char *const ours[] = { "complete", "completed", "done", "finished", "pct", "percent", "processed",
	"progress", "remaining", "eta" };

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool
is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

/* A letter, of whatever language */
static bool
is_word(char c)
{
	return is_letter(c) || (unsigned char)c >= 0x80;
}

static bool
among(const char *word, size_t len, const char *const list[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;

		while (n < len && list[i][n] == lower(word[n]))
			n++;
		if (n == len && list[i][n] == '\0')
			return true;
	}
	return false;
}

/* Is a word of the list among those between `from` and `to`, at most `most` of them? */
static bool
has_word(const char *from, const char *to, const char *const list[], size_t count, unsigned most)
{
	while (from < to && most > 0) {
		const char *word = from;

		while (from < to && (is_letter(*from) || (from > word && *from >= '0' && *from <= '9')))
			from++;
		if (from == word) {
			from++;
			continue;
		}
		if (among(word, (size_t)(from - word), list, count))
			return true;
		most--;
	}
	return false;
}

#define HAS_WORD(from, to, list, most) has_word(from, to, list, sizeof (list) / sizeof (list)[0], most)

/* What bars are drawn with: three in a row of these, or [=>   ], or a block or line character (U+2500 to U+25FF). */
static const char *
bar_in(const char *from, const char *to)
{
	for (const char *at = from; at < to; at++) {
		if (to - at >= 3 && strchr("=#*.->~+_", *at) != NULL && at[1] == *at && at[2] == *at)
			return at;
		if (*at == '[') {
			size_t width = strspn(at + 1, " =>#-.*~|/\\");

			if (width >= BAR_MIN && (size_t)(to - at) > width + 1 && at[width + 1] == ']')
				return at;
		}
		if (to - at >= 3 && at[0] == '\xe2' && (unsigned char)at[1] >= 0x94 && (unsigned char)at[1] <= 0x97)
			return at;
	}
	return NULL;
}

/* The words in front of it: up to a bar or an opening bracket, without what is around them. */
static size_t
label(const char *from, const char *to, const char **words)
{
	const char *bar;

	while (from < to && strchr(" \t[({<|#*-", *from) != NULL)
		from++;
	bar = bar_in(from, to);
	if (bar != NULL)
		to = bar;
	for (const char *at = from; at < to; at++)
		if (strchr("[({<|", *at) != NULL) {
			to = at;
			break;
		}
	while (to > from && strchr(" \t:=,.-#*/\\", to[-1]) != NULL)
		to--;
	*words = from;
	while (from < to && !is_word(*from))
		from++;
	return from < to ? (size_t)(to - *words) : 0; /* without any letter it is a bar */
}

/* Rather a name than a number or an id */
static bool
is_name(const char *text, size_t len)
{
	size_t letters = 0;

	for (size_t i = 0; i < len; i++)
		letters += is_word(text[i]);
	return len >= NAME_MIN && is_word(text[0]) && 2 * letters >= len;
}

/* FNV-1a; runs of digits, and of blanks, count as one: "epoch 1" and "epoch 10" are one bar. */
static uint32_t
hash(const char *text, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (i > 0 && (digit ? text[i - 1] >= '0' && text[i - 1] <= '9' : text[i] == ' ' && text[i - 1] == ' '))
			continue;
		h = (h ^ (unsigned char)(digit ? '0' : text[i])) * 16777619u;
	}
	return h;
}

struct place {
	bool first; /* nothing but brackets and blanks in front of it */
	bool last;  /* nothing but brackets, dots, blanks behind it */
	bool bracket;
	bool word;  /* of progress, behind it or in front of it */
	bool other; /* word of something else */
	bool bar;
};

static struct place
place_of(const struct piece *p, const struct found *f)
{
	const char *end = p->text + p->len, *near = f->from - p->text > 40 ? f->from - 40 : p->text;
	const char *before = f->from;
	struct place pl = { .first = true, .last = true };

	for (const char *at = p->text; at < f->from; at++)
		pl.first &= strchr(" \t[(", *at) != NULL;
	for (const char *at = f->to; at < end; at++)
		pl.last &= strchr(" \t]).:,|", *at) != NULL;
	while (before > p->text && before[-1] == ' ')
		before--;
	pl.bracket = before > p->text && (before[-1] == '(' || before[-1] == '[');
	pl.word = HAS_WORD(f->to, end, ours, 1) || HAS_WORD(near, f->from, ours, 8);
	pl.other = HAS_WORD(f->to, end, others, 1) || HAS_WORD(near, f->from, others, 8);
	pl.bar = bar_in(p->text, end) != NULL;
	return pl;
}

/* How often has it to rise?  -1: it is never progress. */
static int
need(const struct piece *p, const struct place *pl, enum rank rank, bool is_percent, const struct found *f)
{
	if (pl->other)
		return -1;
	if (p->drawn) {
		int times = pl->first || pl->bar || pl->bracket || pl->word || rank == AGREED ? 1 : 2;

		return rank == SECOND ? times + SECOND_LATER : times;
	}
	if (f->padded || (is_percent && rank != AGREED && !pl->first && !pl->last && !pl->word))
		return -1;
	return 2;
}

/* `first` is the first number found in the text. */
static bool
say(const struct piece *p, const struct found *f, const char *first, enum rank rank, struct saying *s)
{
	struct place pl = place_of(p, f);
	bool is_percent = f->total == 100 && *(f->to - 1) == '%' && memchr(f->from, '/', (size_t)(f->to - f->from)) == NULL;
	const char *words;
	size_t len = label(p->text, first, &words);
	int times = need(p, &pl, rank, is_percent, f);
	uint32_t key;

	if (times < 0)
		return false;
	if (is_percent)
		say_percent(s, f->value);
	else
		say_of(s, f->value, f->total, f->bytes ? "B" : NULL);
	if (f->total == 100 && !is_percent && f->to[-1] == '%')
		s->unit = "%";
	s->need = (unsigned)times;
	s->line = !p->drawn;
	s->final = p->drawn && (p->end == PIECE_LF || p->end == PIECE_OPEN);
	if (has_word(words, words + len, (const char *const[]){ "progress" }, 1, 1))
		len = 0;
	/* on lines, the total or the brackets tell which bar it is: names may change from line to line */
	if (p->drawn)
		key = hash(words, len);
	else if (is_percent)
		key = pl.bracket ? 1 : hash(words, len) + 2;
	else
		key = (uint32_t)fmod(f->total, UINT32_MAX);
	s->key = key * KEY_KINDS * 2 + (is_percent ? KEY_PERCENT : KEY_FRACTION) + (p->drawn ? KEY_KINDS : 0);
	s->phase = p->drawn;
	if (is_name(words, len))
		say_label(s, words, len);
	return true;
}

static int
hear(void *memory, const struct piece *p, struct saying sayings[])
{
	struct finds f;
	const char *first;
	bool agree, fraction_first;
	int n = 0;

	(void)memory;
	if (p->end == PIECE_OSC || (p->end == PIECE_OPEN && !p->drawn)) /* an open line is told again when it ends */
		return 0;
	find_all(p->text, p->len, p->end == PIECE_OPEN, &f);
	agree = f.percent && f.fraction && f.f.value / f.f.total * 100 - f.p.value < AGREE &&
		f.p.value - f.f.value / f.f.total * 100 < AGREE;
	if (!f.percent && !f.fraction)
		return 0;
	first = !f.fraction || (f.percent && f.p.from < f.f.from) ? f.p.from : f.f.from;
	fraction_first = f.fraction && (agree || first == f.f.from);
	if (fraction_first)
		n += say(p, &f.f, first, agree ? AGREED : FIRST, &sayings[n]);
	if (f.percent)
		n += say(p, &f.p, first, agree ? AGREED : fraction_first ? SECOND : FIRST, &sayings[n]);
	if (f.fraction && !fraction_first)
		n += say(p, &f.f, first, SECOND, &sayings[n]);
	return n;
}

const struct dialect dialect_generic = { .name = "generic", .hear = hear };
