/* handed.c -- see handed.h.  Owns the descriptors while they wait. */
#include "broker/handed.h"

#include <string.h>
#include <unistd.h>

void
handed_add(struct handed *h, int fd)
{
	if (h->count == HANDED_MAX)
		close(handed_take(h));
	h->fd[h->count++] = fd;
}

int
handed_take(struct handed *h)
{
	int fd;

	if (h->count == 0)
		return -1;
	fd = h->fd[0];
	memmove(h->fd, h->fd + 1, --h->count * sizeof h->fd[0]);
	return fd;
}

void
handed_close(struct handed *h)
{
	while (h->count > 0)
		close(handed_take(h));
}
