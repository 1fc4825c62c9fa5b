/* signame.c -- see signame.h.  Pure. */
#include "base/signame.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* sigabbrev_np(3) knows the standard ones only. */
const char *
signame(int sig, char room[SIGNAME_MAX])
{
	const char *name = sigabbrev_np(sig);

	if (name != NULL)
		return name;
	snprintf(room, SIGNAME_MAX, "RTMIN%+d", sig - SIGRTMIN);
	return room;
}
