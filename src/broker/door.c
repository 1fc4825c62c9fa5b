/* door.c -- see door.h.  Owns the descriptor and the socket's file; never
 * accepts a connection itself. */
#include "broker/door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/acceptor.h"

/* The environment variable does not count here: it says where clients look,
 * and may well be set for everybody. */
static bool
take_over(struct door *door, const struct door_wish *wish, char *err)
{
	char what[UNIXSOCK_ERR];

	if (wish->path != NULL || wish->group != UNIXSOCK_OWN_GROUP)
		snprintf(err, UNIXSOCK_ERR, "--%s is given, but the socket is handed over by a service manager: say it there",
		    wish->path != NULL ? wish->option : wish->group_option);
	else if (!unixsock_handed(wish->handed, what))
		snprintf(err, UNIXSOCK_ERR, "descriptor %d, handed over for --%s, %.128s: a Unix stream socket is needed",
		    wish->handed, wish->option, what);
	else {
		door->fd = wish->handed;
		door->path = unixsock_path(door->fd);
		return true;
	}
	close(wish->handed);
	return false;
}

bool
door_open(struct door *door, const struct door_wish *wish, char *err)
{
	*door = (struct door){ .fd = -1, .ours = wish->handed < 0 };
	if (!door->ours)
		return take_over(door, wish, err);
	door->path = unixsock_place(wish->path, wish->env, wish->file, err);
	if (door->path != NULL)
		door->fd = unixsock_listen(door->path, wish->group, &door->born, err);
	if (door->fd >= 0)
		return true;
	free(door->path);
	return false;
}

void
door_close(struct door *door)
{
	acceptor_free(door->acceptor);
	if (door->ours)
		unixsock_remove(door->path, &door->born);
	close(door->fd);
	free(door->path);
}
