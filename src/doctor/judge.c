/* judge.c -- see judge.h: the order, and the status. */
#include "doctor/judge.h"

#define STATUS_WRONG 1
#define STATUS_UNSURE 3

void
judge(const struct seen *s, struct findings *all)
{
	struct served who;

	servers_tell(&who, s);
	judge_sockets(s, &who, all);
	judge_web(s, &who, all);
	judge_brokers(s, &who, all);
	judge_stream(s, &who, all);
	judge_cors(s, &who, all);
}

int
judge_status(const struct findings *all)
{
	if (findings_count(all, VERDICT_WRONG) > 0)
		return STATUS_WRONG;
	return findings_count(all, VERDICT_UNSURE) > 0 ? STATUS_UNSURE : 0;
}
