/* unixsock_impl.h -- what both sides of unixsock.h need, for unixsock.c and
 * unixsock_listen.c alone. */
#ifndef HEADWAY_UNIXSOCK_IMPL_H
#define HEADWAY_UNIXSOCK_IMPL_H

#include <stdbool.h>
#include <sys/un.h>

#include "base/unixsock.h"

#define UNIXSOCK_SYSTEM_DIR "/run/headway"

bool unixsock_address(const char *path, struct sockaddr_un *sun, char *err);
int unixsock_stream(void);

/* NAME in the user's directory, that directory if `name` is "", and "" if there
 * is none. */
void unixsock_user_path(char path[UNIXSOCK_PATH_ROOM], const char *name);

/* The option, or the variable's value if it is not empty; NULL: neither. */
const char *unixsock_told(const char *option, const char *env);

#endif
