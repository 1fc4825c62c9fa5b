/* fuzz.h -- what every fuzz target includes.
 *
 * A target is one function that is given any bytes at all; it must return, and
 * every CLAIM must hold.  libFuzzer calls it (see README.md), or replay.c does
 * with the files of corpus/. */
#ifndef HEADWAY_FUZZ_H
#define HEADWAY_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unlike assert(3) it stays in a build with NDEBUG. */
#define CLAIM(holds) \
	do { \
		if (!(holds)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds); \
			abort(); \
		} \
	} while (0)

/* Memory of just that size, so that a sanitizer sees a byte read too far. */
static inline void *
exactly(const void *bytes, size_t len)
{
	void *copy = malloc(len > 0 ? len : 1);

	CLAIM(copy != NULL);
	if (len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

/* Is this fit for a log, an error text, one line of an answer? */
static inline bool
printable(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			return false;
	return true;
}

#endif
