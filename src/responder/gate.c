/* gate.c -- see gate.h.  Owns nothing. */
#include "responder/gate.h"

#include <stdbool.h>
#include <string.h>

enum { HEADER = 8, VERSION = 1, BEGIN_REQUEST = 1, PARAMS = 4, RESPONDER = 1, BEGIN_BODY = 8 };

struct record {
	uint8_t type;
	uint16_t id, length;
	size_t total; /* header and padding included */
	const uint8_t *content;
};

static struct record
record_at(const uint8_t *p)
{
	struct record r;

	r.type = p[1];
	r.id = (uint16_t)(p[2] << 8 | p[3]);
	r.length = (uint16_t)(p[4] << 8 | p[5]);
	r.total = (size_t)HEADER + r.length + p[6];
	r.content = p + HEADER;
	return r;
}

/* Takes one length of a name-value pair from the front: a byte, or four with
 * the high bit set.  False if it is not all there. */
static bool
take_length(const uint8_t **p, size_t *left, size_t *length)
{
	size_t n = *left > 0 && (*p)[0] & 0x80 ? 4 : 1;

	if (*left < n)
		return false;
	*length = (*p)[0];
	if (n == 4)
		*length = (size_t)((*p)[0] & 0x7f) << 24 | (size_t)(*p)[1] << 16 | (size_t)(*p)[2] << 8 | (*p)[3];
	*p += n;
	*left -= n;
	return true;
}

static bool
pairs_fit(const uint8_t *p, size_t left)
{
	while (left > 0) {
		size_t name, value;

		if (!take_length(&p, &left, &name) || !take_length(&p, &left, &value))
			return false;
		if (name > left || value > left - name)
			return false;
		p += name + value;
		left -= name + value;
	}
	return true;
}

/* Pairs may begin in one PARAMS record and end in another: join, then look. */
static bool
params_fit(const uint8_t *bytes, size_t size)
{
	uint8_t joined[GATE_BYTES_MAX];
	size_t len = 0;

	for (size_t at = 0; at < size;) {
		struct record r = record_at(bytes + at);

		if (r.type == PARAMS) {
			memcpy(joined + len, r.content, r.length);
			len += r.length;
		}
		at += r.total;
	}
	return pairs_fit(joined, len);
}

/* By the header alone, so that nonsense is refused before its content comes.
 * Padding after BEGIN_REQUEST too: libfcgi 2.4.2 does not skip it but reads it
 * as the next record, which would be one that has never passed here. */
static bool
header_allowed(const struct gate *g, const uint8_t *p, const struct record *r)
{
	if (p[0] != VERSION || r->id == 0)
		return false;
	if (g->size == 0)
		return r->type == BEGIN_REQUEST && r->total == HEADER + BEGIN_BODY;
	return r->type == PARAMS && r->id == g->id;
}

enum gate_verdict
gate_check(struct gate *g, const uint8_t *bytes, size_t len)
{
	while (len - g->size >= HEADER) {
		const uint8_t *p = bytes + g->size;
		struct record r = record_at(p);

		if (!header_allowed(g, p, &r) || g->size + r.total > GATE_BYTES_MAX)
			return GATE_BAD;
		if (len - g->size < r.total)
			return GATE_MORE;
		if (r.type == BEGIN_REQUEST && (r.content[0] << 8 | r.content[1]) != RESPONDER)
			return GATE_BAD;
		g->id = r.id;
		g->size += r.total;
		if (r.type == PARAMS && r.length == 0)
			return params_fit(bytes, g->size) ? GATE_READY : GATE_BAD;
	}
	/* a first byte that cannot begin a record need not wait for the other seven */
	return len > g->size && bytes[g->size] != VERSION ? GATE_BAD : GATE_MORE;
}
