/* picture.h -- which tasks are shown, and in what order.
 *
 * Those that run come first, by name, so that none of them jumps; then the
 * ended ones, the last end first.  If there is not room for all, the runs that
 * began last and the ends that came last are shown, and the others counted. */
#ifndef HEADWAY_PICTURE_H
#define HEADWAY_PICTURE_H

#include <stddef.h>

struct table;
struct view;

struct picture {
	struct view *views;
	size_t count;
	size_t more_running, more_ended; /* that there was no room for */
};

/* At most `room` tasks of the table, whose texts are the records' JSON. */
struct picture picture_take(struct table *t, size_t room);
void picture_free(struct picture *p);

#endif
