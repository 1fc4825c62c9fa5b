/* second.h -- the names of those who came second.
 *
 * A task that is held by one is not held by another: who says `nightly` and
 * comes second is given `nightly.2`, and from then on means `nightly.2/db` when
 * he says `nightly/db`.  This is the memory of one publisher.  Pure. */
#ifndef HEADWAY_SECOND_H
#define HEADWAY_SECOND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "task/name.h"

#define SECOND_LAST 99  /* the greatest number that is tried */
#define SECONDS_MAX 64  /* names that one publisher can have been given */

struct second {
	char said[NAME_BYTES_MAX + 1];
	char meant[NAME_BYTES_MAX + 1];
	SLIST_ENTRY(second) next;
};

struct seconds { /* all zero: none */
	SLIST_HEAD(, second) list;
	size_t count;
};

/* What `said` means, into `name`: by the longest name that covers it. */
enum second_scope {
	SECOND_WHOLE, /* `said` itself may have been given another name */
	SECOND_ABOVE, /* only what it lies below: the name that is numbered */
};
/* NULL, or what is wrong with the result, as the end of a sentence that begins
 * with the name. */
const char *seconds_mean(const struct seconds *s, const char *said, enum second_scope scope,
    char name[static NAME_BYTES_MAX + 1]);

/* `NAME.N`, or `NAME` itself with n = 1; NULL or what is wrong, as above. */
const char *second_number(const char *base, unsigned n, char name[static NAME_BYTES_MAX + 1]);

bool seconds_full(const struct seconds *s, const char *said); /* no room for one more: SECONDS_MAX */
/* From now on `said` means `meant`; there is room, or nothing happens. */
void seconds_add(struct seconds *s, const char *said, const char *meant);
/* Whatever `from` has learnt, as far as there is room. */
void seconds_learn(struct seconds *s, const struct seconds *from);
void seconds_clear(struct seconds *s);

#endif
