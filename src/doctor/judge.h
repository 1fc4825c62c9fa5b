/* judge.h -- from what was seen to what is told: pure, so each verdict is a row
 * of a table in a test.  Says what is wrong once, where it is: what merely
 * follows from it is not said again. */
#ifndef HEADWAY_DOCTOR_JUDGE_H
#define HEADWAY_DOCTOR_JUDGE_H

#include "doctor/finding.h"
#include "doctor/seen.h"
#include "doctor/servers.h"

#define JUDGE_DELAY_MAX 1.0  /* seconds from a job's line to the client: beyond, somebody collects */
#define JUDGE_SKEW_MAX 2.0   /* seconds between clocks that people notice */
#define JUDGE_ROTATED_MIN 60 /* seconds after which an orderly end may be meant (--max-stream) */
#define JUDGE_HEARTBEAT 15   /* seconds: the responder's default */

void judge(const struct seen *s, struct findings *all);

/* The parts, in their order. */
void judge_sockets(const struct seen *s, const struct served *who, struct findings *all);
void judge_web(const struct seen *s, const struct served *who, struct findings *all);
void judge_brokers(const struct seen *s, const struct served *who, struct findings *all);
void judge_stream(const struct seen *s, const struct served *who, struct findings *all);
void judge_cors(const struct seen *s, const struct served *who, struct findings *all);

/* What the program exits with: 0, 1 if something is wrong, 3 if something could
 * not be looked at. */
int judge_status(const struct findings *all);

/* Would a socket that is there let in one more member of its group?  If not, adds
 * why and the lines for it; `option` is the broker's, which gives it a group. */
bool judge_group_helps(struct finding *f, const struct seen_socket *at, const char *option);

/* May this process use the socket?  (As the modes say; root may.) */
bool judge_may_use(const struct seen_process *p, const struct seen_socket *s);

#endif
