/* unixsock_listen.c -- see unixsock.h: the server's side.  Owns no descriptor
 * after it has returned one. */
#include "base/time64.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/unixsock.h"
#include "base/unixsock_impl.h"

char *
unixsock_place(const char *option, const char *env, const char *name, char *err)
{
	const char *path = unixsock_told(option, env);
	char dir[UNIXSOCK_PATH_ROOM], *place = NULL;

	if (path != NULL)
		return xstrdup(path);
	unixsock_user_path(dir, "");
	if (dir[0] == '\0')
		strcpy(dir, UNIXSOCK_SYSTEM_DIR);
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
	if ((fd = unixsock_stream()) < 0) {
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

/* The group's members may use it, so they must be the right ones before anyone
 * can connect: that is, before listen(2). */
static bool
give_to(const char *path, gid_t group, char *err)
{
	if (group == UNIXSOCK_OWN_GROUP || lchown(path, (uid_t)-1, group) == 0)
		return true;
	snprintf(err, UNIXSOCK_ERR, "cannot give %s to group %u: %s%s", path, (unsigned)group, strerror(errno),
	    errno == EPERM ? " (only root, or a member of that group, can)" : "");
	unlink(path);
	return false;
}

/* The mode comes from umask around bind(2): a chmod afterwards would leave a
 * moment in which everybody may connect. */
static int
bind_and_listen(const char *path, const struct sockaddr_un *sun, gid_t group, struct unixsock_file *born, char *err)
{
	struct stat st;
	mode_t mask = umask(0117);
	int fd = unixsock_stream();
	int rc = fd < 0 ? -1 : bind(fd, (const struct sockaddr *)sun, sizeof *sun);
	int why = errno;

	umask(mask);
	errno = why;
	if (rc == 0 && !give_to(path, group, err)) {
		close(fd);
		return -1;
	}
	if (rc == 0 && listen(fd, UNIXSOCK_BACKLOG) == 0 && lstat(path, &st) == 0) {
		*born = (struct unixsock_file){ st.st_dev, st.st_ino };
		return fd;
	}
	snprintf(err, UNIXSOCK_ERR, "cannot listen on %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Who binds or removes a socket holds its directory, flock(2)ed: between bind(2)
 * and listen(2) a newborn looks dead.  -1: `err`. */
static int
hold_directory(const char *path, char *err)
{
	char *copy = xstrdup(path);
	int dir = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(copy);
	if (dir >= 0 && flock(dir, LOCK_EX) == 0)
		return dir;
	snprintf(err, UNIXSOCK_ERR, "cannot use the directory of %s: %s", path, strerror(errno));
	if (dir >= 0)
		close(dir);
	return -1;
}

int
unixsock_listen(const char *path, gid_t group, struct unixsock_file *born, char *err)
{
	struct sockaddr_un sun;
	int dir, fd = -1;

	if (!unixsock_address(path, &sun, err) || (dir = hold_directory(path, err)) < 0)
		return -1;
	if (clear_path(path, &sun, err))
		fd = bind_and_listen(path, &sun, group, born, err);
	close(dir);
	return fd;
}

void
unixsock_remove_dead(const char *path)
{
	struct sockaddr_un sun;
	char err[UNIXSOCK_ERR];
	int dir;

	if (!unixsock_address(path, &sun, err) || (dir = hold_directory(path, err)) < 0)
		return;
	clear_path(path, &sun, err);
	close(dir);
}

void
unixsock_remove(const char *path, const struct unixsock_file *born)
{
	struct stat st;

	if (lstat(path, &st) == 0 && st.st_dev == born->dev && st.st_ino == born->ino)
		unlink(path);
}

bool
unixsock_handed(int fd, char *err)
{
	struct sockaddr_storage sa = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(int), type_len = sizeof(int), sa_len = sizeof sa;
	int listening = 0, type = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) < 0 || !listening)
		snprintf(err, UNIXSOCK_ERR, "is no listening socket");
	else if (getsockname(fd, (struct sockaddr *)&sa, &sa_len) < 0 || sa.ss_family != AF_UNIX)
		snprintf(err, UNIXSOCK_ERR, "is a TCP socket");
	else if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) < 0 || type != SOCK_STREAM)
		snprintf(err, UNIXSOCK_ERR, "is no stream socket");
	else
		return true;
	return false;
}

char *
unixsock_path(int fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof sun;
	size_t room;

	if (getsockname(fd, (struct sockaddr *)&sun, &len) < 0 || len <= offsetof(struct sockaddr_un, sun_path))
		return xstrdup("a socket without a name");
	room = len - offsetof(struct sockaddr_un, sun_path);
	if (room > sizeof sun.sun_path)
		room = sizeof sun.sun_path;
	if (sun.sun_path[0] == '\0')
		return xasprintf(NULL, "@%.*s", (int)room - 1, sun.sun_path + 1);
	return xasprintf(NULL, "%.*s", (int)room, sun.sun_path);
}
