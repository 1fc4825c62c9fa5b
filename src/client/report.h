/* report.h -- a job's side of the publish socket: one task, told of by one
 * process.
 *
 * The job comes first.  Reporting never waits for the broker (but for the one
 * answer that report_ask() is told to wait for), never writes more than one
 * warning, and keeps no queue: what could not be sent is merged with what
 * comes later, so the broker gets the newest state when it can.  When it comes
 * back, it is told everything anew.  Not thread-safe. */
#ifndef HEADWAY_REPORT_H
#define HEADWAY_REPORT_H

#include <stdbool.h>
#include <sys/types.h>

#define REPORT_ANSWER_MAX 1000 /* milliseconds that report_end() waits, in all */
#define REPORT_REFUSED_PAUSE 10000 /* milliseconds from a refusal to the next try */

struct report;
struct update;

enum report_result {
	REPORT_TOLD,    /* the broker has it */
	REPORT_REFUSED, /* the broker said no; see report_refusal() */
	REPORT_UNHEARD, /* nobody answered */
};

/* `socket`: an option's value or NULL, see unixsock_find().
 * `quiet`: no warning either. */
struct report *report_new(const char *socket, bool quiet);
void report_free(struct report *r); /* closes: what the connection holds is lost, unless it was ended */

/* From now on nothing is said on standard error, or it may be again: a job's
 * screen is no place for a warning. */
void report_set_quiet(struct report *r, bool quiet);

/* The descriptor (pidfd_open(2)) of the process whose pid updates name; it goes
 * to the broker with each line that has the pid.  Stays the caller's. */
void report_set_pidfd(struct report *r, int pidfd);

/* Says `u` now, or as soon as it can be said with what comes later. */
void report_say(struct report *r, const struct update *u);

/* Says `u`, which is an end or has ack set, and waits for the broker's answer,
 * `ms` milliseconds at most. */
enum report_result report_ask(struct report *r, const struct update *u, unsigned ms);
enum report_result report_end(struct report *r, const struct update *u); /* for REPORT_ANSWER_MAX */

/* Waits `ms` milliseconds at most until what was said has been sent, and
 * answered where an answer is due. */
enum report_result report_settle(struct report *r, unsigned ms);

/* For a program with a loop of its own: call report_serve() when report_fd() is
 * readable (or writable, if report_wants_write()), and when report_timeout()
 * milliseconds have passed; it reads, sends and connects again. */
void report_serve(struct report *r);
int report_fd(const struct report *r);            /* -1: not connected; it may be another one after each call */
bool report_wants_write(const struct report *r);
int report_timeout(const struct report *r);       /* -1: nothing to wait for */

/* The task's name, as the broker has it: a second holder gets another one. */
const char *report_name(const struct report *r);

/* Has somebody asked that the job be cancelled? */
bool report_cancelled(const struct report *r);

/* Warns of the refusal, unless a warning has been given or it is to be quiet. */
void report_warn_refused(struct report *r);

const char *report_trouble(const struct report *r); /* why nobody has answered; "" if somebody has */
const char *report_refusal(const struct report *r); /* the broker's sentence, "" if it never said no */

#endif
