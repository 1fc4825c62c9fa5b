/* handle.h -- the inside of a handle: what the program says on one side, the
 * thread that sends it on the other.
 *
 * Each handle has a thread and a connection of its own.  That costs a sleeping
 * thread, whose stack is a few pages, but nothing is shared: no handle waits for
 * another one, and when the last has ended nothing of the library is left in
 * the process. */
#ifndef HEADWAY_HANDLE_H
#define HEADWAY_HANDLE_H

#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "client/link.h"
#include "lib/amount.h"
#include "lib/headway.h"
#include "lib/say.h"
#include "lib/tail.h"
#include "task/name.h"
#include "task/update.h"

/* Raw bytes that fill a text's limit in the protocol even if the last character
 * is cut: three more, and the NUL. */
#define TEXT_ROOM(max) ((max) + 4)

/* Texts that were said, or taken away, since they were last sent. */
enum { NEWS_TITLE = 1, NEWS_UNIT = 2, NEWS_MESSAGE = 4 };

/* How the end came out. */
enum outcome { OUTCOME_NONE, OUTCOME_TOLD, OUTCOME_REFUSED, OUTCOME_AWAY, OUTCOME_LATE };

struct headway {
	/* touched without a lock */
	struct amount amount;
	_Atomic bool asleep; /* the sender waits for a change; who clears this wakes it */
	_Atomic bool inert;  /* a child's copy */
	_Atomic int bell;    /* a timerfd, see sender.c; -1: lost */

	/* what the program has said */
	pthread_mutex_t lock;
	char title[TEXT_ROOM(UPDATE_TITLE_MAX)], unit[TEXT_ROOM(UPDATE_UNIT_MAX)];
	char message[TEXT_ROOM(UPDATE_MESSAGE_MAX)];
	unsigned news;
	bool lap;
	struct tail tail;
	char name[NAME_BYTES_MAX + 1];
	int how;           /* enum headway_how; 0: not ended yet */
	uint64_t deadline; /* with how, once: clock_mono() when the end is waited for no longer */

	/* the sender's own; `io` is held while it does anything but wait, so that
	 * fork(2) finds the descriptors as they are noted here */
	pthread_mutex_t io;
	pthread_t thread;
	locale_t locale;
	struct link link;
	uint64_t cookie;  /* of the connection, see sender.c */
	char line[SAY_ROOM];
	struct now began;
	double moved, total; /* as last sent */
	bool any;         /* they were */
	uint64_t sent_at, asleep_at; /* clock_mono() */
	int end;          /* `how`, as last looked at */
	bool fresh;       /* nothing was said on this connection yet */
	bool tried;       /* to connect, since the end */
	bool end_sent;
	enum outcome outcome;

	LIST_ENTRY(headway) next;
};

#endif
