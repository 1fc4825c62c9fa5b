/* job.c -- a program that reports by libheadway, word for word as it is told on
 * its standard input, a call a line:
 *
 *	open NAME | at SOCKET NAME | set MOVED TOTAL | add MOVED TOTAL | lap TOTAL
 *	title TEXT | unit TEXT | message TEXT | log TEXT | name
 *	end HOW [MILLISECONDS] | count FROM TO TOTAL | flood LINES | locale NAME
 *	close-all | fork | leave-child | system COMMAND
 *
 * Each is answered by a line when it has returned: what came of it, its word, and
 * "failed" if it did what it must not.  The end of the input is the program's. */
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/headway.h"

static struct headway *handle;

static const char *
name_of(int error)
{
	return error == 0 ? "-" : strerrorname_np(error);
}

static enum headway_how
how_of(const char *word)
{
	static const char *const words[] = { "", "done", "failed", "cancelled" };

	for (int i = 1; i <= 3; i++)
		if (strcmp(word, words[i]) == 0)
			return (enum headway_how)i;
	return (enum headway_how)9;
}

static void
end(const char *rest)
{
	char how[32] = "";
	unsigned ms = HEADWAY_WAIT;
	int n = sscanf(rest, "%31s %u", how, &ms);

	errno = 0;
	n = n == 2 ? headway_end_within(handle, how_of(how), ms) : headway_end(handle, how_of(how));
	printf("%d %s ", n, name_of(errno));
	if (errno != EINVAL)
		handle = NULL;
}

/* In a child all calls return, nothing is sent, and a handle of its own works. */
static void
child(void)
{
	struct headway *own;
	char name[HEADWAY_NAME_ROOM];

	headway_set(handle, 77, 77);
	headway_set(handle, 78, 99);
	headway_add(handle, 1, 1);
	headway_message(handle, "the child's");
	headway_log(handle, "the child's");
	printf("name %zu ", headway_name(handle, name, sizeof name));
	printf("end %d ", headway_end(handle, HEADWAY_FAILED));
	own = headway_open("child");
	headway_set(own, 1, 2);
	printf("own %d ", headway_end(own, HEADWAY_DONE));
	fflush(stdout);
	_exit(0);
}

/* All that it did not open itself, as some daemons do; then sockets of its own
 * get those numbers, and whatever comes through them is said. */
static void
close_all(void)
{
	int pair[8][2];
	char bytes[256];

	for (int fd = 3; fd < 64; fd++)
		close(fd);
	for (int i = 0; i < 8; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair[i]) < 0)
			abort();
	for (int i = 0; i < 20; i++) {
		headway_set(handle, i, 20);
		headway_message(handle, "step %d", i);
		usleep(20000);
	}
	for (int i = 0; i < 16; i++)
		if (read(pair[i / 2][i % 2], bytes, sizeof bytes) >= 0)
			printf("disturbed ");
	for (int i = 0; i < 16; i++)
		close(pair[i / 2][i % 2]);
}

static void
count(const char *rest)
{
	double from = 0, to = 0, total = 0;

	sscanf(rest, "%lf %lf %lf", &from, &to, &total);
	for (double n = from; n <= to; n++)
		headway_set(handle, n, total);
}

static void
flood(int lines)
{
	for (int i = 1; i <= lines; i++)
		headway_log(handle, "line %d", i);
}

/* A child that outlives us, for a minute at most. */
static void
leave_child(void)
{
	pid_t pid;

	if ((pid = fork()) == 0) {
		fclose(stdout);
		alarm(60);
		for (;;)
			pause();
	}
	printf("%d ", (int)pid);
}

static void
two(const char *rest, void (*call)(struct headway *, double, double))
{
	char *more;
	double moved = strtod(rest, &more);

	call(handle, moved, strtod(more, NULL));
}

static void
name(void)
{
	char name[HEADWAY_NAME_ROOM], cut[4];
	size_t len = headway_name(handle, name, sizeof name);

	printf("%zu %s %zu %s %zu ", len, name, headway_name(handle, cut, sizeof cut), cut,
	    headway_name(handle, NULL, 0));
}

static void
fork_child(void)
{
	fflush(stdout);
	if (fork() == 0)
		child();
	wait(NULL);
}

static void
open_at(char *socket, const char *name)
{
	errno = 0;
	handle = headway_open_at(socket, name[0] != '\0' ? name : NULL);
	printf("%s ", handle != NULL ? "a handle" : name_of(errno));
}

/* What returns nothing. */
static bool
say(const char *word, const char *rest)
{
	if (strcmp(word, "set") == 0)
		two(rest, headway_set);
	else if (strcmp(word, "add") == 0)
		two(rest, headway_add);
	else if (strcmp(word, "lap") == 0)
		headway_lap(handle, atof(rest));
	else if (strcmp(word, "title") == 0)
		headway_title(handle, rest);
	else if (strcmp(word, "unit") == 0)
		headway_unit(handle, rest);
	else if (strcmp(word, "message") == 0)
		headway_message(handle, "%s", rest);
	else if (strcmp(word, "log") == 0)
		headway_log(handle, "%s", rest);
	else if (strcmp(word, "count") == 0)
		count(rest);
	else if (strcmp(word, "flood") == 0)
		flood(atoi(rest));
	else
		return false;
	return true;
}

static void
act(const char *word, char *rest)
{
	bool good = true;

	errno = 4242; /* say() must leave it so */
	if (say(word, rest))
		good = errno == 4242;
	else if (strcmp(word, "open") == 0)
		open_at(NULL, rest);
	else if (strcmp(word, "at") == 0)
		open_at(strsep(&rest, " "), rest);
	else if (strcmp(word, "end") == 0)
		end(rest);
	else if (strcmp(word, "name") == 0)
		name();
	else if (strcmp(word, "locale") == 0)
		good = setlocale(LC_ALL, rest) != NULL;
	else if (strcmp(word, "close-all") == 0)
		close_all();
	else if (strcmp(word, "fork") == 0)
		fork_child();
	else if (strcmp(word, "leave-child") == 0)
		leave_child();
	else if (strcmp(word, "system") == 0)
		good = system(rest) == 0;
	else
		good = false;
	printf("%s%s\n", word, good ? "" : " failed");
	fflush(stdout);
}

int
main(void)
{
	static char line[100000];

	while (fgets(line, sizeof line, stdin) != NULL) {
		char *rest = line;
		const char *word;

		line[strcspn(line, "\n")] = '\0';
		word = strsep(&rest, " ");
		act(word, rest != NULL ? rest : line + strlen(line));
	}
	return 0;
}
