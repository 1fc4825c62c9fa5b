/* passage.h -- the bytes between the command and what is around it: its outputs
 * to ours, and the keys of our terminal to its.
 *
 * Nothing here waits, and nothing is lost: see relay.h.  Our terminal is raw
 * only while keys are passed on. */
#ifndef HEADWAY_PASSAGE_H
#define HEADWAY_PASSAGE_H

#include <poll.h>
#include <stdbool.h>

#include "client/teller.h"
#include "client/wiring.h"

#define PASSAGE_POLLS (2 + 2 * WIRING_OUTPUTS)

struct passage;

/* Both are the caller's and must outlive it; the sources of the wiring become
 * the passage's.  No key is passed on yet. */
struct passage *passage_open(struct wiring *w, struct teller *t);

/* Says what to wait for, and does what can be done, in a loop; after
 * passage_timeout() milliseconds (-1: never) in any case. */
void passage_poll(const struct passage *p, struct pollfd polls[PASSAGE_POLLS]);
int passage_timeout(const struct passage *p);
void passage_serve(struct passage *p, const struct pollfd polls[PASSAGE_POLLS]);

/* What the command has printed goes out, as far as that goes without waiting. */
void passage_drain(struct passage *p);

/* The keys are the command's, from now on, or the terminal is left to others.
 * Only a process in the foreground may take them. */
void passage_take_keys(struct passage *p);
void passage_leave_keys(struct passage *p);
void passage_forget_keys(struct passage *p); /* somebody else has had the terminal meanwhile */
bool passage_has_keys(const struct passage *p);
bool passage_could_have_keys(const struct passage *p); /* the terminal is not gone */

/* The command has ended: takes in what it has printed, so that the teller has
 * heard it. */
void passage_finish(struct passage *p);
/* The end has been told: what still comes is passed on, and not listened to. */
void passage_deafen(struct passage *p);
bool passage_pending(const struct passage *p); /* something of that is still to be written */
void passage_give_up(struct passage *p);       /* ... and never will be */

/* errno of a write that lost output, and which one; 0: none. */
int passage_lost(const struct passage *p, const char **to);

/* Frees it, and puts our terminal back.  If the command's children can still
 * print, a process stays that passes it on; `also` is a descriptor that stays
 * open in it, or -1. */
void passage_close(struct passage *p, int also);

#endif
