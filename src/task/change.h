/* change.h -- a line from the broker: SEQ RUN NAME EVENT JSON.
 *
 * The words in front are all a responder needs; the JSON is passed on exactly
 * as it stands and never parsed.  Pure. */
#ifndef HEADWAY_CHANGE_H
#define HEADWAY_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task/name.h"

#define CHANGE_JSON_MAX 7600 /* RECORD_JSON_MAX */

enum change_event { CHANGE_RUN, CHANGE_END, CHANGE_REMOVED, CHANGE_SYNCED, CHANGE_LOG, CHANGE_OTHER };

struct change {
	uint64_t seq, run;
	char name[NAME_BYTES_MAX + 1];
	enum change_event event;   /* CHANGE_OTHER: of a newer broker; to be passed over */
	const char *json;   /* within the line */
	size_t json_len;
};

/* False if it is no such line, or its JSON could not stand in a frame. */
bool change_read(struct change *c, const char *line, size_t len);

/* headway 1 LIFE HORIZON: the broker's answer to a subscription.  -1 if it is
 * another line, 0 if it is one of another version, 1 if it is this. */
int greeting_read(const char *line, size_t len, uint64_t *life, uint64_t *horizon);

#endif
