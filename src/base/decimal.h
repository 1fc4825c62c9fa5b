/* decimal.h -- whole numbers as text, strictly: digits only, no sign, no
 * blank, no leading zero except "0" itself. */
#ifndef HEADWAY_DECIMAL_H
#define HEADWAY_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True and *value set if the `len` bytes at `s` are a decimal <= max. */
bool decimal_parse(const char *s, size_t len, uint64_t max, uint64_t *value);

#endif
