/* unixsock.c -- see unixsock.h.  Owns no descriptor after it has returned one;
 * never waits for a peer. */
#include "base/unixsock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

#define SYSTEM_DIR "/run/headway"
#define PATH_ROOM (2 * sizeof ((struct sockaddr_un *)0)->sun_path)

static bool
address(const char *path, struct sockaddr_un *sun, char *err)
{
	memset(sun, 0, sizeof *sun);
	sun->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof sun->sun_path) {
		snprintf(err, UNIXSOCK_ERR, "%s: a socket's path has at most %zu bytes", path, sizeof sun->sun_path - 1);
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(sun->sun_path, path, strlen(path) + 1);
	return true;
}

static int
stream_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* NAME in the user's directory, "" if there is none.  $XDG_RUNTIME_DIR must be
 * absolute, else it is ignored (XDG Base Directory Specification).  A path that
 * is too long for a socket is cut, and still too long. */
static void
user_path(char path[PATH_ROOM], const char *name)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	path[0] = '\0';
	if (runtime != NULL && runtime[0] == '/')
		snprintf(path, PATH_ROOM, "%s/headway%s%s", runtime, name[0] != '\0' ? "/" : "", name);
}

static const char *
told(const char *option, const char *env)
{
	const char *value;

	if (option != NULL)
		return option;
	value = getenv(env);
	return value != NULL && value[0] != '\0' ? value : NULL;
}

char *
unixsock_place(const char *option, const char *env, const char *name, char *err)
{
	const char *path = told(option, env);
	char dir[PATH_ROOM], *place = NULL;

	if (path != NULL)
		return xstrdup(path);
	user_path(dir, "");
	if (dir[0] == '\0')
		strcpy(dir, SYSTEM_DIR);
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		snprintf(err, UNIXSOCK_ERR, "cannot make the directory %s: %s (set XDG_RUNTIME_DIR or %s)",
		    dir, strerror(errno), env);
	else
		place = xasprintf(NULL, "%s/%s", dir, name);
	return place;
}

/* True if `path` is free to be bound: absent, or a socket that nobody answers
 * on (which is removed). */
static bool
clear_path(const char *path, const struct sockaddr_un *sun, char *err)
{
	struct stat st;
	int fd, answer, why;

	if (lstat(path, &st) < 0) {
		if (errno == ENOENT)
			return true;
		snprintf(err, UNIXSOCK_ERR, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(err, UNIXSOCK_ERR, "%s exists and is not a socket", path);
		return false;
	}
	if ((fd = stream_socket()) < 0) {
		snprintf(err, UNIXSOCK_ERR, "socket: %s", strerror(errno));
		return false;
	}
	answer = connect(fd, (const struct sockaddr *)sun, sizeof *sun);
	why = errno;
	close(fd);
	if (answer == 0 || why == EAGAIN) {
		snprintf(err, UNIXSOCK_ERR, "%s: another server is listening there", path);
		return false;
	}
	if (why != ECONNREFUSED) {
		snprintf(err, UNIXSOCK_ERR, "%s: %s", path, strerror(why));
		return false;
	}
	if (unlink(path) < 0 && errno != ENOENT) {
		snprintf(err, UNIXSOCK_ERR, "cannot remove the dead socket %s: %s", path, strerror(errno));
		return false;
	}
	return true;
}

/* The mode comes from umask around bind(2): a chmod afterwards would leave a
 * moment in which everybody may connect. */
static int
bind_and_listen(const char *path, const struct sockaddr_un *sun, struct stat *born, char *err)
{
	mode_t mask = umask(0117);
	int fd = stream_socket();
	int rc = fd < 0 ? -1 : bind(fd, (const struct sockaddr *)sun, sizeof *sun);
	int why = errno;

	umask(mask);
	errno = why;
	if (rc == 0 && listen(fd, UNIXSOCK_BACKLOG) == 0 && lstat(path, born) == 0)
		return fd;
	snprintf(err, UNIXSOCK_ERR, "cannot listen on %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

int
unixsock_listen(const char *path, struct stat *born, char *err)
{
	struct sockaddr_un sun;
	char *copy;
	int dir, fd = -1;

	if (!address(path, &sun, err))
		return -1;
	copy = xstrdup(path);
	dir = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (dir < 0 || flock(dir, LOCK_EX) < 0)
		snprintf(err, UNIXSOCK_ERR, "cannot use the directory of %s: %s", path, strerror(errno));
	else if (clear_path(path, &sun, err))
		fd = bind_and_listen(path, &sun, born, err);
	if (dir >= 0)
		close(dir);
	return fd;
}

void
unixsock_remove(const char *path, const struct stat *born)
{
	struct stat st;

	if (lstat(path, &st) == 0 && st.st_dev == born->st_dev && st.st_ino == born->st_ino)
		unlink(path);
}

static int
connect_to(const char *path, char *err)
{
	struct sockaddr_un sun;
	int fd, why;

	if (!address(path, &sun, err))
		return -1;
	fd = stream_socket();
	if (fd >= 0 && connect(fd, (struct sockaddr *)&sun, sizeof sun) == 0)
		return fd;
	why = errno;
	snprintf(err, UNIXSOCK_ERR, "%s: %s", path, strerror(why));
	if (fd >= 0)
		close(fd);
	errno = why;
	return -1;
}

int
unixsock_connect(const char *option, const char *env, const char *name, char *err)
{
	const char *path = told(option, env);
	char place[PATH_ROOM];
	int fd = -1;

	if (path != NULL)
		return connect_to(path, err);
	user_path(place, name);
	if (place[0] != '\0')
		fd = connect_to(place, err);
	if (fd < 0) {
		snprintf(place, sizeof place, SYSTEM_DIR "/%s", name);
		fd = connect_to(place, err);
	}
	return fd;
}
