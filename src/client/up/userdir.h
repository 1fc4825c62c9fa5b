/* userdir.h -- a directory that nobody but this user can enter, for sockets. */
#ifndef HEADWAY_USERDIR_H
#define HEADWAY_USERDIR_H

#include <stdbool.h>

#define USERDIR_ERR 512

/* $XDG_RUNTIME_DIR/headway, where clients look by themselves (*known), or, if
 * that variable is not set or names no place of ours (after su(1), say),
 * headway-UID in $TMPDIR or /tmp: always the same, so that what refers to a
 * socket in it (an ssh -L line) stays true.  Made if it is missing, 0700.
 * free(3) it; NULL and `err` if there is none to be had. */
char *userdir(bool *known, char *err);

/* The same check for a directory that was named: made if it is missing.  False:
 * `err` says who else could be in it. */
bool userdir_private(const char *path, char *err);

#endif
