/* names.h -- which task is meant by a name on the command line.
 *
 * Inside a `headway run` names are taken below its task: HEADWAY_TASK says
 * which, and "db" means "nightly/db" there.  A name that begins with a slash
 * is meant as it stands, without it. */
#ifndef HEADWAY_NAMES_H
#define HEADWAY_NAMES_H

#include <stdbool.h>

#include "task/name.h"

/* The task that `said` means; `below`: HEADWAY_TASK's value, or NULL.  False:
 * `err` (UPDATE_ERR bytes) says what is wrong, and *outer whether it is so only
 * because of `below`. */
bool names_resolve(const char *below, const char *said, char name[NAME_BYTES_MAX + 1], char *err, bool *outer);

/* A name's last segment for a command: its file name, each byte that cannot be
 * in a name being `_`. */
void names_of_command(const char *command, char name[NAME_SEGMENT_BYTES_MAX + 1]);

#endif
