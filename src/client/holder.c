/* holder.c -- see holder.h. */
#include "client/holder.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "client/proc.h"
#include "task/update.h"

#define ENTRY_ROOM 32 /* bytes: "HEADWAY_PID=" and a number */

int
holder_of_pid(pid_t pid, struct holder *h)
{
	struct pollfd dead = { .fd = pidfd_open_process(pid), .events = POLLIN };

	if (dead.fd < 0 && errno == ENOSYS) {
		*h = (struct holder){ .pid = pid, .pidfd = -1 };
		return kill(pid, 0) == 0 || errno == EPERM ? 0 : ESRCH;
	}
	if (dead.fd < 0)
		return errno;
	if (poll(&dead, 1, 0) > 0) { /* nobody has waited for it yet */
		close(dead.fd);
		return ESRCH;
	}
	*h = (struct holder){ .pid = pid, .pidfd = dead.fd };
	return 0;
}

/* The pidfd comes first: what is then found in /proc is of that process, or it
 * has died and its run is lost in any case. */
struct holder
holder_of_environment(void)
{
	struct holder none = { .pidfd = -1 }, h;
	const char *value = getenv("HEADWAY_PID");
	char entry[ENTRY_ROOM];
	uint64_t pid;

	if (value == NULL || !decimal_parse(value, strlen(value), UPDATE_PID_MAX, &pid) || pid == 0 ||
	    holder_of_pid((pid_t)pid, &h) != 0)
		return none;
	snprintf(entry, sizeof entry, "HEADWAY_PID=%s", value);
	if (proc_has_environ((pid_t)pid, entry))
		return h;
	if (h.pidfd >= 0)
		close(h.pidfd);
	return none;
}
