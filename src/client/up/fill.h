/* fill.h -- fills a template of conf/: each @NAME@ gives way to a value.
 *
 * The same that conf/fill does for `make install` and the tests, in a program
 * that has only its installed files.  Pure. */
#ifndef HEADWAY_FILL_H
#define HEADWAY_FILL_H

#include <stddef.h>

#define FILL_ERR 256

struct fill {
	const char *name;  /* [A-Z_]+ */
	const char *value; /* taken into a string in double quotes, as lighttpd reads one */
};

/* The filled text; free(3) it.  NULL: `err` (FILL_ERR bytes) names what was not
 * given, or the value that no string can hold (control characters, a backslash
 * at the end). */
char *fill(const char *template, const struct fill *values, size_t n, char *err);

#endif
