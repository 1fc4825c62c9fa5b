/* service.c -- see service.h.  Owns nothing: descriptors are the caller's, and
 * the manager's socket is opened for each of the two states there are. */
#include "base/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/log.h"

#define PID_MOST INT32_MAX
#define NOTIFY_WAIT 5 /* seconds for the manager to make room: it is busy while a machine boots, and a READY=1 that is lost is a start that fails */

/* ---- what is handed over ---- */

static void
forget_variables(void)
{
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	unsetenv("LISTEN_PIDFDID"); /* newer systemds say once more who is meant */
}

/* How many there are for us: 0 if nothing is said, or not to us. */
static bool
count(size_t *n, char *err)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	uint64_t number;

	*n = 0;
	if (pid == NULL || fds == NULL)
		return true;
	if (!decimal_parse(pid, strlen(pid), PID_MOST, &number) || number == 0) {
		snprintf(err, SERVICE_ERR, "LISTEN_PID is \"%s\", no process number", pid);
		return false;
	}
	if ((pid_t)number != getpid())
		return true;
	if (!decimal_parse(fds, strlen(fds), SERVICE_SOCKETS_MAX, &number)) {
		snprintf(err, SERVICE_ERR, "LISTEN_FDS is \"%s\": from 0 to %d sockets can be handed over",
		    fds, SERVICE_SOCKETS_MAX);
		return false;
	}
	*n = (size_t)number;
	return true;
}

/* Splits the names in place.  Without them each is "unknown", as in
 * sd_listen_fds_with_names(3). */
static bool
split(char *text, const char *found[SERVICE_SOCKETS_MAX], size_t n, char *err)
{
	size_t k = 0;

	for (char *name; text != NULL && (name = strsep(&text, ":")) != NULL; k++)
		if (k < n)
			found[k] = name;
	if (k == n)
		return true;
	snprintf(err, SERVICE_ERR, "LISTEN_FDNAMES has %zu names for %zu sockets", k, n);
	return false;
}

static bool
take(int fd, const char *name, const char *const names[], int fds[], size_t n, char *err)
{
	size_t i = 0, len = 0;

	while (i < n && strcmp(names[i], name) != 0)
		i++;
	if (i == n) {
		len = (size_t)snprintf(err, SERVICE_ERR, "the socket handed over as descriptor %d is named \"%.64s\"; wanted:",
		    fd, name);
		for (i = 0; i < n && len < SERVICE_ERR; i++)
			len += (size_t)snprintf(err + len, SERVICE_ERR - len, " %s", names[i]);
		if (len < SERVICE_ERR)
			snprintf(err + len, SERVICE_ERR - len, " (FileDescriptorName= of its unit)");
	} else if (fds[i] >= 0) {
		snprintf(err, SERVICE_ERR, "two sockets named \"%s\" are handed over: one is enough", name);
	} else if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		snprintf(err, SERVICE_ERR, "descriptor %d (\"%s\") is said to be handed over, but is not open", fd, name);
	} else {
		fds[i] = fd;
		return true;
	}
	return false;
}

static bool
take_all(char *text, const char *const names[], int fds[], size_t n, char *err)
{
	const char *found[SERVICE_SOCKETS_MAX];
	size_t handed;

	if (!count(&handed, err))
		return false;
	for (size_t k = 0; k < handed; k++)
		found[k] = "unknown";
	if (handed > 0 && text != NULL && !split(text, found, handed, err))
		return false;
	for (size_t k = 0; k < handed; k++)
		if (!take(SERVICE_FIRST + (int)k, found[k], names, fds, n, err))
			return false;
	return true;
}

bool
service_sockets(const char *const names[], int fds[], size_t n, char err[SERVICE_ERR])
{
	const char *text = getenv("LISTEN_FDNAMES");
	char *copy = text != NULL ? strdup(text) : NULL;
	bool ok;

	for (size_t i = 0; i < n; i++)
		fds[i] = -1;
	if (text != NULL && copy == NULL)
		fatalx("out of memory");
	ok = take_all(copy, names, fds, n, err);
	free(copy);
	forget_variables();
	return ok;
}

void
service_forget(void)
{
	forget_variables();
	unsetenv("NOTIFY_SOCKET");
}

/* ---- what is told ---- */

/* A path, or with an @ before it a name in the abstract namespace, unix(7).
 * 0: neither. */
static socklen_t
notify_address(const char *path, struct sockaddr_un *sun)
{
	size_t len = strlen(path);

	memset(sun, 0, sizeof *sun);
	sun->sun_family = AF_UNIX;
	if ((path[0] != '/' && path[0] != '@') || len < 2 || len >= sizeof sun->sun_path)
		return 0;
	memcpy(sun->sun_path, path, len);
	if (path[0] == '@')
		sun->sun_path[0] = '\0';
	/* an abstract name ends where its length says, a path with a zero */
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (path[0] == '/'));
}

void
service_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	const struct timeval wait = { NOTIFY_WAIT, 0 };
	struct sockaddr_un sun;
	socklen_t sun_len;
	int fd;

	if (path == NULL || path[0] == '\0')
		return;
	if ((sun_len = notify_address(path, &sun)) == 0) {
		log_warnx("NOTIFY_SOCKET is \"%s\", no Unix socket", path);
		return;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) < 0 ||
	    sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&sun, sun_len) < 0)
		log_warn("cannot tell %s to %s", state, path);
	if (fd >= 0)
		close(fd);
}
