/* strict.h -- what json-c lets through and RFC 8259 does not.
 *
 * json-c 0.16, even with JSON_TOKENER_STRICT, accepts NaN and Infinity, single
 * quotes, numbers like 012 and 1., control characters inside strings, and keys
 * that appear twice (the last one wins).  A publisher's typing error must not
 * become a wrong bar, so each line's tokens pass through here first; their
 * order (the grammar) is left to json-c. */
#ifndef HEADWAY_STRICT_H
#define HEADWAY_STRICT_H

#include <stdbool.h>
#include <stddef.h>

#define STRICT_KEYS_MAX 32
#define STRICT_SHOW_MAX 64 /* bytes of a peer's text repeated in an error */

/* True, and *keys is the number of keys of the outermost object; or false, and
 * `err` (`size` bytes) says what is wrong. */
bool strict_check(const char *s, size_t len, size_t *keys, char *err, size_t size);

/* The peer's own bytes, fit to stand in an error text: cut to STRICT_SHOW_MAX,
 * all but printable ASCII shown as '?'. */
const char *strict_show(char out[STRICT_SHOW_MAX], const char *s, size_t len);

#endif
