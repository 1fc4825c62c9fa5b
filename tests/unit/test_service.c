/* The service manager's variables: what is handed over, what is a mistake, and
 * what is told to it. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/service.h"

static const char *const names[] = { "publish", "subscribe" };

#define SAY_PID ((const char *)-1) /* our own number */

static void
environment(const char *pid, const char *fds, const char *fdnames)
{
	char own[16];

	snprintf(own, sizeof own, "%d", (int)getpid());
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (pid != NULL)
		setenv("LISTEN_PID", pid == SAY_PID ? own : pid, 1);
	if (fds != NULL)
		setenv("LISTEN_FDS", fds, 1);
	if (fdnames != NULL)
		setenv("LISTEN_FDNAMES", fdnames, 1);
	setenv("LISTEN_PIDFDID", "1", 1);
}

/* Descriptors 3 to 5 are there, as they would be. */
static int
fill(void **state)
{
	(void)state;
	for (int fd = SERVICE_FIRST; fd < SERVICE_FIRST + 3; fd++)
		if (dup2(STDIN_FILENO, fd) != fd)
			return -1;
	return 0;
}

static void
nothing_is_handed_over_unless_it_is_said_to_this_process(void **state)
{
	static const struct { const char *pid, *fds; } none[] = {
		{ NULL, NULL }, { SAY_PID, NULL }, { NULL, "2" }, { "1", "2" }, { SAY_PID, "0" }, { "1", "nonsense" },
	};
	char err[SERVICE_ERR];
	int fds[2];

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		environment(none[i].pid, none[i].fds, "publish:subscribe");
		fds[0] = fds[1] = 99;
		assert_true(service_sockets(names, fds, 2, err));
		assert_int_equal(fds[0], -1);
		assert_int_equal(fds[1], -1);
	}
}

static void
sockets_are_told_apart_by_their_names_in_any_order_and_one_may_be_missing(void **state)
{
	char err[SERVICE_ERR];
	int fds[2];

	(void)state;
	environment(SAY_PID, "2", "subscribe:publish");
	assert_true(service_sockets(names, fds, 2, err));
	assert_int_equal(fds[0], 4);
	assert_int_equal(fds[1], 3);
	assert_true(fcntl(3, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(4, F_GETFD) & FD_CLOEXEC);
	environment(SAY_PID, "1", "subscribe");
	assert_true(service_sockets(names, fds, 2, err));
	assert_int_equal(fds[0], -1);
	assert_int_equal(fds[1], 3);
}

static void
the_variables_are_gone_afterwards_also_after_a_mistake(void **state)
{
	static const char *const pids[] = { SAY_PID, "1", "nonsense" };
	char err[SERVICE_ERR];
	int fds[2];

	(void)state;
	for (size_t i = 0; i < COUNT(pids); i++) {
		environment(pids[i], "1", "publish");
		service_sockets(names, fds, 2, err);
		assert_null(getenv("LISTEN_PID"));
		assert_null(getenv("LISTEN_FDS"));
		assert_null(getenv("LISTEN_FDNAMES"));
		assert_null(getenv("LISTEN_PIDFDID"));
	}
}

static void
each_mistake_is_an_error_that_names_it(void **state)
{
	static const struct { const char *pid, *fds, *fdnames, *said; } mistakes[] = {
		{ "", "1", "publish", "LISTEN_PID is \"\"" },
		{ "0", "1", "publish", "LISTEN_PID is \"0\"" },
		{ "-1", "1", "publish", "LISTEN_PID is \"-1\"" },
		{ "12x", "1", "publish", "LISTEN_PID is \"12x\"" },
		{ " 12", "1", "publish", "LISTEN_PID is \" 12\"" },
		{ "99999999999999999999", "1", "publish", "LISTEN_PID is" },
		{ SAY_PID, "", "publish", "LISTEN_FDS is \"\"" },
		{ SAY_PID, "-1", "publish", "LISTEN_FDS is \"-1\"" },
		{ SAY_PID, "1 ", "publish", "LISTEN_FDS is \"1 \"" },
		{ SAY_PID, "9", "publish", "from 0 to 8 sockets" },
		{ SAY_PID, "2147483647", "publish", "from 0 to 8 sockets" },
		{ SAY_PID, "2", "publish", "1 names for 2 sockets" },
		{ SAY_PID, "1", "publish:subscribe", "2 names for 1 sockets" },
		{ SAY_PID, "1", "", "named \"\"; wanted: publish subscribe (FileDescriptorName=" },
		{ SAY_PID, "1", NULL, "named \"unknown\"; wanted: publish subscribe" },
		{ SAY_PID, "1", "headwayd.socket", "descriptor 3 is named \"headwayd.socket\"" },
		{ SAY_PID, "2", "publish:stored", "descriptor 4 is named \"stored\"" },
		{ SAY_PID, "1", "Publish", "named \"Publish\"" },
		{ SAY_PID, "2", "publish:publish", "two sockets named \"publish\"" },
		{ SAY_PID, "2", "publish:subscribe:", "3 names for 2 sockets" },
	};
	char err[SERVICE_ERR];
	int fds[2];

	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		environment(mistakes[i].pid, mistakes[i].fds, mistakes[i].fdnames);
		err[0] = '\0';
		if (service_sockets(names, fds, 2, err) || strstr(err, mistakes[i].said) == NULL)
			fail_msg("%zu: \"%s\" is not said in \"%s\"", i, mistakes[i].said, err);
	}
}

static void
a_descriptor_that_is_said_to_be_there_and_is_not_is_an_error(void **state)
{
	char err[SERVICE_ERR];
	int fds[2];

	(void)state;
	close(4);
	environment(SAY_PID, "2", "publish:subscribe");
	assert_false(service_sockets(names, fds, 2, err));
	assert_non_null(strstr(err, "descriptor 4 (\"subscribe\")"));
}

static void
a_name_as_long_as_can_be_does_not_break_the_error(void **state)
{
	char err[SERVICE_ERR], name[4096];
	int fds[2];

	(void)state;
	memset(name, 'x', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	environment(SAY_PID, "1", name);
	assert_false(service_sockets(names, fds, 2, err));
	assert_non_null(strstr(err, "wanted: publish subscribe"));
}

/* A manager's socket at `name`, as in NOTIFY_SOCKET; the address has no
 * terminating zero if it is abstract. */
static int
manager(const char *name)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	memcpy(sun.sun_path, name, len);
	if (name[0] == '@')
		sun.sun_path[0] = '\0';
	unlink(name);
	assert_int_equal(bind(s, (struct sockaddr *)&sun,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'))), 0);
	return s;
}

static void
a_state_is_told_by_path_and_by_abstract_name(void **state)
{
	char dir[] = "/tmp/headway-unit.XXXXXX", name[64], told[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (int abstract = 0; abstract < 2; abstract++) {
		int s;

		snprintf(name, sizeof name, "%s%s/notify", abstract ? "@" : "", dir);
		s = manager(name);
		setenv("NOTIFY_SOCKET", name, 1);
		service_notify("READY=1");
		assert_int_equal(recv(s, told, sizeof told, 0), strlen("READY=1"));
		assert_memory_equal(told, "READY=1", strlen("READY=1"));
		close(s);
	}
	snprintf(name, sizeof name, "%s/notify", dir);
	unlink(name);
	rmdir(dir);
}

static void
nobody_to_tell_is_no_harm(void **state)
{
	static const char *const nobody[] = { "", "@", "/", "relative", "/nonexistent/notify", "vsock:2:1234" };
	char name[200];

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	service_notify("READY=1");
	for (size_t i = 0; i < COUNT(nobody); i++) {
		setenv("NOTIFY_SOCKET", nobody[i], 1);
		service_notify("READY=1");
	}
	memset(name, '/', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	service_notify("READY=1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_handed_over_unless_it_is_said_to_this_process, fill),
		cmocka_unit_test_setup(sockets_are_told_apart_by_their_names_in_any_order_and_one_may_be_missing, fill),
		cmocka_unit_test_setup(the_variables_are_gone_afterwards_also_after_a_mistake, fill),
		cmocka_unit_test_setup(each_mistake_is_an_error_that_names_it, fill),
		cmocka_unit_test_setup(a_descriptor_that_is_said_to_be_there_and_is_not_is_an_error, fill),
		cmocka_unit_test_setup(a_name_as_long_as_can_be_does_not_break_the_error, fill),
		cmocka_unit_test(a_state_is_told_by_path_and_by_abstract_name),
		cmocka_unit_test(nobody_to_tell_is_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
