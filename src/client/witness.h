/* witness.h -- was a signal sent to this process alone, or to its whole
 * process group?
 *
 * It matters because the command is in the same group: what was sent to the
 * group it has got already, and must not get twice (many programs give up at
 * once at the second SIGINT); what was sent to us alone must be passed on.  The
 * kernel does not tell the two apart.  So another process of the group, which
 * blocks every signal and does nothing, is looked at: what is pending there was
 * sent to the group. */
#ifndef HEADWAY_WITNESS_H
#define HEADWAY_WITNESS_H

#include <stdbool.h>
#include <sys/types.h>

struct witness {
	pid_t pid; /* -1: there is none, and nothing was sent to the group as far as we know */
};

/* Signals that came before are not seen. */
void witness_begin(struct witness *w);
void witness_end(struct witness *w);

/* Has the signal, which this process has got just now, come to the whole group?
 * Call it once for each signal. */
bool witness_saw(struct witness *w, int sig);

#endif
