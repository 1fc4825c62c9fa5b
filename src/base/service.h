/* service.h -- what a service manager says to a daemon, and the daemon to it:
 * the protocols of sd_listen_fds(3) and sd_notify(3), which are small and
 * promised to stay as they are.  systemd speaks them, and so do others.
 *
 * The manager listens before the daemon runs, and goes on listening while it
 * is restarted: nobody who connects meanwhile is refused.  Such a socket is
 * the manager's: it has made the file, with its owner, group and mode, and
 * removes it.
 *
 * LISTEN_PID is the process that is meant; LISTEN_FDS is how many descriptors
 * it gets, from number 3 on; LISTEN_FDNAMES are their names, in that order,
 * with colons between them.  NOTIFY_SOCKET is a datagram socket for states. */
#ifndef HEADWAY_SERVICE_H
#define HEADWAY_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#define SERVICE_FIRST 3       /* SD_LISTEN_FDS_START */
#define SERVICE_SOCKETS_MAX 8 /* handed over at once; more is a mistake in a unit, and an error */
#define SERVICE_ERR 512       /* bytes of an error's text */

/* Finds the listening sockets called names[i], n of them, among those handed
 * over: fds[i] is the descriptor, close-on-exec from now on, or -1.  False and
 * `err` if the variables make no sense, or something was handed over that is
 * not wanted: it would be a door that nobody opens.  Variables meant for
 * another process count as none.  Removes them from the environment in any
 * case.  What the descriptors are is not looked at: see unixsock_handed(). */
bool service_sockets(const char *const names[], int fds[], size_t n, char err[SERVICE_ERR]);

/* For a child that is no service of its manager's: nothing that was said to us
 * is in the environment any more. */
void service_forget(void);

/* Tells the manager a state, "READY=1" or "STOPPING=1"; nothing if there is
 * none that wants to know.  Waits a few seconds at most; a failure is a warning
 * in the log. */
void service_notify(const char *state);

#endif
