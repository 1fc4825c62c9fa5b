/* test_doctor_reading.c -- what comes from outside: sse.c, reading.c, target.c,
 * processes.c. */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor/processes.h"
#include "doctor/reading.h"
#include "doctor/sse.h"
#include "doctor/target.h"

static char heard[4 * EVENT_LINE_MAX];

static void
on_event(const struct sse_event *e, void *arg)
{
	char *end = heard + strlen(heard);

	(void)arg;
	end = stpcpy(stpcpy(stpcpy(stpcpy(end, "["), e->name), "|"), e->id);
	stpcpy(stpcpy(stpcpy(stpcpy(end, "|"), e->data), e->cut ? "|cut" : ""), "]");
}

static void
assert_events(const char *text, const char *expected)
{
	for (size_t piece = 1; piece <= strlen(text); piece++) {
		struct sse_reader r;

		heard[0] = '\0';
		sse_reader_init(&r, on_event, NULL);
		for (size_t at = 0; at < strlen(text); at += piece)
			sse_reader_feed(&r, text + at, strlen(text) - at < piece ? strlen(text) - at : piece);
		if (strcmp(heard, expected) != 0)
			fail_msg("\"%s\" in pieces of %zu: %s", text, piece, heard);
	}
}

static void
events_are_read_as_the_standard_says(void **state)
{
	(void)state;
	assert_events("retry: 2000\n: headway\n\nid: 1-2\ndata: {}\n\n", "[message|1-2|{}]");
	assert_events("event: task\ndata: a\ndata: b\n\n", "[task||a\nb]");
	assert_events("data\n\ndata\ndata\n\ndata:", "[message||][message||\n]");
	assert_events("data:test\n\ndata: test\n\n", "[message||test][message||test]");
	assert_events("id: 7\ndata: a\r\n\r\ndata: b\r\revent: x\n\ndata: c\n\n", "[message|7|a][message|7|b][message|7|c]");
	assert_events("data: a\r\ndata: b\r\n\r\n", "[message||a\nb]");
	assert_events("\xef\xbb\xbf" "data: a\n\n", "[message||a]");
	assert_events("data: no blank line follows\n", "");
	assert_events(":data: a\n\n", "");
}

static void
what_is_longer_than_its_room_is_cut_and_says_so(void **state)
{
	static char text[2 * EVENT_LINE_MAX];
	struct sse_reader r;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, "data: ", 6);
	memcpy(text + sizeof text - 13, "\n\ndata: b\n\n\0", 12);
	heard[0] = '\0';
	sse_reader_init(&r, on_event, NULL);
	sse_reader_feed(&r, text, sizeof text - 2);
	assert_string_equal(heard + strlen(heard) - strlen("[message||b]"), "[message||b]");
	assert_int_equal(r.len, 0);
}

static void
urls_of_the_page_and_of_its_routes_mean_the_same_mount(void **state)
{
	static const struct {
		const char *url, *mount, *path;
	} rows[] = {
		{ "http://localhost:3000/", "http://localhost:3000", "" },
		{ "http://localhost:3000", "http://localhost:3000", "" },
		{ "localhost/headway/", "http://localhost/headway", "/headway" },
		{ "https://h/headway", "https://h/headway", "/headway" },
		{ "https://h/headway/events/backup/db?since=1-2", "https://h/headway", "/headway" },
		{ "HTTP://h/a/b/index.html", "HTTP://h/a/b", "/a/b" },
		{ "http://h/a/healthz", "http://h/a", "/a" },
		{ "http://h/eventsfoo/", "http://h/eventsfoo", "/eventsfoo" },
		{ "http://h/xevents/a", "http://h/xevents/a", "/xevents/a" },
		{ "http://h?x", "http://h", "" },
		{ "http://[::1]:80/tasks#top", "http://[::1]:80", "" },
		{ "http://h//", "http://h", "" },
	};
	static char longest[2 * SEEN_MOUNT];
	char mount[SEEN_MOUNT];
	const char *path;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(target_mount(mount, &path, rows[i].url));
		assert_string_equal(mount, rows[i].mount);
		assert_string_equal(path, rows[i].path);
	}
	assert_false(target_mount(mount, &path, "ftp://h/"));
	assert_false(target_mount(mount, &path, "file:///etc"));
	assert_false(target_mount(mount, &path, ""));
	assert_false(target_mount(mount, &path, "https://eve:secret@h/"));
	assert_false(target_mount(mount, &path, "eve@h/"));
	assert_true(target_mount(mount, &path, "http://h/@eve/"));
	assert_false(target_mount(mount, &path, "http:///x"));
	assert_false(target_mount(mount, &path, "http://h/a b"));
	memset(longest, 'a', sizeof longest - 1);
	assert_false(target_mount(mount, &path, longest));
}

static void
bodies_are_read_or_left_alone(void **state)
{
	struct seen_health h = { .ours = false };
	double n;

	(void)state;
	reading_health(&h, "{\"status\":\"ok\",\"broker\":true,\"server\":\"lighttpd\"}\n");
	assert_true(h.ours && h.broker);
	assert_string_equal(h.server, "lighttpd");
	h = (struct seen_health){ .ours = false };
	reading_health(&h, "{\"status\":\"unavailable\",\"broker\":false,\"server\":\"a\\u001b[2Jb\"}");
	assert_true(h.ours && !h.broker);
	assert_string_equal(h.server, "a?[2Jb");
	h = (struct seen_health){ .ours = false };
	reading_health(&h, "{\"status\":null,\"broker\":null,\"server\":null}");
	assert_true(h.ours && !h.broker && h.server[0] == '\0');
	h = (struct seen_health){ .ours = false };
	reading_health(&h, "<html>");
	reading_health(&h, "{\"status\":\"up\"}");
	reading_health(&h, "");
	assert_false(h.ours);
	assert_true(reading_error("{\"error\":\"/x is none of /events\"}\n"));
	assert_false(reading_error("<html>{\"error\":1}"));
	assert_true(reading_tasks_life("{\"id\":\"48-7\",\"tasks\":[\n{\"mov") == 48);
	assert_true(reading_tasks_life("{\"id\":\"48\",\"tasks\"") == 0);
	assert_true(reading_tasks_life("{\"id\":\"999999999999999999999999999999999999999999999-1\"") == 0);
	assert_true(reading_tasks_life("") == 0);
	assert_true(reading_life("3-4") == 3 && reading_life("") == 0 && reading_life("3-") == 0);
	assert_true(reading_number("{\"now\":1700000000.25}", 21, "now", &n) && n == 1700000000.25);
	assert_true(reading_number("{\"moved\":3}", 11, "moved", &n) && n == 3);
	assert_false(reading_number("{\"moved\":\"3\"}", 13, "moved", &n));
	assert_false(reading_number("[3]", 3, "moved", &n));
}

/* A process that the kernel calls a responder, with this in its environment. */
static pid_t
pretend(const char *program, const char *variable)
{
	char *env[] = { (char *)variable, NULL }, c;
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	if ((pid = fork()) == 0) {
		execle(program, program, "60", (char *)NULL, env);
		_exit(127);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &c, 1), 0); /* it is executed */
	close(fds[0]);
	return pid;
}

static const char *
path_of(pid_t pid)
{
	static struct seen_process found[1024];
	size_t n = processes_find(found, COUNT(found));

	for (size_t i = 0; i < n; i++)
		if (found[i].pid == pid)
			return found[i].at.path;
	return NULL;
}

static void
a_path_of_another_process_is_taken_if_a_shell_takes_it_for_one(void **state)
{
	static const struct {
		const char *variable, *path;
	} rows[] = {
		{ "HEADWAY_SUBSCRIBE_SOCKET=/run/user/1/headway/a-b_c.sock", "/run/user/1/headway/a-b_c.sock" },
		{ "HEADWAY_SUBSCRIBE_SOCKET=/x\nrm -r y", "" },
		{ "HEADWAY_SUBSCRIBE_SOCKET=/x/$(id)", "" },
		{ "HEADWAY_SUBSCRIBE_SOCKET=/x;y", "" },
		{ "HEADWAY_SUBSCRIBE_SOCKET=subscribe.sock", "" },
		{ "HEADWAY_SUBSCRIBE_SOCKET=", "" },
		{ "OTHER=/x", "" },
	};
	char dir[] = "/tmp/test_doctor.XXXXXX", program[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(program, sizeof program, "%s/headway.fcgi", dir);
	assert_int_equal(symlink("/bin/sleep", program), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		pid_t pid = pretend(program, rows[i].variable);
		const char *path = path_of(pid);

		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		assert_non_null(path);
		assert_string_equal(path, rows[i].path);
	}
	unlink(program);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_read_as_the_standard_says),
		cmocka_unit_test(what_is_longer_than_its_room_is_cut_and_says_so),
		cmocka_unit_test(urls_of_the_page_and_of_its_routes_mean_the_same_mount),
		cmocka_unit_test(bodies_are_read_or_left_alone),
		cmocka_unit_test(a_path_of_another_process_is_taken_if_a_shell_takes_it_for_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
