/* keeper.h -- the leader of the session that a command with a terminal of its
 * own runs in.
 *
 * The command cannot be the leader itself: the group of a session's leader
 * counts as orphaned, and the kernel would not stop it at ^Z (setpgid(2)).  So
 * a small process between us and the command keeps the session, the terminal's
 * foreground and the wait status, and goes only when we have gone. */
#ifndef HEADWAY_KEEPER_H
#define HEADWAY_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "client/terminal.h"

/* One message is one packet, both ways. */
enum keeper_word {
	KEEPER_STARTED,    /* value: the command's pid */
	KEEPER_STOPPED,    /* value: the signal */
	KEEPER_STOPPED_BEHIND, /* likewise, in the background of its terminal */
	KEEPER_ENDED,      /* value: the status of wait(2); the keeper has let the terminal go */
	KEEPER_SIGNAL,     /* to the keeper: value: a signal for the command alone */
	KEEPER_SIGNAL_GROUP, /* ... for its process group */
	KEEPER_FOREGROUND, /* ... its group may use the terminal, value: and go on */
	KEEPER_BACKGROUND, /* ... may not, value: likewise */
};

struct keeper_message {
	enum keeper_word word;
	int value;
};

bool keeper_say(int socket, enum keeper_word word, int value);
/* 1: *m is set; 0: nothing just now; -1: the other side is gone. */
int keeper_hear(int socket, struct keeper_message *m);

/* The keeper's whole life, in a child of ours; all signals are blocked.
 * `execute(arg)` runs in the command's process and does not return; it has
 * nothing to undo but the signal mask. */
struct keeper {
	int socket;                 /* to us */
	int slave;                  /* the new session's terminal */
	const struct terminal *ours; /* repaired if we die */
	bool foreground;            /* the command may use the terminal */
	void (*execute)(void *arg, int error) __attribute__((noreturn));
	void *arg;
};
void keeper_live(const struct keeper *k) __attribute__((noreturn));

#endif
