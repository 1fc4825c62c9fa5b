/* handed.h -- descriptors that a publisher has handed over (SCM_RIGHTS,
 * unix(7)), until a line asks for one. */
#ifndef HEADWAY_HANDED_H
#define HEADWAY_HANDED_H

#include <stddef.h>

#define HANDED_MAX 4 /* of a connection; one more closes the oldest */

struct handed { /* all zero: none */
	int fd[HANDED_MAX]; /* the oldest first */
	size_t count;
};

void handed_add(struct handed *h, int fd);  /* takes it over */
int handed_take(struct handed *h);          /* the oldest, the caller's from now on; -1: there is none */
void handed_close(struct handed *h);        /* all of them */

#endif
