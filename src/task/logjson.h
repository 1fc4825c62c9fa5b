/* logjson.h -- the JSON of a `log` event: put together, taken apart, shortened.
 *
 *	{"task":NAME,"started":T,"first":N,"lines":["...",...],"skipped":N}
 *
 * `task` and `started` are those of the run's record (the unnamed task has
 * neither), `first` is the number of the first line, counted from 1 within the
 * run, and `skipped` how many lines before it this reader has missed: the one
 * part that is not the same for all, so it stands last and is added for each.
 *
 * Whoever passes an event on reads it as text: a JSON string is skipped, never
 * decoded.  Pure. */
#ifndef HEADWAY_LOGJSON_H
#define HEADWAY_LOGJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task/table.h"

#define LOGJSON_OPEN_MAX 320    /* bytes up to the first line */
#define LOGJSON_SKIPPED_MAX 32  /* bytes of ,"skipped":N */
/* Without `skipped`; with it, an event is no longer than a record. */
#define LOGJSON_MAX (7600 - LOGJSON_SKIPPED_MAX)

/* {"task":NAME,"started":T,"first":N,"lines":[   The unnamed task's `started`
 * is not shown.  Then come lines as JSON strings, parted by commas, and "]}". */
size_t logjson_open(char out[LOGJSON_OPEN_MAX], const char *name, double started, uint64_t first);

/* Where the parts of an event are: offsets from its first byte. */
struct logjson {
	uint64_t first;
	uint32_t lines;      /* how many */
	uint32_t first_at;   /* the digits of "first" */
	uint32_t lines_at;   /* the first line, or the ] */
	uint32_t end_at;     /* behind the ] */
};

/* False: this is no such event, or one of a later version. */
bool logjson_read(struct logjson *parts, const char *json, size_t len);

/* An event as one reader gets it: pieces, to be written one after the other. */
#define LOGJSON_PIECES 5
struct logjson_view {
	struct piece {
		const char *bytes;
		size_t len;
	} piece[LOGJSON_PIECES];
	size_t pieces, len;
	char first[32], skipped[LOGJSON_SKIPPED_MAX];
};

/* `text` holds an event without `skipped`.  From line number `from` on, not
 * above that of its last line + 1; 0 skipped is not mentioned.  The view points
 * into `text` and itself. */
void logjson_view(struct logjson_view *v, const struct text *text, const struct logjson *parts,
    uint64_t from, uint64_t skipped);

#endif
