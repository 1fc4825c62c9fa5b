/* local.c -- see local.h: the sockets.
 * Owns no descriptor for longer than a look. */
#include "base/time64.h"

#include "doctor/local.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unixsock.h"
#include "doctor/line.h"
#include "doctor/processes.h"
#include "task/change.h"

#define GREETING_MAX 128 /* bytes: "headway 1 LIFE HORIZON" is far less */
#define BROKER "headwayd" /* the kernel's name of its process */
#define SYSTEM_DIR "/run/headway"
#define PROBE_NAME "headway-doctor" /* of one task, since a snapshot of all would be much */

/* ---- one socket ---- */

static size_t
first_closed(const char *path)
{
	char dir[UNIXSOCK_PATH_ROOM];

	for (size_t len = 1; path[0] != '\0' && path[len] != '\0'; len++)
		if (path[len] == '/') {
			snprintf(dir, sizeof dir, "%.*s", (int)len, path);
			if (access(dir, X_OK) < 0 && errno == EACCES)
				return len;
		}
	return 0;
}

static void
look_at_file(struct seen_socket *s)
{
	const struct passwd *owner;
	const struct group *group;
	struct stat st;

	if (stat(s->path, &st) < 0) {
		s->closed = first_closed(s->path);
		return;
	}
	s->exists = true;
	s->is_socket = S_ISSOCK(st.st_mode);
	s->mode = st.st_mode & 07777;
	s->uid = st.st_uid;
	s->gid = st.st_gid;
	owner = getpwuid(st.st_uid);
	group = getgrgid(st.st_gid);
	if (owner != NULL)
		snprintf(s->owner, sizeof s->owner, "%s", owner->pw_name);
	else
		snprintf(s->owner, sizeof s->owner, "%u", (unsigned)st.st_uid);
	if (group != NULL)
		snprintf(s->group, sizeof s->group, "%s", group->gr_name);
	else
		snprintf(s->group, sizeof s->group, "%u", (unsigned)st.st_gid);
}

/* The first line of the subscribe socket tells which table is behind it. */
static int
read_greeting(int fd, uint64_t *life)
{
	static const char request[] = "subscribe " PROBE_NAME "\n";
	char line[GREETING_MAX];
	uint64_t horizon;
	ssize_t len;

	if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
		return EPROTO;
	if ((len = line_read(fd, line, sizeof line, LOCAL_GREETING_MAX)) < 0)
		return errno;
	return greeting_read(line, (size_t)len, life, &horizon) == 1 ? 0 : EPROTO;
}

void
local_look_at(struct seen_socket *s, bool greets)
{
	struct ucred peer;
	socklen_t len = sizeof peer;
	int fd;

	look_at_file(s);
	fd = unixsock_connect(s->path, "", "", NULL);
	s->error = fd < 0 ? errno : 0;
	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
		s->listener = peer.pid;
	s->broker_listens = s->listener > 0 && processes_is(s->listener, BROKER);
	if (greets)
		s->error = read_greeting(fd, &s->life);
	close(fd);
}

/* ---- all of them ---- */

static bool
has(const struct seen_kind *k, const char *path)
{
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->at[i].path, path) == 0)
			return true;
	return false;
}

static void
add_places(struct seen_kind *k, const struct unixsock_places *p)
{
	for (size_t i = 0; i < sizeof p->path / sizeof p->path[0]; i++)
		if (p->path[i][0] != '\0' && k->count < SEEN_PLACES && !has(k, p->path[i]))
			memcpy(k->at[k->count++].path, p->path[i], UNIXSOCK_PATH_ROOM);
}

static void
look_at_kind(struct seen_kind *k, const char *option, const char *env, const char *name, bool greets)
{
	const char *value = getenv(env);
	struct unixsock_places p;

	k->told = option != NULL || (value != NULL && value[0] != '\0');
	unixsock_find(&p, option, env, name);
	add_places(k, &p);
	k->tried = k->count;
	unixsock_find(&p, NULL, "", name); /* no such variable: where they are by default */
	add_places(k, &p);
	k->chosen = -1;
	for (size_t i = 0; i < k->count; i++) {
		local_look_at(&k->at[i], greets);
		if (i < k->tried && k->at[i].error == 0 && k->chosen < 0)
			k->chosen = (int)i;
	}
}

static void
look_at_user(struct seen_machine *m)
{
	const struct passwd *pw = getpwuid(geteuid());

	m->root = geteuid() == 0;
	if (pw != NULL)
		snprintf(m->user, sizeof m->user, "%s", pw->pw_name);
	else
		snprintf(m->user, sizeof m->user, "%u", (unsigned)geteuid());
}

static bool
units_installed(void)
{
	static const char *const units[] = { "/etc/systemd/system/headwayd.service", "/lib/systemd/system/headwayd.service",
		"/usr/lib/systemd/system/headwayd.service", "/usr/local/lib/systemd/system/headwayd.service" };

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (access(units[i], F_OK) == 0)
			return access("/run/systemd/system", F_OK) == 0; /* sd_booted(3) */
	return false;
}

void
local_look(struct seen_machine *m, const char *publish, const char *subscribe)
{
	look_at_user(m);
	look_at_kind(&m->publish, publish, "HEADWAY_PUBLISH_SOCKET", "publish.sock", false);
	look_at_kind(&m->subscribe, subscribe, "HEADWAY_SUBSCRIBE_SOCKET", "subscribe.sock", true);
	snprintf(m->fcgi.path, sizeof m->fcgi.path, SYSTEM_DIR "/fcgi.sock");
	local_look_at(&m->fcgi, false);
	m->systemd = units_installed();
}
