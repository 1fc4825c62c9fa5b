/* mem.c -- see mem.h.  Owns nothing. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static void *
sure(void *p)
{
	if (p == NULL)
		fatalx("out of memory");
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	return sure(calloc(n, size));
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	return sure(reallocarray(p, n, size));
}

char *
xstrdup(const char *s)
{
	return sure(strdup(s));
}

char *
xasprintf(size_t *len, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		fatalx("out of memory");
	if (len != NULL)
		*len = (size_t)n;
	return s;
}
