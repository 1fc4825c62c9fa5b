/* mem.h -- memory that is there, or the program ends.
 *
 * Everything a peer can make us hold has a named limit of its own, so running
 * out of memory means that the machine did: there is nothing left to do but
 * say so and exit(1).  All results are freed with free(3). */
#ifndef HEADWAY_MEM_H
#define HEADWAY_MEM_H

#include <stddef.h>

void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xasprintf(size_t *len, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* len may be NULL */

#endif
