/* test_holders.c -- real processes that publish, hold and die, on this kernel
 * and on older ones. */
#include "broker_fixture.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static const struct kernel old = { false, false, false, true };     /* Linux 5.3 to 6.4 */
static const struct kernel hidden = { false, false, false, false }; /* the same, and /proc cannot be read */
static const struct kernel *const kernels[] = { &kernel_here, &old, &hidden };
static bool can_explain; /* this kernel says how a process ended */

/* A child that connects, holds "a" and stays until it is killed. */
static pid_t
child_that_holds(void)
{
	pid_t pid = child();

	if (pid == 0) {
		say(connected(), "{\"task\":\"a\",\"hold\":true}");
		for (;;)
			pause();
	}
	await("a", " run ");
	return pid;
}

static void
end(pid_t pid, int sig)
{
	kill(pid, sig);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* ---- claims ---- */

static void
a_killed_holder_is_lost_at_once_on_any_kernel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		uint64_t took;

		start(kernels[i]);
		end(child_that_holds(), SIGKILL);
		took = await("a", "\"state\":\"lost\"");
		print_message("# lost after %.1f ms\n", (double)took / 1000);
		assert_true(took < SECOND);
		assert_int_equal(is("a", "\"signal\":\"KILL\""), can_explain && kernels[i]->exit_info);
		assert_int_equal(table_head(table), 2); /* in one word */
		stop();
	}
}

static void
who_has_not_been_waited_for_is_lost_at_once_and_explained_later(void **state)
{
	pid_t pid;

	(void)state;
	start(&kernel_here);
	pid = child_that_holds();
	kill(pid, SIGTERM);
	assert_true(await("a", "\"state\":\"lost\"") < SECOND);
	assert_false(is("a", "signal"));
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	if (can_explain)
		await("a", "\"signal\":\"TERM\"");
	stop();
}

static void
a_child_that_inherited_the_socket_keeps_nothing_alive(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		int leash[2];
		pid_t pid;

		assert_int_equal(pipe2(leash, O_CLOEXEC), 0);
		start(kernels[i]);
		if ((pid = child()) == 0) {
			int s = connected();
			char byte;

			close(leash[1]);
			if (fork() == 0)
				_exit(read(leash[0], &byte, 1) == 0 ? 0 : 1);
			say(s, "{\"task\":\"a\",\"hold\":true}");
			for (;;)
				pause();
		}
		await("a", " run ");
		end(pid, SIGKILL);
		if (kernels[i]->proc) {
			assert_true(await("a", "\"state\":\"lost\"") < SECOND);
		} else { /* who it was that connected cannot be known for certain */
			turn_for(SECOND / 10);
			assert_true(is("a", " run "));
		}
		close(leash[1]);
		close(leash[0]);
		await("a", "\"state\":\"lost\"");
		stop();
	}
}

static void
a_child_that_goes_on_sending_revives_the_run(void **state)
{
	int go[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	start(&kernel_here);
	if ((pid = child()) == 0) {
		int s = connected();
		char byte;

		close(go[1]);
		say(s, "{\"task\":\"a\",\"hold\":true}");
		if (read(go[0], &byte, 1) == 1 && fork() != 0)
			_exit(0); /* as a daemon does */
		if (read(go[0], &byte, 1) == 1)
			say(s, "{\"task\":\"a\",\"moved\":1}");
		if (read(go[0], &byte, 1) == 1)
			say(s, "{\"task\":\"a\",\"moved\":2,\"hold\":true}");
		_exit(read(go[0], &byte, 1) == 0 ? 0 : 1);
	}
	await("a", " run ");
	assert_int_equal(write(go[1], "x", 1), 1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	await("a", "\"state\":\"lost\"");
	assert_int_equal(write(go[1], "x", 1), 1);
	await("a", " run {\"moved\":1,");
	assert_false(is("a", "exit"));
	assert_int_equal(write(go[1], "x", 1), 1);
	await("a", " run {\"moved\":2,");
	turn_for(SECOND / 10); /* it hangs on the connection now, whoever has died */
	assert_true(is("a", " run "));
	assert_int_equal(table_newest(table, "a")->run, 1);
	close(go[1]);
	close(go[0]);
	await("a", "\"state\":\"lost\"");
	stop();
}

static void
a_connection_that_closes_is_lost_though_its_process_lives(void **state)
{
	pid_t pid;

	(void)state;
	start(&kernel_here);
	if ((pid = child()) == 0) {
		int s = connected();

		say(s, "{\"task\":\"a\",\"hold\":true}");
		close(s);
		for (;;)
			pause();
	}
	await("a", "\"state\":\"lost\"");
	assert_false(is("a", "exit"));
	assert_false(is("a", "signal"));
	end(pid, SIGKILL); /* soon after: this is how the process ended that held it */
	if (can_explain)
		await("a", "\"signal\":\"KILL\"");
	stop();
}

static void
a_process_holds_over_several_connections(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernels); i++) {
		pid_t job;
		int pidfd;
		char line[64];

		start(kernels[i]);
		if ((job = child()) == 0)
			for (;;)
				pause();
		pidfd = syscall(SYS_pidfd_open, job, 0);
		for (int n = 1; n <= 2; n++) { /* each a process of its own, as headway set is */
			pid_t pid = child();

			if (pid == 0) {
				snprintf(line, sizeof line, "{\"task\":\"a\",\"moved\":%d,\"pid\":%d}", n, (int)job);
				say_with(connected(), line, pidfd);
				_exit(0);
			}
			assert_int_equal(waitpid(pid, NULL, 0), pid);
			if (!kernels[i]->proc)
				break;
			snprintf(line, sizeof line, " run {\"moved\":%d,", n);
			await("a", line);
			turn_for(SECOND / 20);
		}
		close(pidfd);
		if (!kernels[i]->proc) { /* nobody could be known again, so nobody may hold like this */
			turn_for(SECOND / 20);
			assert_null(table_newest(table, "a"));
		}
		assert_null(table_newest(table, "a.2"));
		end(job, SIGKILL);
		if (kernels[i]->proc)
			assert_true(await("a", "\"state\":\"lost\"") < SECOND);
		stop();
	}
}

static void
nothing_is_kept_of_who_has_gone(void **state)
{
	int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t before;

	(void)state;
	start(&kernel_here);
	turn();
	before = descriptors();
	for (int i = 0; i < 30; i++) {
		pid_t pid = child();

		if (pid == 0) {
			int s = connected();
			char line[64];

			snprintf(line, sizeof line, "{\"task\":\"p\",\"pid\":%d}", (int)getpid());
			for (int n = 0; n < 6; n++)
				say_with(s, "{\"task\":\"x\"}", other); /* nobody asked for them */
			say_with(s, line, syscall(SYS_pidfd_open, getpid(), 0));
			say(s, "{\"task\":\"h\",\"hold\":true}");
			say(s, "{\"task\":\"h\",\"state\":\"done\"}");
			say(s, "{\"task\":\"g\",\"state\":\"running\",\"hold\":true}");
			_exit(0);
		}
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	for (uint64_t began = clock_mono(); descriptors() > before && clock_mono() - began < PATIENCE;)
		turn();
	assert_int_equal(descriptors(), before);
	stop();
	close(other);
}

static void
who_has_ended_his_run_is_watched_no_more(void **state)
{
	size_t before;
	int go[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	start(&kernel_here);
	if ((pid = child()) == 0) {
		int s = connected();
		char byte;

		say(s, "{\"task\":\"a\",\"hold\":true}");
		if (read(go[0], &byte, 1) == 1)
			say(s, "{\"task\":\"a\",\"state\":\"done\"}");
		for (;;)
			pause();
	}
	await("a", " run ");
	before = descriptors();
	assert_int_equal(write(go[1], "x", 1), 1);
	await("a", " end ");
	turn();
	assert_int_equal(descriptors(), before - 1);
	end(pid, SIGKILL);
	turn_for(SECOND / 20);
	assert_true(is("a", "done"));
	stop();
	close(go[0]);
	close(go[1]);
}

/* ---- the limit ---- */

/* Nothing else of libc: its memory is the test's. */
static int
paused(void *arg)
{
	(void)arg;
	return (int)syscall(SYS_pause);
}

/* Processes that share our memory are cheap enough to have thousands. */
static void
one_process_too_many_is_told_so(void **state)
{
	enum { STACK = 4096 };
	static pid_t pids[HOLDERS_MAX + 1];
	char *stacks = mmap(NULL, (size_t)STACK * COUNT(pids), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), err[UPDATE_ERR];
	size_t n, held = 0;

	(void)state;
	start(&kernel_here);
	for (n = 0; n < COUNT(pids); n++) {
		struct holder *h;
		int pidfd;
		struct source src = { .serial = 1 };
		struct update *u = update_new();
		char line[64];

		pids[n] = clone(paused, stacks + (n + 1) * STACK, CLONE_VM | SIGCHLD, NULL);
		pidfd = pids[n] > 0 ? (int)syscall(SYS_pidfd_open, pids[n], 0) : -1;
		if (pidfd < 0)
			break;
		h = holders_process(holders, pidfd, err);
		snprintf(line, sizeof line, "{\"task\":\"t%zu\"}", n);
		assert_true(update_read(u, line, strlen(line), err));
		held += h != NULL && runs_publish(runs, &src, h, u, (struct now){ 1, 1, 1 }, err) != NULL;
		holders_tidy(holders);
		update_free(u);
	}
	for (size_t i = 0; i < n; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	stop();
	munmap(stacks, (size_t)STACK * COUNT(pids));
	if (n < COUNT(pids))
		skip(); /* the machine allows fewer processes or descriptors */
	assert_int_equal(held, HOLDERS_MAX);
	assert_string_equal(err, "4096 processes hold tasks, the limit");
}

static int
look_at_kernel(void **state)
{
	pid_t pid = child();
	int pidfd;
	struct how how;

	(void)state;
	if (pid == 0)
		for (;;)
			pause();
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	end(pid, SIGKILL);
	can_explain = process_ended(&kernel_here, pidfd, &how) && how.known;
	close(pidfd);
	print_message("# this kernel %s how a process ended\n", can_explain ? "says" : "cannot say");
	acceptor_raise_limit();
	signal(SIGPIPE, SIG_IGN); /* as daemon.c does */
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_holder_is_lost_at_once_on_any_kernel),
		cmocka_unit_test(who_has_not_been_waited_for_is_lost_at_once_and_explained_later),
		cmocka_unit_test(a_child_that_inherited_the_socket_keeps_nothing_alive),
		cmocka_unit_test(a_child_that_goes_on_sending_revives_the_run),
		cmocka_unit_test(a_connection_that_closes_is_lost_though_its_process_lives),
		cmocka_unit_test(a_process_holds_over_several_connections),
		cmocka_unit_test(nothing_is_kept_of_who_has_gone),
		cmocka_unit_test(who_has_ended_his_run_is_watched_no_more),
		cmocka_unit_test(one_process_too_many_is_told_so),
	};

	return cmocka_run_group_tests_name("holders", tests, look_at_kernel, NULL);
}
