/* unixsock.c -- see unixsock.h: the client's side.  Owns no descriptor after it
 * has returned one; never waits for a peer, and allocates nothing. */
#include "base/unixsock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/unixsock_impl.h"

/* What unixsock_listen() allows: 0660, so somebody else is most likely no member. */
#define NOT_A_MEMBER " (only its owner and its group may; a new member has to log in again)"

bool
unixsock_address(const char *path, struct sockaddr_un *sun, char *err)
{
	memset(sun, 0, sizeof *sun);
	sun->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof sun->sun_path) {
		if (err != NULL)
			/* cut, so that the reason has room after any path */
			snprintf(err, UNIXSOCK_ERR, "%.300s: a socket's path has at most %zu bytes", path,
			    sizeof sun->sun_path - 1);
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(sun->sun_path, path, strlen(path) + 1);
	return true;
}

int
unixsock_stream(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* $XDG_RUNTIME_DIR must be absolute, else it is ignored (XDG Base Directory
 * Specification).  A path that is too long for a socket is cut, and still too
 * long. */
void
unixsock_user_path(char path[UNIXSOCK_PATH_ROOM], const char *name)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	path[0] = '\0';
	if (runtime != NULL && runtime[0] == '/')
		snprintf(path, UNIXSOCK_PATH_ROOM, "%s/headway%s%s", runtime, name[0] != '\0' ? "/" : "", name);
}

const char *
unixsock_told(const char *option, const char *env)
{
	const char *value;

	if (option != NULL)
		return option;
	value = getenv(env);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

static int
connect_to(const char *path, char *err)
{
	struct sockaddr_un sun;
	int fd, why;

	if (!unixsock_address(path, &sun, err))
		return -1;
	fd = unixsock_stream();
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof sun) == 0)
		return fd;
	why = errno;
	if (err != NULL)
		snprintf(err, UNIXSOCK_ERR, "%s: %s%s", path, strerror(why), why == EACCES ? NOT_A_MEMBER : "");
	if (fd >= 0)
		close(fd);
	errno = why;
	return -1;
}

void
unixsock_find(struct unixsock_places *p, const char *option, const char *env, const char *name)
{
	const char *path = unixsock_told(option, env);

	p->path[1][0] = '\0';
	if (path != NULL) {
		snprintf(p->path[0], sizeof p->path[0], "%s", path);
		return;
	}
	unixsock_user_path(p->path[0], name);
	snprintf(p->path[p->path[0][0] != '\0'], sizeof p->path[1], UNIXSOCK_SYSTEM_DIR "/%s", name);
}

int
unixsock_reach(const struct unixsock_places *p, char *err)
{
	int fd = connect_to(p->path[0], err);

	if (fd < 0 && p->path[1][0] != '\0')
		fd = connect_to(p->path[1], err);
	return fd;
}

int
unixsock_connect(const char *option, const char *env, const char *name, char *err)
{
	struct unixsock_places places;

	unixsock_find(&places, option, env, name);
	return unixsock_reach(&places, err);
}
