/* answer.h -- what a broker says to a publisher, as lines of JSON without their
 * LF.  free(3) the results. */
#ifndef HEADWAY_ANSWER_H
#define HEADWAY_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "task/name.h"
#include "task/update.h"

/* {"ok":ID,"task":NAME}, without "task" for the unnamed one. */
char *answer_ok(const char *id, const char *name, size_t *len);

/* {"error":WHAT,"line":N}; line 0: no line was at fault, and none is named. */
char *answer_error(const char *what, uint64_t line, size_t *len);

/* {"cancel":NAME}: to the holder, somebody asks that the run be cancelled. */
char *answer_cancel(const char *name, size_t *len);

/* What a client makes of a broker's line. */
enum answer_kind {
	ANSWER_OK,     /* task: whose it is, "" for the unnamed one */
	ANSWER_ERROR,  /* error: the sentence; line */
	ANSWER_CANCEL, /* task */
	ANSWER_OTHER,
};

struct answer {
	char task[NAME_BYTES_MAX + 1];
	char error[UPDATE_ERR];
	uint64_t line; /* of this connection, counted from 1; 0: none was at fault */
};

enum answer_kind answer_read(const char *line, size_t len, struct answer *a);

/* {"task":NAME}: the data of a `removed` event; {} for the unnamed task. */
char *removed_json(const char *name, size_t *len);

#endif
