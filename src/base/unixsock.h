/* unixsock.h -- Unix stream sockets: where they are, and how they are born.
 *
 * A path comes from an option, else from an environment variable, else it is
 * NAME in $XDG_RUNTIME_DIR/headway/ or in /run/headway/.  All descriptors are
 * close-on-exec and non-blocking.  Errors are returned as text (in `err`,
 * UNIXSOCK_ERR bytes), naming the path and what to do about it. */
#ifndef HEADWAY_UNIXSOCK_H
#define HEADWAY_UNIXSOCK_H

#include <stdbool.h>
#include <sys/types.h>

#define UNIXSOCK_ERR 512
#define UNIXSOCK_BACKLOG 1024
#define UNIXSOCK_OWN_GROUP ((gid_t)-1)
#define UNIXSOCK_PATH_ROOM 216 /* twice sun_path of unix(7): what is too long stays too long when it is cut */

/* Which file a path named, whatever it names later. */
struct unixsock_file {
	dev_t dev;
	ino_t ino;
};

/* The path on which a server should listen, malloc'd.  The default directory
 * is made (0755, or the runtime directory's 0700) if it is missing.  NULL and
 * `err` if it cannot be. */
char *unixsock_place(const char *option, const char *env, const char *name, char *err);

/* Binds and listens, mode 0660, for `group`, or with UNIXSOCK_OWN_GROUP for the
 * group of the process; before that nobody can connect.  A socket that nobody answers on is replaced;
 * a living one, or a file that is no socket, is an error.  Two servers born at
 * once cannot both win: the directory is flock(2)ed meanwhile.  Returns the
 * descriptor or -1; *born identifies the file for unixsock_remove(). */
int unixsock_listen(const char *path, gid_t group, struct unixsock_file *born, char *err);

/* Is `fd`, made by somebody else, a Unix stream socket that listens?  Else
 * `err` says what it is instead, as in "is a TCP socket". */
bool unixsock_handed(int fd, char *err);

/* The path that a socket is bound to, malloc'd: as text for people, so a name
 * in the abstract namespace (unix(7)) begins with an @. */
char *unixsock_path(int fd);

/* Removes the socket file, if it is still the one that was born. */
void unixsock_remove(const char *path, const struct unixsock_file *born);

/* Removes the socket that somebody else has left there, if nobody answers on
 * it.  What is no socket stays: connect(2) says ECONNREFUSED of any file. */
void unixsock_remove_dead(const char *path);

/* Where a client looks: the path it was told, by `option` or by `env`'s value,
 * or else the defaults, the user's first.  To be found once: a program that we
 * are a guest in may change its environment while another thread connects. */
struct unixsock_places {
	char path[2][UNIXSOCK_PATH_ROOM]; /* the second: "" if there is none */
};

void unixsock_find(struct unixsock_places *p, const char *option, const char *env, const char *name);

/* Connects as a client to the first place that answers.  Never waits: a full
 * backlog is EAGAIN.  Allocates nothing if `err` is NULL, which it may be here.
 * Returns the descriptor, or -1 with errno and `err`. */
int unixsock_reach(const struct unixsock_places *p, char *err);

/* Both at once. */
int unixsock_connect(const char *option, const char *env, const char *name, char *err);

#endif
