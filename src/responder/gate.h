/* gate.h -- is this the beginning of a FastCGI request, whole and harmless?
 *
 * libfcgi 2.4.2 reads a request with blocking reads and believes every length
 * in it: half a record would stop the whole responder, a ten-byte PARAMS record
 * makes it abort, and so does a management record.  So a connection's bytes
 * are collected first and pass here; only a complete BEGIN_REQUEST and PARAMS
 * are ever shown to libfcgi.  The facts are from the FastCGI Specification 1.0,
 * sections 3.3 (records), 3.4 (name-value pairs), 5.1 and 5.2.  Pure. */
#ifndef HEADWAY_GATE_H
#define HEADWAY_GATE_H

#include <stddef.h>
#include <stdint.h>

#define GATE_BYTES_MAX 32768 /* of BEGIN_REQUEST and PARAMS, headers and padding included */

enum gate_verdict {
	GATE_MORE,  /* so far so good */
	GATE_READY, /* the first `size` bytes are a request without its STDIN */
	GATE_BAD,   /* anything else: close without a word */
};

/* Zeroed before the first call. */
struct gate {
	size_t size;  /* bytes checked: whole records */
	uint16_t id;  /* the request's, never 0 */
};

/* `bytes` are all `len` bytes that have come so far; they only ever grow. */
enum gate_verdict gate_check(struct gate *g, const uint8_t *bytes, size_t len);

#endif
