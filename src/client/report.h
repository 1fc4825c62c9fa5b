/* report.h -- a job's side of the publish socket.
 *
 * The job comes first.  Reporting never waits for the broker (but for the one
 * answer that report_end() is asked to wait for), never writes more than one
 * warning, and keeps no queue: what could not be sent is merged with what
 * comes later, so the broker gets the newest state when it can.  When it comes
 * back, it is told everything anew.  Not thread-safe. */
#ifndef HEADWAY_REPORT_H
#define HEADWAY_REPORT_H

#include <stdbool.h>

#define REPORT_ANSWER_MAX 1000 /* milliseconds that report_end() waits, in all */
#define REPORT_RETRY 1000      /* milliseconds between attempts to connect */

struct report;
struct update;

enum report_result {
	REPORT_TOLD,    /* the broker has it */
	REPORT_REFUSED, /* the broker said no; see report_refusal() */
	REPORT_UNHEARD, /* nobody answered */
};

/* `socket`: an option's value or NULL, see unixsock_connect(); kept.
 * `quiet`: no warning either. */
struct report *report_new(const char *socket, bool quiet);
void report_free(struct report *r); /* closes: what the connection holds is lost, unless it was ended */

/* Says `u` now, or as soon as it can be said with what comes later. */
void report_say(struct report *r, const struct update *u);

/* Says `u` and waits for the broker's answer. */
enum report_result report_end(struct report *r, const struct update *u);

/* Warns of the refusal, unless a warning has been given or it is to be quiet. */
void report_warn_refused(struct report *r);

const char *report_trouble(const struct report *r); /* why nobody has answered; "" if somebody has */
const char *report_refusal(const struct report *r); /* the broker's sentence, "" if it never said no */

#endif
