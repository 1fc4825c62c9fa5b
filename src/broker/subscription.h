/* subscription.h -- what a subscriber asks for: one line of words.
 *
 *	subscribe PREFIX... [since=ID] [log]
 *
 * A first word is always a name, so a task that is called log can be followed.
 * Pure: the text of headway-protocol(7)'s request, and nothing of sockets. */
#ifndef HEADWAY_SUBSCRIPTION_H
#define HEADWAY_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "task/id.h"
#include "task/name.h"

#define SUBSCRIPTION_PREFIXES_MAX 8 /* who wants more names wants "*" */
#define SUBSCRIPTION_ERR 256

struct subscription {
	char prefix[SUBSCRIPTION_PREFIXES_MAX][NAME_BYTES_MAX + 1];
	size_t prefixes;
	bool logs;
	bool has_since;
	struct id since;
};

/* False: `err` (SUBSCRIPTION_ERR bytes) says what is wrong. */
bool subscription_read(struct subscription *s, const char *line, size_t len, char *err);

#endif
