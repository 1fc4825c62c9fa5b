/* judge_brokers.c -- see judge.h: is the broker that jobs report to the one that
 * the page shows, and does the responder reach it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doctor/judge.h"
#include "doctor/pair.h"

#define CHECK "one broker"
#define RESPONDER "responder"
#define GROUP_OPTION "--subscribe-group headway-read"

static int
directory(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (int)(slash - path) : 0;
}

/* ---- the responder's link ---- */

/* The subscribe socket that a responder ought to be at. */
static const struct seen_socket *
living(const struct seen_kind *k)
{
	if (k->chosen >= 0)
		return &k->at[k->chosen];
	for (size_t i = 0; i < k->count; i++)
		if (k->at[i].error == 0 || k->at[i].error == EACCES)
			return &k->at[i];
	return NULL;
}

static const struct seen_socket *
place_of(const struct seen_process *p, const struct seen_socket *at)
{
	return p->at.path[0] != '\0' ? &p->at : at;
}

/* A responder that cannot reach its broker, or one at `at` if it does not let us
 * see where it looks.  Others may run here for other pages: they do not count
 * while nothing is wrong with them, and less than one that looks at `at`. */
static const struct seen_process *
troubled(const struct seen_machine *m, const struct seen_socket *at)
{
	const struct seen_process *elsewhere = NULL;

	for (size_t i = 0; i < m->nresponders; i++) {
		const struct seen_process *p = &m->responders[i];
		const struct seen_socket *its = place_of(p, at);

		if (p->at.error == 0 && judge_may_use(p, its))
			continue;
		if (strcmp(its->path, at->path) == 0)
			return p;
		if (elsewhere == NULL)
			elsewhere = p;
	}
	return elsewhere;
}

static void
explain_rights(struct finding *f, const struct seen_process *p, const struct seen_socket *at)
{
	f->id = "responder-rights";
	if (!judge_group_helps(f, at, GROUP_OPTION))
		return;
	finding_why(f, "%s is %s:%s with mode %04o, and the responder (process %d) runs as %s, who is not in the group %s.",
	    at->path, at->owner, at->group, (unsigned)at->mode, (int)p->pid, p->user, at->group);
	finding_remedy(f, "In a terminal, as root; then restart the web server, or headway-fcgi", "usermod -aG %s %s",
	    at->group, p->user);
}

static void
explain_link(struct finding *f, const struct seen_process *p, const struct seen_socket *at, const struct served *who)
{
	const char *group = at->group[0] != '\0' ? at->group : "headway-read";
	const struct seen_socket *its = p != NULL ? place_of(p, at) : at;

	if (p != NULL && its->exists && !judge_may_use(p, its))
		explain_rights(f, p, its);
	else if (p != NULL && its != at) {
		f->id = "responder-path";
		finding_why(f, "The responder (process %d, %s) looks at %s, and a broker answers at %s.", (int)p->pid, p->user,
		    its->path, at->path);
		servers_subscribe(f, who, at->path);
	} else {
		finding_why(f, "A broker answers here at %s: the responder looks elsewhere, or its user is not in the group %s.",
		    at->path, group);
		if (!at->exists || judge_group_helps(f, at, GROUP_OPTION))
			finding_remedy(f, "In a terminal, as root; then restart the web server, or headway-fcgi",
			    "usermod -aG %s " WEB_USER, group);
		servers_subscribe(f, who, at->path);
	}
}

static void
judge_link(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_machine *m = &s->machine;
	const struct seen_socket *at = s->health.answer.here ? living(&m->subscribe) : NULL;
	struct finding *f;

	if (s->health.broker) {
		finding_add(all, RESPONDER, VERDICT_OK, "responder", "it answers, and reaches its broker");
		return;
	}
	f = finding_add(all, RESPONDER, VERDICT_WRONG, "responder-no-broker", "it answers, but does not reach a broker");
	if (at != NULL)
		explain_link(f, troubled(m, at), at, who);
	else
		finding_why(f, s->health.answer.here ? "There is none that it could reach; see above." :
		    "That is on the web server's machine: run headway doctor there.");
}

/* ---- two brokers ---- */

static void
stop_other(struct finding *f, const struct seen_socket *at)
{
	if (at->broker_listens)
		finding_remedy(f, "Or end the one that nobody wants", "kill %d   # the broker at %.*s", (int)at->listener,
		    directory(at->path), at->path);
}

static void
say_two(struct findings *all, const struct seen *s, const struct seen_socket *shown)
{
	const struct seen_machine *m = &s->machine;
	const struct seen_socket *mine = &m->publish.at[m->publish.chosen];
	struct finding *f = finding_add(all, CHECK, VERDICT_WRONG, "two-brokers",
	    "two brokers: jobs report to %.*s, the page shows %.*s", directory(mine->path), mine->path,
	    directory(shown->path), shown->path);

	finding_why(f, "What is reported at one of them is never seen at the other.");
	finding_remedy(f, "In the shell, or in ~/.profile", "export HEADWAY_PUBLISH_SOCKET=%.*s/publish.sock\n"
	    "export HEADWAY_SUBSCRIBE_SOCKET=%s", directory(shown->path), shown->path, shown->path);
	stop_other(f, mine);
}

static void
say_unseen(struct findings *all, const struct seen *s)
{
	const struct seen_machine *m = &s->machine;
	const char *mine = m->publish.at[m->publish.chosen].path;
	struct finding *f = finding_add(all, CHECK, VERDICT_WRONG, "two-brokers",
	    "two brokers: jobs report to %.*s, the page shows another one", directory(mine), mine);

	finding_why(f, "What is reported at one of them is never seen at the other.");
	finding_remedy(f, "In a terminal, as root: where the responders here look",
	    "for p in $(pgrep headway.fcgi); do tr '\\0' '\\n' < /proc/$p/environ | grep HEADWAY; done");
	stop_other(f, &m->publish.at[m->publish.chosen]);
}

/* A second one that has nothing to do with the page, but may get jobs. */
static void
judge_idle(const struct seen *s, struct findings *all, uint64_t life)
{
	const struct seen_kind *k = &s->machine.subscribe;

	for (size_t i = 0; i < k->count; i++)
		if (k->at[i].life != 0 && k->at[i].life != life) {
			struct finding *f = finding_add(all, CHECK, VERDICT_NOTE, "second-broker",
			    "the page shows the broker that jobs here report to; there is another one at %.*s", directory(k->at[i].path),
			    k->at[i].path);

			finding_why(f, "Jobs with another environment, of cron or of a service, may report there.");
			stop_other(f, &k->at[i]);
			return;
		}
	finding_add(all, CHECK, VERDICT_OK, "one-broker", "the page shows the broker that jobs here report to");
}

static void
judge_same(const struct seen *s, struct findings *all)
{
	uint64_t mine = pair_life(&s->machine), shown = s->web_life != 0 ? s->web_life : s->stream.life;
	const struct seen_socket *other = pair_of_life(&s->machine, shown);
	bool unseen = s->publishing.told && s->stream.sent > 0 && !s->stream.task;
	bool known = mine != 0 && shown != 0;

	if (s->machine.publish.chosen < 0)
		return; /* said already */
	if ((known && mine == shown) || s->stream.task)
		judge_idle(s, all, shown);
	else if (!known && !unseen)
		return;
	else if (other != NULL)
		say_two(all, s, other);
	else if (s->health.answer.here)
		say_unseen(all, s);
	else
		finding_add(all, CHECK, VERDICT_NOTE, "other-machine",
		    "the page shows the broker of another machine: jobs that report here are not on it");
}

void
judge_brokers(const struct seen *s, const struct served *who, struct findings *all)
{
	if (!s->health.ours)
		return;
	judge_link(s, who, all);
	if (s->health.broker)
		judge_same(s, all);
}
