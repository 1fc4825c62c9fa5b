/* swarm.c -- many threads with one handle of libheadway.
 *
 *	swarm pairs SECONDS	sets, each thread pairs of its own: total is 3 moved + 7
 *	swarm adds		4 threads, 250000 times 1 of 1, then the end
 *	swarm forks		all kinds of calls, while another thread forks 300 times
 *	swarm stalls SECONDS	sets in a loop, and says how long one took at most
 *
 * Prints what came out; the exit status is headway_end()'s. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/headway.h"

#define THREADS 4
#define ADDS 250000
#define FORKS 300
#define CHILD_PATIENCE 30 /* seconds until a child that hangs is killed by its alarm */

static struct headway *handle;
static _Atomic bool over;

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void *
set_pairs(void *arg)
{
	/* most keep their total for a while, so that both ways of headway_set() meet */
	for (unsigned n = *(unsigned *)arg; !over; n += THREADS)
		for (int i = 0; i < 50; i++)
			headway_set(handle, n % 100003, (n % 100003) * 3.0 + 7);
	return NULL;
}

static void *
add_ones(void *arg)
{
	(void)arg;
	for (int i = 0; i < ADDS; i++)
		headway_add(handle, 1, 1);
	return NULL;
}

static void *
do_anything(void *arg)
{
	for (unsigned n = *(unsigned *)arg; !over; n++) {
		char name[HEADWAY_NAME_ROOM];

		headway_set(handle, n % 1000, 1000 + n / 1000 % 2);
		headway_message(handle, "message %u", n);
		headway_log(handle, "line %u", n);
		headway_name(handle, name, sizeof name);
	}
	return NULL;
}

static void
start(pthread_t threads[THREADS], void *(*run)(void *))
{
	static unsigned numbers[THREADS];

	for (unsigned i = 0; i < THREADS; i++) {
		numbers[i] = i;
		if (pthread_create(&threads[i], NULL, run, &numbers[i]) != 0)
			abort();
	}
}

static void
join(pthread_t threads[THREADS])
{
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* AddressSanitizer (of gcc 12) leaves its allocator locked in a child of a
 * process whose threads allocate: one that does so too may hang there. */
#ifdef __SANITIZE_ADDRESS__
static const bool may_allocate = false;
#else
static const bool may_allocate = true;
#endif

/* A child does what a child may do after all: all calls, and a handle of its own. */
static void
child(int i)
{
	struct headway *own;

	alarm(CHILD_PATIENCE);
	headway_set(handle, 5, 6);
	headway_message(handle, "of a child");
	headway_log(handle, "of a child");
	headway_lap(handle, 8);
	headway_end(handle, HEADWAY_FAILED);
	if (may_allocate) {
		own = headway_open("grandchild");
		headway_set(own, i, FORKS);
		headway_end_within(own, HEADWAY_DONE, 5000);
	}
	_exit(0);
}

static int
fork_often(void)
{
	int bad = 0;

	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			child(i);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			bad++;
	}
	return bad;
}

static void
stall(double seconds)
{
	struct rusage before, after;
	double until = now() + seconds, longest = 0, calls = 0;

	getrusage(RUSAGE_THREAD, &before);
	for (double t = now(), u; t < until; t = u) {
		headway_set(handle, calls, 1e9);
		calls++;
		u = now();
		if (u - t > longest)
			longest = u - t;
	}
	getrusage(RUSAGE_THREAD, &after);
	printf("calls %.0f longest %.0f us, waited %ld times\n", calls, longest * 1e6,
	    after.ru_nvcsw - before.ru_nvcsw);
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";
	double seconds = argc > 2 ? atof(argv[2]) : 1;
	pthread_t threads[THREADS];

	handle = headway_open("swarm");
	if (handle == NULL)
		return 2;
	if (strcmp(what, "adds") == 0) {
		start(threads, add_ones);
		join(threads);
	} else if (strcmp(what, "pairs") == 0) {
		start(threads, set_pairs);
		usleep((useconds_t)(seconds * 1e6));
		over = true;
		join(threads);
	} else if (strcmp(what, "forks") == 0) {
		start(threads, do_anything);
		printf("bad children: %d%s\n", fork_often(), may_allocate ? "" : ", none with a handle");
		over = true;
		join(threads);
	} else if (strcmp(what, "stalls") == 0) {
		stall(seconds);
	}
	return headway_end(handle, HEADWAY_DONE) == 0 ? 0 : 1;
}
