/* What /proc says of processes, asked about ourselves and our children. */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/holder.h"
#include "client/proc.h"
#include "client/witness.h"

static pid_t
child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	assert_true(pid > 0);
	return pid;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
a_process_is_found_with_its_parent_whatever_its_name(void **state)
{
	struct proc p, again;
	pid_t pid;

	(void)state;
	prctl(PR_SET_NAME, "a) b (c 1 2");
	pid = child();
	assert_true(proc_look(pid, &p));
	assert_int_equal(p.parent, getpid());
	assert_int_equal(p.session, getsid(0));
	assert_true(p.start > 0);
	assert_true(proc_look(pid, &again) && again.start == p.start);
	end(pid);
	assert_false(proc_look(pid, &p));
}

static void
a_pidfd_is_of_exactly_that_process(void **state)
{
	struct proc p;
	pid_t pid = child();
	int fd;

	(void)state;
	assert_true(proc_look(pid, &p));
	fd = proc_open(&p);
	assert_true(fd >= 0);
	close(fd);
	p.start--; /* as if the pid had been somebody else's before */
	assert_int_equal(proc_open(&p), -1);
	assert_int_equal(errno, ESRCH);
	end(pid);
}

static void
the_environment_is_that_of_the_execution(void **state)
{
	int ready[2];
	pid_t pid;
	char byte;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ready[1], 1);
		setenv("HEADWAY_TEST", "some value", 1);
		/* no exec after the echo: within one, /proc shows no environment at all */
		execlp("sh", "sh", "-c", "echo; kill -STOP $$", (char *)NULL);
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_true(proc_has_environ(pid, "HEADWAY_TEST=some value"));
	assert_false(proc_has_environ(pid, "HEADWAY_TEST=some"));
	assert_false(proc_has_environ(pid, "EADWAY_TEST=some value"));
	end(pid);
	assert_false(proc_has_environ(pid, "HEADWAY_TEST=some value"));
	close(ready[0]);
}

static void
a_holder_lives_and_is_what_the_environment_says(void **state)
{
	struct holder h;
	pid_t pid = child();
	char text[16];

	(void)state;
	assert_int_equal(holder_of_pid(pid, &h), 0);
	assert_int_equal(h.pid, pid);
	close(h.pidfd);
	/* alive, but not started with it: another pid namespace's number, or given away again */
	snprintf(text, sizeof text, "%d", (int)pid);
	setenv("HEADWAY_PID", text, 1);
	assert_int_equal(holder_of_environment().pid, 0);
	for (size_t i = 0; i < 4; i++) {
		setenv("HEADWAY_PID", (const char *const[]){ "", "0", "-1", "99999999999" }[i], 1);
		assert_int_equal(holder_of_environment().pid, 0);
	}
	unsetenv("HEADWAY_PID");
	assert_int_equal(holder_of_environment().pid, 0);
	kill(pid, SIGKILL);
	siginfo_t info;
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	assert_int_equal(holder_of_pid(pid, &h), ESRCH); /* dead, though nobody has waited for it */
	end(pid);
	assert_int_equal(holder_of_pid(pid, &h), ESRCH);
}

static void
the_witness_tells_what_was_sent_to_the_group_from_what_was_sent_to_one(void **state)
{
	struct witness w;
	sigset_t set;

	(void)state;
	assert_int_equal(setpgid(0, 0), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	witness_begin(&w);
	for (int round = 0; round < 20; round++) {
		kill(0, SIGTERM);
		assert_true(witness_saw(&w, SIGTERM));
		assert_false(witness_saw(&w, SIGTERM)); /* once each */
		kill(getpid(), SIGTERM);
		assert_false(witness_saw(&w, SIGTERM));
		kill(0, SIGUSR1);
		assert_false(witness_saw(&w, SIGTERM));
		assert_true(witness_saw(&w, SIGUSR1));
	}
	witness_end(&w);
	assert_false(witness_saw(&w, SIGTERM));
	witness_end(&w);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* none of it is left */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_is_found_with_its_parent_whatever_its_name),
		cmocka_unit_test(a_pidfd_is_of_exactly_that_process),
		cmocka_unit_test(the_environment_is_that_of_the_execution),
		cmocka_unit_test(a_holder_lives_and_is_what_the_environment_says),
		cmocka_unit_test(the_witness_tells_what_was_sent_to_the_group_from_what_was_sent_to_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
