/* test_request.c -- what a browser asks for: request.c.  Paths as the web
 * servers cut them, queries, cursors, origins. */
#include "unit.h"

#include "responder/request.h"

static struct request r;
static struct request_config config;

static int
setup(void **state)
{
	(void)state;
	memset(&config, 0, sizeof config);
	return 0;
}

static void
get(const char *script_name, const char *path_info, const char *query)
{
	const struct cgi cgi = { .method = "GET", .script_name = script_name, .path_info = path_info, .query = query };

	request_read(&r, &config, &cgi);
}

static void
assert_path(const char *script_name, const char *path_info, enum route route, const char *name)
{
	get(script_name, path_info, NULL);
	if (r.status != 0)
		fail_msg("%s + %s: %d %s", script_name, path_info != NULL ? path_info : "", r.status, r.error);
	assert_int_equal(r.route, route);
	assert_string_equal(r.name, name);
}

static void
assert_status(int status, const char *path, const char *query, const char *said)
{
	get(path, NULL, query);
	if (r.status != status || strstr(r.error, said) == NULL)
		fail_msg("%s?%s: %d \"%s\"", path, query != NULL ? query : "", r.status, r.error);
}

static void
paths_are_understood_however_servers_cut_them(void **state)
{
	(void)state;
	assert_path("/events", "/a", ROUTE_EVENTS, "a");          /* lighttpd, SetHandler, ScriptAlias */
	assert_path("/events/a", NULL, ROUTE_EVENTS, "a");        /* ProxyPass, nginx */
	assert_path("/events/a", "", ROUTE_EVENTS, "a");
	assert_path("", "/events/a", ROUTE_EVENTS, "a");
	assert_path(NULL, "/events", ROUTE_EVENTS, "");
	assert_path("/fcgid", "/events/a", ROUTE_EVENTS, "a");    /* mod_fcgid under an Alias */
	assert_path("/headway/events", "/copy", ROUTE_EVENTS, "copy");
	assert_path("/cgi-bin/headway.fcgi", "/tasks/a/b", ROUTE_TASKS, "a/b");
	assert_path("/deep/er/mount/events", "/a/b/c", ROUTE_EVENTS, "a/b/c");
	assert_path("//events", "/a", ROUTE_EVENTS, "a");
	assert_path("/tasks", NULL, ROUTE_TASKS, "");
	assert_path("/healthz", NULL, ROUTE_HEALTH, "");
}

static void
the_first_route_in_a_path_begins_it(void **state)
{
	(void)state;
	assert_path("/events/events", NULL, ROUTE_EVENTS, "events");
	assert_path("/events/tasks/healthz", NULL, ROUTE_EVENTS, "tasks/healthz");
	assert_path("/tasks/events", NULL, ROUTE_TASKS, "events");
}

static void
a_base_says_where_the_route_begins(void **state)
{
	(void)state;
	config.base = "/tasks";
	assert_path("/tasks/events/a", NULL, ROUTE_EVENTS, "a");
	assert_path("/tasks", "/tasks", ROUTE_TASKS, "");
	assert_status(404, "/events", NULL, "/events is none of");
	assert_status(404, "/tasks", NULL, "is none of");
	assert_status(404, "/tasks/x/events", NULL, "is none of");
	assert_status(404, "/tasksevents", NULL, "is none of");
	assert_status(404, "/tasks/x", NULL, "is none of");
	config.base = "/mnt/";
	assert_path("/mnt/events", NULL, ROUTE_EVENTS, "");
	config.base = "/";
	assert_path("/events", NULL, ROUTE_EVENTS, "");
	assert_status(404, "/mnt/events", NULL, "is none of");
	config.base = "";
	assert_path("/tasks", NULL, ROUTE_TASKS, "");
	assert_status(404, "/mnt/events", NULL, "is none of");
}

static void
what_is_no_route_is_not_found(void **state)
{
	static const char *const paths[] = { "", "/", "/eventsfoo", "/event", "/Events", "/eventsfoo/events2", "events",
		"/events%2fa", "/healthzz", "/index.html", "/events?a" };

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++)
		assert_status(404, paths[i], NULL, "is none of /events, /tasks and /healthz");
	assert_status(404, "/healthz/a", NULL, "nothing lies below /healthz");
	assert_status(404, "/healthz/", NULL, "nothing lies below /healthz");
	get(NULL, NULL, NULL);
	assert_int_equal(r.status, 404);
}

static void
a_bad_name_is_not_found_and_why_is_said(void **state)
{
	(void)state;
	assert_status(404, "/events/", NULL, "the task name \"\" is empty");
	assert_status(404, "/events/a/", NULL, "\"a/\" has an empty segment");
	assert_status(404, "/events/..", NULL, "\"..\" has a segment . or ..");
	assert_status(404, "/tasks/a/../b", NULL, "has a segment . or ..");
	assert_status(404, "/events/.", NULL, "has a segment . or ..");
	assert_status(404, "/events/*", NULL, "has a character");
	assert_status(404, "/events/a\rX: y", NULL, "\"a?X: y\" has a character");
	assert_status(404, "/events/1/2/3/4/5/6/7/8/9", NULL, "more than 8 segments");
}

static void
the_longest_name_fits_and_no_path_is_too_long_to_answer(void **state)
{
	char path[4096] = "/events/";

	(void)state;
	memset(path + 8, 'n', sizeof path - 9);
	for (int i = 58; i < 4000; i += 50)
		path[i] = '/';
	path[8 + NAME_BYTES_MAX] = '\0';
	path[8 + NAME_BYTES_MAX - 1] = 'n';
	assert_path(path, NULL, ROUTE_EVENTS, path + 8);
	path[8 + NAME_BYTES_MAX] = 'n';
	assert_status(404, path, NULL, "the path is longer than");
	path[1000] = '\0';
	assert_status(404, path, NULL, "is longer than 200 bytes");
	assert_true(strlen(r.error) < REQUEST_ERR - 1);
}

static void
three_methods_are_allowed(void **state)
{
	static const struct {
		const char *name;
		int status;
	} methods[] = { { "GET", 0 }, { "HEAD", 0 }, { "OPTIONS", 0 }, { "POST", 405 }, { "get", 405 }, { "", 405 },
		{ "DELETE", 405 }, { "GETX", 405 }, { NULL, 405 } };

	(void)state;
	for (size_t i = 0; i < COUNT(methods); i++) {
		struct cgi cgi = { .method = methods[i].name, .script_name = "/events", .query = "rate=bad" };

		if (methods[i].status == 0 && strcmp(methods[i].name, "OPTIONS") != 0)
			cgi.query = NULL;
		request_read(&r, &config, &cgi);
		assert_int_equal(r.status, methods[i].status);
		if (methods[i].status == 0)
			assert_int_equal(r.method, (enum method)i);
	}
	assert_status(404, "/nowhere", NULL, "");
}

static void
what_is_not_asked_for_has_its_default(void **state)
{
	(void)state;
	get("/events", NULL, NULL);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.cursor, CURSOR_NONE);
	assert_int_equal(r.period, 50000);
	assert_false(r.until_end);
	assert_string_equal(r.origin, "");
	assert_false(r.varies);
}

static void
all_parameters_are_read_in_any_order(void **state)
{
	(void)state;
	get("/events", "/a", "rate=4&until=end&since=77-5");
	assert_int_equal(r.status, 0);
	assert_int_equal(r.period, 250000);
	assert_true(r.until_end);
	assert_int_equal(r.cursor, CURSOR_ID);
	assert_true(r.since.life == 77 && r.since.seq == 5);
	get("/events", NULL, "&&since=1-2&=&&until=end&");
	assert_true(r.status == 0 && r.until_end && r.since.seq == 2);
}

static void
rates_are_from_a_tenth_to_twenty(void **state)
{
	static const char *const good[] = { "0.1", "20", "20.0", "1", "0.5", "3.3333", "%31", "5." };
	static const uint32_t periods[] = { 10000000, 50000, 50000, 1000000, 2000000, 300003, 1000000, 200000 };
	static const char *const bad[] = { "", "0", "0.09", "20.01", "21", "-1", "+1", "1e1", "0x5", "abc", "1 ", " 1", "1,5",
		"1.2.3", "inf", "nan", ".5", "1%00", "999999999999999999999999999999" };
	char query[64];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		snprintf(query, sizeof query, "rate=%s", good[i]);
		get("/events", NULL, query);
		assert_int_equal(r.status, 0);
		assert_int_equal(r.period, periods[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(query, sizeof query, "rate=%s", bad[i]);
		assert_status(400, "/events", query, "rate= must be a number from 0.1 to 20");
	}
}

static void
malformed_parameters_are_bad_requests(void **state)
{
	static const char *const sinces[] = { "since", "since=", "since=1", "since=1-", "since=01-2", "since=1-2-3",
		"since=1-9223372036854775808", "since=1-2%20", "since=1%2", "since=%zz1-2", "since=1-2%", "since=1-2%0",
		"since=1-2%00", "since=1+2", "since=1-2;rate=1" };
	static const char *const untils[] = { "until", "until=", "until=END", "until=ends", "until=end=", "until=en" };

	(void)state;
	for (size_t i = 0; i < COUNT(sinces); i++)
		assert_status(400, "/events", sinces[i], "since= must be the id of an event");
	for (size_t i = 0; i < COUNT(untils); i++)
		assert_status(400, "/events", untils[i], "until= must be end");
	assert_status(400, "/tasks", "format=svg", "format= must be");
}

static void
log_is_a_whole_number_of_lines(void **state)
{
	static const struct {
		const char *query;
		unsigned lines;
	} good[] = { { "", 0 }, { "log=1", 1 }, { "log=200", 200 }, { "rate=1&log=%32%30", 20 } };
	static const char *const bad[] = { "log", "log=", "log=0", "log=201", "log=00", "log=01", "log=-1", "log=+1",
		"log=1.0", "log=1e1", "log= 1", "log=all", "log=1%00", "log=18446744073709551617" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_status(0, "/events", good[i].query, "");
		assert_int_equal(r.log, good[i].lines);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_status(400, "/events/a", bad[i], "log= must be a whole number of lines from 1 to 200");
}

static void
repeated_parameters_are_bad_requests(void **state)
{
	(void)state;
	assert_status(400, "/events", "log=1&log=1", "log= appears twice");
	assert_status(400, "/events", "since=1-2&since=1-2", "since= appears twice");
	assert_status(400, "/events", "rate=1&until=end&rate=1", "rate= appears twice");
	assert_status(400, "/events", "until=end&until=end", "until= appears twice");
}

static void
percent_encoding_is_undone_in_values(void **state)
{
	(void)state;
	get("/events", NULL, "since=%37%37%2d%35&until=%65n%64");
	assert_int_equal(r.status, 0);
	assert_true(r.since.life == 77 && r.since.seq == 5 && r.until_end);
	get("/events", NULL, "since=77%2D5");
	assert_true(r.status == 0 && r.since.seq == 5);
}

static void
keys_of_others_are_ignored(void **state)
{
	static const char *const queries[] = { "_=123", "Since=x", "sinc=x", "sincex=x", "x&y&z", "=since", "%73ince=x",
		"xsince=x", "rate[]=x", "a=%zz" };

	(void)state;
	for (size_t i = 0; i < COUNT(queries); i++) {
		get("/events", NULL, queries[i]);
		assert_int_equal(r.status, 0);
		assert_int_equal(r.cursor, CURSOR_NONE);
	}
}

static void
a_query_of_10_kilobytes_is_read_to_its_end(void **state)
{
	char *query = malloc(10241);

	(void)state;
	memset(query, 'x', 10240);
	strcpy(query + 10240 - 10, "&since=7-5");
	get("/events", NULL, query);
	assert_true(r.status == 0 && r.cursor == CURSOR_ID && r.since.seq == 5);
	memcpy(query, "since=", 6);
	assert_status(400, "/events", query, "since= must be");
	free(query);
}

static void
last_event_id_wins_and_a_bad_one_is_no_error(void **state)
{
	struct cgi cgi = { .method = "GET", .script_name = "/events", .query = "since=1-2", .last_event_id = "3-4" };
	static const char *const bad[] = { "x", "3", "3-4 ", "-", "03-4", "3-4-5", "99999999999999999999-1", "\xff" };

	(void)state;
	request_read(&r, &config, &cgi);
	assert_true(r.status == 0 && r.cursor == CURSOR_ID && r.since.life == 3 && r.since.seq == 4);
	for (size_t i = 0; i < COUNT(bad); i++) {
		cgi.last_event_id = bad[i];
		request_read(&r, &config, &cgi);
		assert_int_equal(r.status, 0);
		assert_int_equal(r.cursor, CURSOR_BAD);
	}
	cgi.last_event_id = "";
	request_read(&r, &config, &cgi);
	assert_true(r.cursor == CURSOR_ID && r.since.seq == 2);
	cgi.last_event_id = "3-4"; /* it wins, but does not excuse what is wrong */
	cgi.query = "since=nonsense";
	request_read(&r, &config, &cgi);
	assert_int_equal(r.status, 400);
}

static void
read_with_origin(const char *const *origins, const char *origin, const char *path)
{
	const struct cgi cgi = { .method = "GET", .script_name = path, .origin = origin };

	config.origins = origins;
	request_read(&r, &config, &cgi);
}

static void
only_origins_that_are_listed_are_allowed(void **state)
{
	static const char *const listed[] = { "https://a.example", "http://b.example:8080", NULL };
	static const char *const not[] = { "https://a.example.evil", "https://A.example", "http://a.example", "null", "",
		"https://a.example\r\nX: y", "https://b.example:8080", NULL };

	(void)state;
	read_with_origin(listed, "http://b.example:8080", "/events");
	assert_string_equal(r.origin, "http://b.example:8080");
	assert_true(r.varies);
	for (size_t i = 0; i < COUNT(not); i++) {
		read_with_origin(listed, not[i], "/events");
		assert_string_equal(r.origin, "");
		assert_true(r.varies); /* a cache must know, even when the answer is no */
	}
	read_with_origin(listed, "https://a.example", "/nowhere");
	assert_int_equal(r.status, 404);
	assert_string_equal(r.origin, "https://a.example");
}

static void
a_star_allows_every_origin_without_varying(void **state)
{
	static const char *const star[] = { "*", NULL };
	char longest[REQUEST_ORIGIN_MAX + 1];
	const char *const listed[] = { longest, NULL };

	(void)state;
	read_with_origin(star, "https://anything", "/events");
	assert_string_equal(r.origin, "*");
	assert_false(r.varies);
	memset(longest, 'o', sizeof longest);
	longest[REQUEST_ORIGIN_MAX] = '\0';
	read_with_origin(listed, longest, "/events");
	assert_string_equal(r.origin, "");
	longest[REQUEST_ORIGIN_MAX - 1] = '\0';
	read_with_origin(listed, longest, "/events");
	assert_string_equal(r.origin, longest);
}

static void
a_name_beside_the_star_is_allowed_by_name(void **state)
{
	static const char *const lists[][3] = { { "*", "https://a.example", NULL }, { "https://a.example", "*", NULL } };

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		read_with_origin(lists[i], "https://a.example", "/events");
		assert_string_equal(r.origin, "https://a.example");
		assert_true(r.varies);
		read_with_origin(lists[i], "https://b.example", "/events");
		assert_string_equal(r.origin, "*");
		assert_true(r.varies);
	}
}

static void
a_preflight_is_allowed_for_what_will_be_an_error(void **state)
{
	static const char *const listed[] = { "https://a.example", NULL };
	struct cgi cgi = { .method = "OPTIONS", .script_name = "/events/a!", .query = "rate=bad", .origin = "https://a.example" };

	(void)state;
	config.origins = listed;
	request_read(&r, &config, &cgi);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.method, METHOD_OPTIONS);
	cgi.origin = NULL; /* who asks otherwise is told */
	request_read(&r, &config, &cgi);
	assert_int_equal(r.status, 404);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(paths_are_understood_however_servers_cut_them, setup),
		cmocka_unit_test_setup(the_first_route_in_a_path_begins_it, setup),
		cmocka_unit_test_setup(a_base_says_where_the_route_begins, setup),
		cmocka_unit_test_setup(what_is_no_route_is_not_found, setup),
		cmocka_unit_test_setup(a_bad_name_is_not_found_and_why_is_said, setup),
		cmocka_unit_test_setup(the_longest_name_fits_and_no_path_is_too_long_to_answer, setup),
		cmocka_unit_test_setup(three_methods_are_allowed, setup),
		cmocka_unit_test_setup(what_is_not_asked_for_has_its_default, setup),
		cmocka_unit_test_setup(all_parameters_are_read_in_any_order, setup),
		cmocka_unit_test_setup(rates_are_from_a_tenth_to_twenty, setup),
		cmocka_unit_test_setup(malformed_parameters_are_bad_requests, setup),
		cmocka_unit_test_setup(log_is_a_whole_number_of_lines, setup),
		cmocka_unit_test_setup(repeated_parameters_are_bad_requests, setup),
		cmocka_unit_test_setup(percent_encoding_is_undone_in_values, setup),
		cmocka_unit_test_setup(keys_of_others_are_ignored, setup),
		cmocka_unit_test_setup(a_query_of_10_kilobytes_is_read_to_its_end, setup),
		cmocka_unit_test_setup(last_event_id_wins_and_a_bad_one_is_no_error, setup),
		cmocka_unit_test_setup(only_origins_that_are_listed_are_allowed, setup),
		cmocka_unit_test_setup(a_star_allows_every_origin_without_varying, setup),
		cmocka_unit_test_setup(a_name_beside_the_star_is_allowed_by_name, setup),
		cmocka_unit_test_setup(a_preflight_is_allowed_for_what_will_be_an_error, setup),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
