/* process.h -- who is at the other end of a Unix socket, by the kernel's word. */
#ifndef HEADWAY_PROCESS_H
#define HEADWAY_PROCESS_H

#include "broker/runs.h"

/* SO_PEERCRED (unix(7)) and the start time of /proc/PID/stat (proc(5), field
 * 22).  pid 0 if either is not to be had: another pid namespace, hidepid, or
 * the process is gone. */
struct process process_of_peer(int fd);

#endif
