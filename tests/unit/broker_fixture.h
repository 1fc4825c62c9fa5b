/* broker_fixture.h -- all of the broker from the publish socket to the table, as
 * on this kernel or on an older one, its loop run by the test; and children that
 * publish to it. */
#ifndef HEADWAY_BROKER_FIXTURE_H
#define HEADWAY_BROKER_FIXTURE_H

#include "unit.h"

#include <dirent.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/acceptor.h"
#include "base/clock.h"
#include "broker/holders.h"
#include "broker/peer.h"
#include "broker/publish.h"

#define SECOND UINT64_C(1000000)
#define PATIENCE (20 * SECOND) /* of a busy machine; what passes never takes so long */

static struct event_base *base;
static struct table *table;
static struct runs *runs;
static struct holders *holders;
static struct publish *publish;
static struct peers *peers;
static struct acceptor *acceptor;
static struct sockaddr_un place;
static socklen_t place_len;
static int listener;

static inline void
start(const struct kernel *k)
{
	base = event_base_new();
	table = table_new(1, run_forget);
	runs = runs_new(table, 100, 0);
	holders = holders_new(base, runs, k);
	publish = publish_new(runs, holders);
	peers = peers_new(base, publish, k);
	place = (struct sockaddr_un){ .sun_family = AF_UNIX };
	place_len = sizeof place;
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&place, sizeof place.sun_family), 0); /* autobind */
	assert_int_equal(listen(listener, 100), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&place, &place_len), 0);
	acceptor = acceptor_new(base, listener, false, peers_accept, peers);
}

static inline void
stop(void)
{
	acceptor_free(acceptor);
	close(listener);
	table_free(table);
	peers_free(peers);
	publish_free(publish);
	holders_free(holders);
	runs_free(runs);
	event_base_free(base);
}

static inline bool
is(const char *name, const char *text)
{
	struct entry *e = table_newest(table, name);

	return e != NULL && strstr(e->text.bytes, text) != NULL;
}

static inline void
turn(void)
{
	static const struct timeval tick = { 0, 500 };

	event_base_loopexit(base, &tick);
	event_base_dispatch(base);
}

/* Turns the loop until the newest record of `name` has `text`; how long it took. */
static inline uint64_t
await(const char *name, const char *text)
{
	uint64_t began = clock_mono();

	while (!is(name, text)) {
		if (clock_mono() - began > PATIENCE)
			fail_msg("%s is never %s", name, text);
		turn();
	}
	return clock_mono() - began;
}

static inline void
turn_for(uint64_t time)
{
	for (uint64_t began = clock_mono(); clock_mono() - began < time;)
		turn();
}

static inline size_t
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* ---- children ---- */

/* fork(2); it does not outlive the test. */
static inline pid_t
child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static inline int
connected(void)
{
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(s, (struct sockaddr *)&place, place_len) < 0)
		_exit(9);
	return s;
}

static inline void
say(int s, const char *line)
{
	if (send(s, line, strlen(line), MSG_NOSIGNAL) != (ssize_t)strlen(line) || send(s, "\n", 1, MSG_NOSIGNAL) != 1)
		_exit(9);
}

static inline void
say_with(int s, const char *line, int fd)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .room = { 0 } };
	char text[256];
	struct iovec iov = { text, (size_t)snprintf(text, sizeof text, "%s\n", line) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
		.msg_controllen = sizeof control };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	if (sendmsg(s, &msg, MSG_NOSIGNAL) != (ssize_t)iov.iov_len)
		_exit(9);
}

#endif
