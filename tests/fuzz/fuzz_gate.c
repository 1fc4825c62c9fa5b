/* fuzz_gate.c -- gate.c and libfcgi behind it: the verdict does not depend on
 * how bytes come, and what is READY the real libfcgi reads without harm, and to
 * the same parameters as a reader that is written down here.  The first byte of
 * the input says how long the pieces are. */
#include "fuzz.h"

#include "responder/fcgi.h"
#include "responder/gate.h"

static enum gate_verdict
check_in_pieces(struct gate *g, const uint8_t *bytes, size_t len, size_t piece)
{
	size_t have = 0;

	memset(g, 0, sizeof *g);
	for (;;) {
		enum gate_verdict v;
		uint8_t *copy;

		have = len - have > piece ? have + piece : len;
		copy = exactly(bytes, have);
		v = gate_check(g, copy, have);
		free(copy);
		CLAIM(g->size <= have && g->size <= GATE_BYTES_MAX);
		if (v != GATE_MORE || have == len)
			return v;
	}
}

/* ---- another reader: what it finds is what libfcgi must find ---- */

struct params {
	uint8_t bytes[GATE_BYTES_MAX];
	size_t len;
};

/* The contents of the PARAMS records of a READY request. */
static void
join(struct params *all, const uint8_t *p, size_t size)
{
	const uint8_t *end = p + size;

	all->len = 0;
	while (p < end) {
		size_t len = (size_t)(p[4] << 8 | p[5]);

		if (p[1] == 4) {
			memcpy(all->bytes + all->len, p + 8, len);
			all->len += len;
		}
		p += 8 + len + p[6];
	}
}

static size_t
take_length(const uint8_t **p)
{
	size_t len = *(*p)++;

	if (len & 0x80)
		for (int i = 0; i < 3; i++)
			len = (len << 8 | *(*p)++) & 0x7fffffff;
	return len;
}

/* The value of the first pair that reads "NAME=VALUE"; malloc'd, or NULL. */
static char *
value_of(const struct params *all, const char *name)
{
	const uint8_t *p = all->bytes, *end = p + all->len;
	size_t n = strlen(name);

	while (p < end) {
		size_t name_len = take_length(&p), value_len = take_length(&p);
		char *pair = calloc(1, name_len + value_len + 2), *value = NULL;

		memcpy(pair, p, name_len);
		pair[name_len] = '=';
		memcpy(pair + name_len + 1, p + name_len, value_len);
		if (strncmp(pair, name, n) == 0 && pair[n] == '=')
			value = strdup(pair + n + 1);
		free(pair);
		if (value != NULL)
			return value;
		p += name_len + value_len;
	}
	return NULL;
}

static void
compare(const struct fcgi_params *params, void *arg)
{
	static const char *const names[] = { "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING",
		"HTTP_LAST_EVENT_ID", "HTTP_ORIGIN", "A", "" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *got = fcgi_param(params, names[i]);
		char *wanted = value_of(arg, names[i]);

		CLAIM((got == NULL) == (wanted == NULL));
		CLAIM(got == NULL || strcmp(got, wanted) == 0);
		free(wanted);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fcgi *fcgi;
	static struct params all;
	struct gate whole, pieces;
	enum gate_verdict v;
	uint8_t *copy;

	if (fcgi == NULL)
		fcgi = fcgi_new(); /* for FCGX_Init() */
	if (size == 0)
		return 0;
	v = check_in_pieces(&whole, data + 1, size - 1, size);
	CLAIM(check_in_pieces(&pieces, data + 1, size - 1, (size_t)1 + data[0]) == v);
	if (v != GATE_READY)
		return 0;
	CLAIM(pieces.size == whole.size && pieces.id == whole.id && whole.id != 0);
	copy = exactly(data + 1, whole.size);
	join(&all, copy, whole.size);
	CLAIM(fcgi_read(copy, whole.size, compare, &all));
	free(copy);
	return 0;
}
