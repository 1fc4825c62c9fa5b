/* descriptors.h -- which descriptors a process keeps.
 *
 * Every descriptor that we open is close-on-exec, and none that we were started
 * with can be: so the flag tells ours from those that are the command's. */
#ifndef HEADWAY_DESCRIPTORS_H
#define HEADWAY_DESCRIPTORS_H

#include <stddef.h>

/* Closes those that are not ours, from 3 on: the command has them now, and for
 * us to hold them would keep a pipe or a lock that it has let go. */
void descriptors_leave(void);

/* Closes all but these. */
void descriptors_close_but(const int *keep, size_t n);

/* `fd` itself stays open, on /dev/null, so that its number is not given away. */
void descriptors_blank(int fd);

#endif
