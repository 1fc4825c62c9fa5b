/* signals.h -- the signals of a process that stands where its command would
 * stand: it dies of none by itself, and reads from a descriptor what it gets.
 *
 * Dispositions stay as they were found, so a child needs nothing but its mask
 * back, and what was ignored (nohup(1)) is ignored in it too. */
#ifndef HEADWAY_SIGNALS_H
#define HEADWAY_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct signals {
	int fd;                /* signalfd(2): readable when there is one */
	sigset_t before;
	struct sigaction chld; /* as it was found */
};

/* From now on everything waits to be read but SIGKILL, SIGSTOP, SIGTTIN and
 * SIGTTOU, and what a fault of our own raises.  False: errno. */
bool signals_block(struct signals *s);

/* In a child: as they were found. */
void signals_restore(const struct signals *s);

/* The next one that has come: its number and who sent it (0: the kernel); 0: none. */
int signals_next(const struct signals *s, pid_t *sender);

/* Stops this process, or with `group` its whole process group, as the signal
 * does by default.  Returns when it goes on; at once if the kernel does not
 * stop it, because nobody could continue it (an orphaned group, setpgid(2)). */
void signals_stop(int sig, bool group);

/* Ends this process as the signal does by default, but without a core dump.
 * Returns only if the signal does not end a process. */
void signals_die_of(int sig);

#endif
