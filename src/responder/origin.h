/* origin.h -- an origin as an admin writes it, made what a browser sends.
 *
 * A browser's Origin is scheme://host[:port] in lower case, without the port
 * that is the scheme's own (HTML standard, "ASCII serialization of an origin").
 * What is allowed is compared with that byte for byte, so what could never
 * match is refused here, where somebody can still read why.  Pure. */
#ifndef HEADWAY_ORIGIN_H
#define HEADWAY_ORIGIN_H

#include <stddef.h>

#define ORIGIN_BYTES_MAX 255
#define ORIGIN_EVERY "*"

/* NULL, and `out` is what to compare with (or ORIGIN_EVERY); or what is wrong
 * with `text`, as the end of a sentence that begins with it. */
const char *origin_read(char out[ORIGIN_BYTES_MAX + 1], const char *text);

#endif
