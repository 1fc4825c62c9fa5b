/* judge_sockets.c -- see judge.h: can this user reach a broker, and if not, why. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor/judge.h"
#include "doctor/pair.h"

#define PUBLISH "publish socket"
#define SUBSCRIBE "subscribe socket"

/* ---- who may ---- */

static bool
in_group(const struct seen_process *p, gid_t gid)
{
	for (size_t i = 0; i < p->ngroups; i++)
		if (p->groups[i] == gid)
			return true;
	return false;
}

bool
judge_may_use(const struct seen_process *p, const struct seen_socket *s)
{
	if (p->uid == 0)
		return true;
	if (p->uid == s->uid)
		return (s->mode & S_IWUSR) != 0;
	return (s->mode & (in_group(p, s->gid) ? S_IWGRP : S_IWOTH)) != 0;
}

/* ---- what is wrong with one ---- */

/* The failure that says most: somebody is there but does not let us in, before
 * somebody was there, before nobody was. */
static const struct seen_socket *
telling(const struct seen_kind *k)
{
	static const int order[] = { EACCES, EPROTO, ETIMEDOUT, EAGAIN, ECONNREFUSED };

	for (size_t o = 0; o < sizeof order / sizeof order[0]; o++)
		for (size_t i = 0; i < k->tried; i++)
			if (k->at[i].error == order[o])
				return &k->at[i];
	return &k->at[0];
}

/* One that answers, but where clients do not look. */
static const struct seen_socket *
elsewhere(const struct seen_kind *k)
{
	for (size_t i = k->tried; i < k->count; i++)
		if (k->at[i].error == 0)
			return &k->at[i];
	return NULL;
}

static void
start_broker(struct finding *f, const struct seen_machine *m)
{
	if (m->systemd)
		finding_remedy(f, "In a terminal, as root",
		    "systemctl enable --now headwayd-publish.socket headwayd-subscribe.socket headwayd.service");
	else {
		finding_remedy(f, "In a terminal, for yourself, with a page of its own", "headway up");
		finding_remedy(f, "Or the broker alone, from your supervisor or a terminal", "headwayd");
	}
}

bool
judge_group_helps(struct finding *f, const struct seen_socket *at, const char *option)
{
	if ((at->mode & S_IWGRP) == 0) {
		finding_why(f, "%s is %s:%s with mode %04o: not even its group may use it.", at->path, at->owner, at->group,
		    (unsigned)at->mode);
		finding_remedy(f, "In a terminal, as root", "chmod 0660 %s", at->path);
		return false;
	}
	if (at->gid == 0) { /* to put anybody into that group would give him far more */
		finding_why(f, "%s is %s:%s with mode %04o: the broker was started by root, and given no group.", at->path,
		    at->owner, at->group, (unsigned)at->mode);
		finding_remedy(f, "The broker's command line", "headwayd %s", option);
		return false;
	}
	return true;
}

/* Others rely on it that nobody else gets in there. */
static bool
private(const char *dir)
{
	static const char *const places[] = { "/root", "/home", "/run/user" };

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
		if (strncmp(dir, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

static void
explain_directory(struct finding *f, const struct seen_socket *at, const struct seen_machine *m)
{
	char dir[UNIXSOCK_PATH_ROOM];
	const char *slash = strrchr(at->path, '/');

	snprintf(dir, sizeof dir, "%s", slash != NULL ? at->path : ".");
	if (slash != NULL)
		dir[at->closed > 0 ? at->closed : (size_t)(slash - at->path)] = '\0';
	finding_why(f, "The directory %s may not be entered by %s.%s", dir, m->user, private(dir) ? "  It is somebody's own, "
	    "and should stay so: a broker for several users has its sockets in /run/headway." : "");
	if (!private(dir))
		finding_remedy(f, "In a terminal, as root", "chmod a+x %s", dir);
}

static void
explain_rights(struct finding *f, const struct seen_socket *at, const struct seen_machine *m, const char *option)
{
	if (!at->exists)
		explain_directory(f, at, m);
	else if (judge_group_helps(f, at, option)) {
		finding_why(f, "It is %s:%s with mode %04o, and %s is not in the group %s.", at->owner, at->group,
		    (unsigned)at->mode, m->user, at->group);
		finding_remedy(f, "In a terminal, as root; it counts from the next login on", "usermod -aG %s %s", at->group,
		    m->user);
	}
}

/* Where to report to, for a shell and what it starts. */
static void
set_variable(struct finding *f, const char *variable, const char *path)
{
	finding_remedy(f, "In the shell, or in ~/.profile", "export %s=%s", variable, path);
}

static void
nobody_there(struct findings *all, const char *check, enum verdict verdict, const struct seen_socket *at,
    const struct seen_kind *k, const struct seen_machine *m)
{
	const char *or = k->tried > 1 ? ", nor " : "";
	struct finding *f;

	if (at->error == ECONNREFUSED)
		f = finding_add(all, check, verdict, "broker-dead", "nobody listens on %s any more: the broker has gone", at->path);
	else
		f = finding_add(all, check, verdict, "no-broker", "no broker: there is no %s%s%s", k->at[0].path, or,
		    k->tried > 1 ? k->at[1].path : "");
	start_broker(f, m);
}

/* True: the other socket has nothing to add. */
static bool
judge_failed(const struct seen *s, struct findings *all, const struct seen_kind *k, const char *check, bool publish)
{
	const struct seen_socket *at = telling(k), *other = elsewhere(k);
	const char *variable = publish ? "HEADWAY_PUBLISH_SOCKET" : "HEADWAY_SUBSCRIBE_SOCKET";
	bool remote = s->health.ours && !s->health.answer.here;
	enum verdict verdict = remote || (!publish && at->error == EACCES) ? VERDICT_NOTE : VERDICT_WRONG;
	struct finding *f;

	if (other != NULL) {
		f = finding_add(all, check, verdict, "wrong-path", "%s says %s, where no broker is; one answers at %s", variable,
		    k->at[0].path, other->path);
		set_variable(f, variable, other->path);
		return false;
	}
	if (at->error == EACCES) {
		f = finding_add(all, check, verdict, publish ? "rights" : "rights-subscribe", "%s may not use %s%s", s->machine.user,
		    at->path, publish ? "" : "; only headway watch and wait would need it");
		explain_rights(f, at, &s->machine, publish ? "--publish-group headway" : "--subscribe-group headway-read");
		return false;
	}
	if (at->error == ENOENT || at->error == ECONNREFUSED) {
		nobody_there(all, check, verdict, at, k, &s->machine);
		return true;
	}
	if (at->error == EPROTO || at->error == ETIMEDOUT)
		f = finding_add(all, check, verdict, "no-headway", "%s answers, but not as a broker does", at->path);
	else if (at->error == EAGAIN)
		f = finding_add(all, check, verdict, "broker-full", "%s has no room for one more connection", at->path);
	else {
		f = finding_add(all, check, verdict, "socket", "%s: %s", at->path, strerror(at->error));
		return false;
	}
	finding_why(f, "Process %d listens there.", (int)at->listener);
	return false;
}

/* The web shows a broker that this user's programs do not find: a responder that
 * runs here says where it is. */
static bool
found_by_responder(const struct seen *s, struct findings *all)
{
	const struct seen_machine *m = &s->machine;
	const struct seen_socket *shown = pair_of_life(m, s->web_life);
	struct finding *f;

	if (shown == NULL || strrchr(shown->path, '/') == NULL || !s->health.answer.here ||
	    telling(&m->publish)->error != ENOENT || elsewhere(&m->publish) != NULL)
		return false;
	f = finding_add(all, PUBLISH, VERDICT_WRONG, "wrong-path", "there is no %s, but the page's broker is at %s",
	    m->publish.at[0].path, shown->path);
	finding_why(f, "Jobs that are started here find no broker.");
	finding_remedy(f, "In the shell, or in ~/.profile", "export HEADWAY_PUBLISH_SOCKET=%.*s/publish.sock\n"
	    "export HEADWAY_SUBSCRIBE_SOCKET=%s", (int)(strrchr(shown->path, '/') - shown->path), shown->path, shown->path);
	return true;
}

void
judge_sockets(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_machine *m = &s->machine;

	(void)who;
	if (m->publish.chosen >= 0)
		finding_add(all, PUBLISH, VERDICT_OK, "publish", "a broker answers at %s", m->publish.at[m->publish.chosen].path);
	else if (found_by_responder(s, all) || judge_failed(s, all, &m->publish, PUBLISH, true))
		return;
	if (m->subscribe.chosen >= 0)
		finding_add(all, SUBSCRIBE, VERDICT_OK, "subscribe", "it answers at %s", m->subscribe.at[m->subscribe.chosen].path);
	else
		judge_failed(s, all, &m->subscribe, SUBSCRIBE, false);
}
