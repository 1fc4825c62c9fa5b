/* signame.h -- what a signal is called, without SIG: "KILL", "RTMIN+1". */
#ifndef HEADWAY_SIGNAME_H
#define HEADWAY_SIGNAME_H

#define SIGNAME_MAX 16 /* bytes, with the NUL */

/* Static, or in `room`. */
const char *signame(int sig, char room[SIGNAME_MAX]);

#endif
