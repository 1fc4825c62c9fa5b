/* status.h -- what a script is told of a job that has ended: an exit status.
 *
 * 0 means `done` and nothing else.  124 and 125 mean what they mean of
 * timeout(1); 126 and 127, which shells and env(1) say of commands that cannot
 * be run, only ever come from the job itself. */
#ifndef HEADWAY_STATUS_H
#define HEADWAY_STATUS_H

struct view;

enum status {
	STATUS_LOST = 121,      /* its holder is gone: nobody knows how it ended */
	STATUS_CANCELLED = 122, /* and no exit status or signal is known */
	STATUS_UNKNOWN = 123,   /* there is no such task, or no record of its end any more */
	STATUS_TIMEOUT = 124,   /* it has not ended in time */
	STATUS_AWAY = 125,      /* the broker cannot be reached */
	STATUS_SIGNAL = 128,    /* plus the number of the signal */
};

/* Of a run that has ended: `done` its exit status or 0; `failed` and
 * `cancelled` its exit status, or 128 and its signal's number, or 1 and
 * STATUS_CANCELLED; STATUS_LOST.  Never 0 unless it is done. */
int status_of(const struct view *v);

#endif
