/* test_process.c -- which process it is, whether it lives and how it ended:
 * process.c with real processes, as on this kernel and as on older ones. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/claim.h"
#include "broker/process.h"
#include "task/update.h"

static const struct kernel old = { false, false, false, true };      /* Linux 5.3 to 6.4 */
static const struct kernel hidden = { false, false, false, false };  /* the same, and /proc cannot be read */
static const struct kernel *const kernels[] = { &kernel_here, &old, &hidden };

/* A child that lives until SIGUSR1; then it exits with 7. */
struct child {
	pid_t pid;
	int pidfd;
};

static sigset_t usr1;

static int
block_usr1(void **state)
{
	(void)state;
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	return sigprocmask(SIG_BLOCK, &usr1, NULL);
}

static void
wait_to_end(void)
{
	int sig;

	alarm(60); /* should the test die */
	sigwait(&usr1, &sig);
	_exit(7);
}

static struct child
child_new(void)
{
	struct child c;

	if ((c.pid = fork()) == 0)
		wait_to_end();
	assert_true(c.pid > 0);
	c.pidfd = process_open(c.pid);
	assert_true(c.pidfd >= 0);
	return c;
}

/* It is dead then, and nobody has waited for it. */
static void
child_end(struct child *c)
{
	siginfo_t si;

	kill(c->pid, SIGUSR1);
	assert_int_equal(waitid(P_PIDFD, (id_t)c->pidfd, &si, WEXITED | WNOWAIT), 0);
}

static void
child_reap(struct child *c)
{
	assert_int_equal(waitpid(c->pid, NULL, 0), c->pid);
}

static void
a_process_is_known_again(void **state)
{
	struct child a = child_new(), b = child_new();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct process one = process_of(kernels[i], a.pidfd), two = process_of(kernels[i], b.pidfd);
		int again = process_open(a.pid);
		struct process same = process_of(kernels[i], again);

		assert_int_equal(one.pid, a.pid);
		assert_true(process_same(&one, &same));
		assert_false(process_same(&one, &two));
		close(again);
	}
	child_end(&a);
	child_end(&b);
	child_reap(&a);
	child_reap(&b);
	close(a.pidfd);
	close(b.pidfd);
}

static void
where_nothing_is_known_nobody_is_the_same(void **state)
{
	struct child a = child_new();
	struct process one = process_of(&hidden, a.pidfd);

	(void)state;
	assert_false(process_same(&one, &one));
	child_end(&a);
	child_reap(&a);
	close(a.pidfd);
}

static void
a_pid_without_a_start_time_is_nobody(void **state)
{
	struct process a = { 17, 0, 0 }, b = { 17, 0, 3 }, c = { 17, 5, 3 }, d = { 17, 6, 3 };

	(void)state;
	assert_false(process_same(&a, &a));
	assert_false(process_same(&a, &b));
	assert_true(process_same(&b, &b));
	assert_false(process_same(&c, &d)); /* the inode decides */
}

static void
it_is_dead_as_soon_as_it_is(void **state)
{
	struct child a = child_new();

	(void)state;
	assert_false(process_dead(a.pidfd));
	child_end(&a);
	assert_true(process_dead(a.pidfd));
	child_reap(&a);
	assert_true(process_dead(a.pidfd));
	close(a.pidfd);
}

static void
how_it_ended_is_known_once_it_was_waited_for(void **state)
{
	struct child a = child_new(), b = child_new();
	struct how how;

	(void)state;
	child_end(&a);
	assert_false(process_ended(&old, a.pidfd, &how)); /* it never will say */
	if (!process_ended(&kernel_here, a.pidfd, &how)) {
		print_message("# this kernel cannot say how a process ended\n");
	} else {
		assert_false(how.known);
		child_reap(&a);
		assert_true(process_ended(&kernel_here, a.pidfd, &how));
		if (how.known)
			assert_int_equal(how.status, 7 << 8);
		kill(b.pid, SIGKILL);
		child_reap(&b);
		assert_true(process_ended(&kernel_here, b.pidfd, &how));
		if (how.known)
			assert_int_equal(WTERMSIG(how.status), SIGKILL);
	}
	kill(b.pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	close(a.pidfd);
	close(b.pidfd);
}

static void
a_pidfd_has_the_number_of_its_process(void **state)
{
	struct child a = child_new();

	(void)state;
	assert_int_equal(process_numbered(&kernel_here, a.pidfd, a.pid), NUMBERED_YES);
	assert_int_equal(process_numbered(&kernel_here, a.pidfd, a.pid + 1), NUMBERED_NO);
	assert_int_equal(process_numbered(&hidden, a.pidfd, a.pid), NUMBERED_UNSEEN);
	child_end(&a);
	child_reap(&a);
	assert_int_equal(process_numbered(&kernel_here, a.pidfd, a.pid), NUMBERED_UNSEEN);
	close(a.pidfd);
}

static void
what_is_no_pidfd_is_none(void **state)
{
	int null = open("/dev/null", O_RDONLY), proc = open("/proc/self", O_RDONLY), self = process_open(getpid()),
	    init = process_open(1);

	(void)state;
	assert_false(process_is_pidfd(null));
	assert_false(process_is_pidfd(proc));
	assert_true(process_is_pidfd(self));
	assert_true(process_is_pidfd(init));
	close(null);
	close(proc);
	close(self);
	close(init);
}

/* ---- who has connected ---- */

/* A child connects, and holds the connection until it ends. */
static struct child
child_that_connects(int *accepted)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof sun;
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct child c;

	assert_int_equal(bind(listener, (struct sockaddr *)&sun, sizeof sun.sun_family), 0); /* autobind */
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&sun, &len), 0);
	if ((c.pid = fork()) == 0) {
		int s = socket(AF_UNIX, SOCK_STREAM, 0);

		if (connect(s, (struct sockaddr *)&sun, len) < 0)
			_exit(9);
		wait_to_end();
	}
	*accepted = accept(listener, NULL, NULL);
	c.pidfd = process_open(c.pid);
	close(listener);
	return c;
}

static void
the_caller_is_the_process_that_connected(void **state)
{
	int s;
	struct child c = child_that_connects(&s);

	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		const struct kernel *k = kernels[i];
		struct caller who = process_caller(k, s);
		struct process it = process_of(k, c.pidfd);
		int pidfd = process_open_caller(k, s, &who.process);

		assert_int_equal(who.process.pid, c.pid);
		assert_int_equal(who.uid, getuid());
		assert_int_equal(who.near, k->proc);
		assert_int_equal(process_same(&who.process, &it), k->proc);
		assert_int_equal(pidfd >= 0, k->proc); /* else it might be the next one with this pid */
		if (pidfd >= 0)
			close(pidfd);
	}
	child_end(&c);
	child_reap(&c);
	for (size_t i = 1; i < COUNT(kernels); i++) {
		struct caller who = process_caller(kernels[i], s);

		assert_int_equal(process_open_caller(kernels[i], s, &who.process), -1);
		assert_false(who.near);
	}
	close(s);
	close(c.pidfd);
}

/* ---- which one is meant ---- */

static char err[UPDATE_ERR];

static int
claim(const struct kernel *k, pid_t pid, bool near, struct handed *handed)
{
	struct caller who = { .near = near };
	struct handed none = { 0 };

	err[0] = '\0';
	return claim_process(k, pid, &who, handed != NULL ? handed : &none, err);
}

static void
a_pid_without_a_pidfd_is_believed_of_who_counts_as_we_do(void **state)
{
	struct child a = child_new();
	char why[128];
	int fd = claim(&kernel_here, a.pid, true, NULL);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(claim(&kernel_here, a.pid, false, NULL), -1);
	snprintf(why, sizeof why, "\"pid\" %d is not known to mean the same here: hand over a pidfd (SCM_RIGHTS)", (int)a.pid);
	assert_string_equal(err, why);
	child_end(&a);
	assert_int_equal(claim(&kernel_here, a.pid, true, NULL), -1);
	assert_string_equal(err, "\"pid\" names no living process");
	child_reap(&a);
	assert_int_equal(claim(&kernel_here, a.pid, true, NULL), -1);
	assert_string_equal(err, "\"pid\" names no living process");
	close(a.pidfd);
}

static void
a_pidfd_speaks_for_itself(void **state)
{
	struct child a = child_new();

	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		struct handed handed = { 0 };

		handed_add(&handed, dup(a.pidfd));
		close(claim(kernels[i], a.pid, false, &handed));
		assert_string_equal(err, "");
		assert_int_equal(handed.count, 0);
	}
	child_end(&a);
	child_reap(&a);
	close(a.pidfd);
}

static void
a_descriptor_that_does_not_fit_is_named_and_closed(void **state)
{
	struct child a = child_new(), b = child_new();
	struct handed handed = { 0 };
	char why[128];
	int spare;

	(void)state;
	handed_add(&handed, spare = open("/dev/null", O_RDONLY | O_CLOEXEC));
	assert_int_equal(claim(&kernel_here, a.pid, true, &handed), -1);
	snprintf(why, sizeof why, "the descriptor handed over for \"pid\" %d is no pidfd", (int)a.pid);
	assert_string_equal(err, why);
	assert_int_equal(fcntl(spare, F_GETFD), -1);

	handed_add(&handed, dup(b.pidfd));
	assert_int_equal(claim(&kernel_here, a.pid, true, &handed), -1);
	snprintf(why, sizeof why, "the pidfd handed over is not that of \"pid\" %d", (int)a.pid);
	assert_string_equal(err, why);

	handed_add(&handed, dup(b.pidfd)); /* of a line that was refused */
	handed_add(&handed, dup(a.pidfd));
	handed_add(&handed, dup(b.pidfd));
	close(claim(&kernel_here, a.pid, false, &handed));
	assert_int_equal(handed.count, 1);

	child_end(&b);
	child_reap(&b);
	assert_int_equal(claim(&kernel_here, b.pid, true, &handed), -1);
	assert_string_equal(err, "\"pid\" names no living process");
	assert_int_equal(handed.count, 0);
	child_end(&a);
	child_reap(&a);
	close(a.pidfd);
	close(b.pidfd);
}

static void
of_too_many_descriptors_the_newest_are_kept(void **state)
{
	struct handed handed = { 0 };
	int fds[HANDED_MAX + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(fds); i++)
		handed_add(&handed, fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC));
	assert_int_equal(handed.count, HANDED_MAX);
	assert_int_equal(handed.fd[HANDED_MAX - 1], fds[COUNT(fds) - 1]);
	handed_close(&handed);
	assert_int_equal(handed_take(&handed), -1);
	for (size_t i = 0; i < COUNT(fds); i++)
		assert_int_equal(fcntl(fds[i], F_GETFD), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_is_known_again),
		cmocka_unit_test(where_nothing_is_known_nobody_is_the_same),
		cmocka_unit_test(a_pid_without_a_start_time_is_nobody),
		cmocka_unit_test(it_is_dead_as_soon_as_it_is),
		cmocka_unit_test(how_it_ended_is_known_once_it_was_waited_for),
		cmocka_unit_test(a_pidfd_has_the_number_of_its_process),
		cmocka_unit_test(what_is_no_pidfd_is_none),
		cmocka_unit_test(the_caller_is_the_process_that_connected),
		cmocka_unit_test(a_pid_without_a_pidfd_is_believed_of_who_counts_as_we_do),
		cmocka_unit_test(a_pidfd_speaks_for_itself),
		cmocka_unit_test(a_descriptor_that_does_not_fit_is_named_and_closed),
		cmocka_unit_test(of_too_many_descriptors_the_newest_are_kept),
	};

	return cmocka_run_group_tests_name("process", tests, block_usr1, NULL);
}
