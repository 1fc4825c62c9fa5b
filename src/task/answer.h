/* answer.h -- what a broker says to a publisher, as lines of JSON without their
 * LF.  free(3) the results. */
#ifndef HEADWAY_ANSWER_H
#define HEADWAY_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {"ok":ID,"task":NAME}, without "task" for the unnamed one. */
char *answer_ok(const char *id, const char *name, size_t *len);

/* {"error":WHAT,"line":N}; line 0: no line was at fault, and none is named. */
char *answer_error(const char *what, uint64_t line, size_t *len);

/* {"cancel":NAME}: to the holder, somebody asks that the run be cancelled. */
char *answer_cancel(const char *name, size_t *len);

/* What a client makes of a broker's line: true, and `error` (`size` bytes) is
 * "" for {"ok":...} or the sentence of {"error":...}; false: neither. */
bool answer_read(const char *line, size_t len, char *error, size_t size);

/* {"task":NAME}: the data of a `removed` event; {} for the unnamed task. */
char *removed_json(const char *name, size_t *len);

#endif
