/* tasknames.h -- the tasks that the broker knows, for somebody who waits at a
 * prompt: what has come within TASKNAMES_WAIT is what there is, and a broker
 * that is away or says nothing is no error.  The unnamed task is not among them:
 * there is nothing to type. */
#ifndef HEADWAY_TASKNAMES_H
#define HEADWAY_TASKNAMES_H

#define TASKNAMES_WAIT 300  /* milliseconds: a key was pressed, and nothing has happened yet */
#define TASKNAMES_MAX 1000  /* more than anybody reads; further ones are left out */

/* Calls `each` for every name once, in the order of strcmp(3); `says` is how it
 * stands.  `socket` is an option's value or NULL, see unixsock_connect(). */
void tasknames(const char *socket, void (*each)(const char *name, const char *says, void *arg), void *arg);

#endif
