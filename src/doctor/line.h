/* line.h -- one line of a broker's, or of whoever answers in its place.  Owns
 * nothing. */
#ifndef HEADWAY_DOCTOR_LINE_H
#define HEADWAY_DOCTOR_LINE_H

#include <sys/types.h>

/* The first line's length, its LF not counted; -1 and errno: ETIMEDOUT if it is
 * not whole after `ms` milliseconds, however it comes; EPROTO if it is none, or
 * longer than `room`. */
ssize_t line_read(int fd, char *line, size_t room, unsigned ms);

#endif
