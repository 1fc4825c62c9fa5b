/* name.h -- what a task may be called, and what lies below what.
 *
 * A name is up to 8 segments of [A-Za-z0-9._-]{1,64} joined by '/', 200 bytes
 * at most, no segment "." or "..".  So a name is safe in a URL's path, in a
 * line of words, in JSON and in a file name, as it stands.
 *
 * Two words that no name can be stand for what has none:
 *   "."  the one unnamed task
 *   "*"  as a prefix: every task, the unnamed one included */
#ifndef HEADWAY_NAME_H
#define HEADWAY_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define NAME_BYTES_MAX 200
#define NAME_SEGMENTS_MAX 8
#define NAME_SEGMENT_BYTES_MAX 64
#define NAME_UNNAMED "."
#define NAME_EVERY "*"

/* NULL if the `len` bytes at `s` are a name, else what is wrong with them, as
 * the end of a sentence that begins with the name. */
const char *name_wrong(const char *s, size_t len);

/* The name that a job's `name` stands for while its HEADWAY_TASK is `task`: one
 * that begins with '/' stands for itself, any other for what lies below `task`
 * (if that is a name at all; it may be NULL).  NULL, or what is wrong as above. */
const char *name_below(char out[NAME_BYTES_MAX + 1], const char *task, const char *name);

/* Does a subscription to `prefix` cover `name`?  "backup" covers "backup" and
 * "backup/db", not "backups". */
bool name_covered(const char *name, const char *prefix);

/* The length of the parent ("a/b" of "a/b/c"), 0 if there is none. */
size_t name_parent(const char *name, size_t len);

#endif
