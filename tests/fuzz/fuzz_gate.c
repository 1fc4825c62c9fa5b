/* fuzz_gate.c -- gate.c and libfcgi behind it: the verdict does not depend on
 * how bytes come, and what is READY the real libfcgi reads without harm.  The
 * first byte of the input says how long the pieces are. */
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

static void
look(const struct fcgi_params *params, void *arg)
{
	static const char *const names[] = { "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING",
		"HTTP_LAST_EVENT_ID", "HTTP_ORIGIN", "" };
	size_t *bytes = arg;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = fcgi_param(params, names[i]);

		*bytes += value != NULL ? strlen(value) : 0;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fcgi *fcgi;
	struct gate whole, pieces;
	enum gate_verdict v;
	size_t seen = 0;
	uint8_t *copy;

	if (fcgi == NULL)
		fcgi = fcgi_new(); /* for FCGX_Init() */
	if (size == 0)
		return 0;
	v = check_in_pieces(&whole, data + 1, size - 1, size);
	CLAIM(check_in_pieces(&pieces, data + 1, size - 1, 1 + data[0]) == v);
	if (v != GATE_READY)
		return 0;
	CLAIM(pieces.size == whole.size && pieces.id == whole.id && whole.id != 0);
	copy = exactly(data + 1, whole.size);
	CLAIM(fcgi_read(copy, whole.size, look, &seen));
	CLAIM(seen <= whole.size);
	free(copy);
	return 0;
}
