/* strict.c -- see strict.h.  Pure. */
#include "task/strict.h"

#include <stdio.h>
#include <string.h>

struct span {
	const char *s;
	size_t len;
};

struct scan {
	const char *p, *end;
	size_t depth;
	struct span keys[STRICT_KEYS_MAX];
	size_t nkeys;
	struct span last; /* the last string: a key, if ':' comes next */
	char *err;
	size_t err_size;
};

const char *
strict_show(char out[STRICT_SHOW_MAX], const char *s, size_t len)
{
	size_t n = len < STRICT_SHOW_MAX - 1 ? len : STRICT_SHOW_MAX - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = s[i] >= ' ' && s[i] <= '~' ? s[i] : '?';
	out[n] = '\0';
	return out;
}

static bool
wrong(struct scan *sc, const char *what)
{
	snprintf(sc->err, sc->err_size, "not JSON: %s", what);
	return false;
}

static bool
scan_string(struct scan *sc)
{
	const char *start = ++sc->p;

	for (; sc->p < sc->end; sc->p++) {
		if (*sc->p == '"') {
			sc->last = (struct span){ start, (size_t)(sc->p++ - start) };
			return true;
		}
		if ((unsigned char)*sc->p < ' ')
			return wrong(sc, "a control character inside a string must be escaped");
		if (*sc->p == '\\' && sc->p + 1 < sc->end)
			sc->p++;
	}
	return wrong(sc, "a string does not end");
}

static bool
digits(struct scan *sc)
{
	const char *start = sc->p;

	while (sc->p < sc->end && *sc->p >= '0' && *sc->p <= '9')
		sc->p++;
	return sc->p > start;
}

/* RFC 8259, section 6: number = [ minus ] int [ frac ] [ exp ] */
static bool
scan_number(struct scan *sc)
{
	const char *start = sc->p, *whole;
	char show[STRICT_SHOW_MAX], what[2 * STRICT_SHOW_MAX];
	bool good;

	if (*sc->p == '-')
		sc->p++;
	whole = sc->p;
	good = digits(sc) && (*whole != '0' || sc->p == whole + 1);
	if (good && sc->p < sc->end && *sc->p == '.') {
		sc->p++;
		good = digits(sc);
	}
	if (good && sc->p < sc->end && (*sc->p == 'e' || *sc->p == 'E')) {
		sc->p++;
		if (sc->p < sc->end && (*sc->p == '+' || *sc->p == '-'))
			sc->p++;
		good = digits(sc);
	}
	if (good)
		return true;
	while (sc->p < sc->end && strchr("+-.eE0123456789INa", *sc->p) != NULL)
		sc->p++;
	snprintf(what, sizeof what, "%s is not a number",
	    strict_show(show, start, (size_t)(sc->p - start)));
	return wrong(sc, what);
}

static bool
scan_word(struct scan *sc)
{
	static const char *const words[] = { "true", "false", "null" };
	const char *start = sc->p;
	char show[STRICT_SHOW_MAX], what[2 * STRICT_SHOW_MAX];
	size_t len;

	while (sc->p < sc->end && ((*sc->p >= 'a' && *sc->p <= 'z') || (*sc->p >= 'A' && *sc->p <= 'Z')))
		sc->p++;
	len = (size_t)(sc->p - start);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strlen(words[i]) == len && memcmp(words[i], start, len) == 0)
			return true;
	snprintf(what, sizeof what, "unexpected %s", strict_show(show, start, len > 0 ? len : 1));
	return wrong(sc, what);
}

static bool
note_key(struct scan *sc)
{
	char show[STRICT_SHOW_MAX];

	for (size_t i = 0; i < sc->nkeys; i++)
		if (sc->keys[i].len == sc->last.len && memcmp(sc->keys[i].s, sc->last.s, sc->last.len) == 0) {
			snprintf(sc->err, sc->err_size, "the key \"%s\" appears twice",
			    strict_show(show, sc->last.s, sc->last.len));
			return false;
		}
	/* json-c keeps keys as C strings: this one would become another */
	if (memmem(sc->last.s, sc->last.len, "\\u0000", 6) != NULL) {
		snprintf(sc->err, sc->err_size, "unknown key \"%s\"", strict_show(show, sc->last.s, sc->last.len));
		return false;
	}
	if (sc->nkeys == STRICT_KEYS_MAX) {
		snprintf(sc->err, sc->err_size, "more than %d keys", STRICT_KEYS_MAX);
		return false;
	}
	sc->keys[sc->nkeys++] = sc->last;
	return true;
}

static bool
scan_token(struct scan *sc)
{
	switch (*sc->p) {
	case '"':
		return scan_string(sc);
	case '\'':
		return wrong(sc, "strings stand in double quotes");
	case '{': case '[':
		sc->depth++;
		break;
	case '}': case ']':
		if (sc->depth > 0)
			sc->depth--;
		break;
	case ':':
		if (sc->depth == 1 && !note_key(sc))
			return false;
		break;
	case ',': case ' ': case '\t': case '\r': case '\n':
		break;
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return scan_number(sc);
	default:
		return scan_word(sc);
	}
	sc->p++;
	return true;
}

bool
strict_check(const char *s, size_t len, size_t *keys, char *err, size_t size)
{
	struct scan sc = { .p = s, .end = s + len, .last = { s, 0 }, .err = err, .err_size = size };

	while (sc.p < sc.end)
		if (!scan_token(&sc))
			return false;
	*keys = sc.nkeys;
	return true;
}
