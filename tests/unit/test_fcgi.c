/* test_fcgi.c -- libfcgi in our hands: fcgi.c with the real library over
 * socketpairs.  What is on the wire is read record by record. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "responder/fcgi.h"
#include "responder/gate.h"

enum { END_REQUEST = 3, STDOUT = 6 };

static struct fcgi *fcgi;

static int
setup(void **state)
{
	(void)state;
	fcgi = fcgi_new();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fcgi_free(fcgi);
	return 0;
}

static unsigned
open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* A connection: [0] is ours, [1] is the web server's. */
static void
connect_pair(int ends[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	fcgi_adopt(fcgi, ends[0]);
}

static void
disconnect_pair(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

struct wire {
	uint8_t type;
	uint16_t id;
	size_t len;
	uint8_t content[FCGI_RECORD_MAX + 8];
};

static void
read_all(int fd, void *bytes, size_t len)
{
	for (size_t n = 0; n < len;) {
		ssize_t got = recv(fd, (uint8_t *)bytes + n, len - n, MSG_DONTWAIT);

		assert_true(got > 0);
		n += (size_t)got;
	}
}

/* The next record of the wire; false if nothing is there. */
static bool
next_record(int fd, struct wire *w)
{
	uint8_t head[8], padding[255];

	if (recv(fd, head, 1, MSG_DONTWAIT | MSG_PEEK) != 1)
		return false;
	read_all(fd, head, sizeof head);
	assert_int_equal(head[0], 1);
	w->type = head[1];
	w->id = (uint16_t)(head[2] << 8 | head[3]);
	w->len = (size_t)(head[4] << 8 | head[5]);
	assert_true(w->len <= sizeof w->content);
	read_all(fd, w->content, w->len);
	read_all(fd, padding, head[6]);
	return true;
}

static void
assert_stdout(int fd, uint16_t id, const char *text)
{
	struct wire w;

	assert_true(next_record(fd, &w));
	assert_int_equal(w.type, STDOUT);
	assert_int_equal(w.id, id);
	assert_int_equal(w.len, strlen(text));
	assert_memory_equal(w.content, text, w.len);
}

static void
assert_silent(int fd)
{
	struct wire w;

	assert_false(next_record(fd, &w));
}

static bool
send_text(int fd, uint16_t id, const char *text)
{
	fcgi_begin(fcgi, fd, id);
	assert_true(fcgi_room(fcgi, strlen(text)));
	fcgi_put(fcgi, text, strlen(text));
	return fcgi_flush(fcgi);
}

/* ---- in ---- */

static const uint8_t request[] = {
	1, 1, 0, 7, 0, 8, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0,
	1, 4, 0, 7, 0, 30, 2, 0,
	14, 3, 'R', 'E', 'Q', 'U', 'E', 'S', 'T', '_', 'M', 'E', 'T', 'H', 'O', 'D', 'G', 'E', 'T',
	9, 0, 'P', 'A', 'T', 'H', '_', 'I', 'N', 'F', 'O', 0xee, 0xee,
	1, 4, 0, 7, 0, 0, 0, 0,
};

static unsigned times_got;

static void
got_params(const struct fcgi_params *params, void *arg)
{
	assert_string_equal(arg, "me");
	assert_string_equal(fcgi_param(params, "REQUEST_METHOD"), "GET");
	assert_string_equal(fcgi_param(params, "PATH_INFO"), "");
	assert_null(fcgi_param(params, "QUERY_STRING"));
	assert_null(fcgi_param(params, "PATH"));
	times_got++;
}

static void
a_requests_parameters_are_read(void **state)
{
	char me[] = "me";
	struct gate g = { 0 };
	unsigned before;

	(void)state;
	/* the same bytes that the gate lets through */
	assert_int_equal(gate_check(&g, request, sizeof request), GATE_READY);
	before = open_descriptors();
	for (int i = 0; i < 100; i++)
		assert_true(fcgi_read(request, g.size, got_params, me));
	assert_int_equal(times_got, 100);
	assert_int_equal(open_descriptors(), before);
}

static void
ignore(const struct fcgi_params *params, void *arg)
{
	(void)params, (void)arg;
}

static void
fail_if_got(const struct fcgi_params *params, void *arg)
{
	(void)params, (void)arg;
	fail_msg("libfcgi made something of nonsense");
}

static void
what_is_no_request_is_refused_at_once_and_leaks_nothing(void **state)
{
	uint8_t wrong[sizeof request];
	unsigned before = open_descriptors();

	(void)state;
	assert_false(fcgi_read(request, 0, fail_if_got, NULL));
	for (size_t len = 1; len < 16; len++)
		assert_false(fcgi_read(request, len, fail_if_got, NULL));
	/* libfcgi takes the end of the connection for the end of PARAMS; that they
	 * are whole is the gate's to see */
	for (size_t len = 16; len < sizeof request; len++)
		fcgi_read(request, len, ignore, NULL);
	memcpy(wrong, request, sizeof request);
	wrong[0] = 2;
	assert_false(fcgi_read(wrong, sizeof wrong, fail_if_got, NULL));
	assert_int_equal(open_descriptors(), before);
}

/* ---- out ---- */

static void
two_connections_in_turn_get_their_own_records(void **state)
{
	int a[2], b[2];

	(void)state;
	connect_pair(a);
	connect_pair(b);
	for (int i = 0; i < 1000; i++) {
		char for_a[32], for_b[32];

		snprintf(for_a, sizeof for_a, "a%d", i);
		snprintf(for_b, sizeof for_b, "this is for b: %d", i);
		assert_true(send_text(a[0], 1, for_a));
		assert_true(send_text(b[0], 0xabcd, for_b));
		assert_stdout(a[1], 1, for_a);
		assert_stdout(b[1], 0xabcd, for_b);
	}
	assert_silent(a[1]);
	assert_silent(b[1]);
	disconnect_pair(a);
	disconnect_pair(b);
}

static void
pieces_of_a_burst_share_a_record_and_none_is_parted(void **state)
{
	char piece[3000];
	struct wire w;
	int a[2];

	(void)state;
	connect_pair(a);
	fcgi_begin(fcgi, a[0], 1);
	for (int i = 0; i < 6; i++) {
		memset(piece, 'a' + i, sizeof piece);
		assert_true(fcgi_room(fcgi, sizeof piece));
		fcgi_put(fcgi, piece, sizeof piece);
	}
	assert_true(fcgi_flush(fcgi));
	for (int i = 0; i < 3; i++) { /* two of 3,000 fit one record, a third does not */
		assert_true(next_record(a[1], &w));
		assert_int_equal(w.len, 2 * sizeof piece);
		assert_int_equal(w.content[0], 'a' + 2 * i);
		assert_int_equal(w.content[w.len - 1], 'b' + 2 * i);
	}
	assert_silent(a[1]);
	disconnect_pair(a);
}

static void
a_burst_is_used_up_after_its_records(void **state)
{
	static char piece[FCGI_RECORD_MAX];
	struct wire w;
	int a[2], n = 0;

	(void)state;
	connect_pair(a);
	memset(piece, 'x', sizeof piece);
	fcgi_begin(fcgi, a[0], 1);
	while (fcgi_room(fcgi, sizeof piece)) {
		assert_true(++n <= FCGI_BURST_MAX);
		fcgi_put(fcgi, piece, sizeof piece);
	}
	assert_int_equal(n, FCGI_BURST_MAX);
	assert_false(fcgi_room(fcgi, 1));
	assert_true(fcgi_flush(fcgi));
	for (n = 0; next_record(a[1], &w); n++)
		assert_int_equal(w.len, FCGI_RECORD_MAX);
	assert_int_equal(n, FCGI_BURST_MAX);
	fcgi_begin(fcgi, a[0], 1); /* the next burst has room again */
	assert_true(fcgi_room(fcgi, sizeof piece));
	assert_true(fcgi_flush(fcgi));
	assert_silent(a[1]);
	disconnect_pair(a);
}

static void
what_is_larger_than_a_record_never_has_room(void **state)
{
	int a[2];

	(void)state;
	connect_pair(a);
	fcgi_begin(fcgi, a[0], 1);
	assert_false(fcgi_room(fcgi, FCGI_RECORD_MAX + 1));
	assert_true(fcgi_room(fcgi, FCGI_RECORD_MAX));
	assert_true(fcgi_flush(fcgi));
	assert_silent(a[1]);
	disconnect_pair(a);
}

/* The test hangs if it does not hold: nobody reads what is written. */
static void
a_whole_burst_fits_a_socket_that_nobody_reads(void **state)
{
	static char piece[FCGI_RECORD_MAX];
	int a[2];

	(void)state;
	connect_pair(a);
	fcgi_begin(fcgi, a[0], 1);
	while (fcgi_room(fcgi, sizeof piece))
		fcgi_put(fcgi, piece, sizeof piece);
	assert_true(fcgi_flush(fcgi));
	disconnect_pair(a);
}

static void
after_a_dead_connection_nothing_of_it_reaches_another(void **state)
{
	int dead[2], well[2];

	(void)state;
	connect_pair(well);
	for (int i = 0; i < 50; i++) {
		connect_pair(dead);
		close(dead[1]);
		assert_false(send_text(dead[0], 1, "a word for the dead"));
		assert_true(send_text(well[0], 2, "life"));
		assert_stdout(well[1], 2, "life");
		assert_silent(well[1]);
		assert_int_equal(fcntl(dead[0], F_GETFD), FD_CLOEXEC); /* still ours to close */
		close(dead[0]);
	}
	disconnect_pair(well);
}

/* The error shows in the middle of a burst; what is put afterwards is lost. */
static void
a_failed_burst_has_no_room_and_stays_failed(void **state)
{
	static char piece[FCGI_RECORD_MAX];
	int dead[2], well[2];

	(void)state;
	connect_pair(dead);
	connect_pair(well);
	close(dead[1]);
	fcgi_begin(fcgi, dead[0], 1);
	assert_true(fcgi_room(fcgi, sizeof piece));
	fcgi_put(fcgi, piece, sizeof piece);
	assert_false(fcgi_room(fcgi, sizeof piece));
	assert_false(fcgi_room(fcgi, 1));
	assert_false(fcgi_flush(fcgi));
	close(dead[0]);
	assert_true(send_text(well[0], 2, "life"));
	assert_stdout(well[1], 2, "life");
	assert_silent(well[1]);
	disconnect_pair(well);
}

static void
the_end_names_the_right_request(void **state)
{
	int a[2], b[2];
	struct wire w;

	(void)state;
	connect_pair(a);
	connect_pair(b);
	assert_true(send_text(a[0], 1, "last words"));
	assert_true(fcgi_end(fcgi, a[0], 0x0102));
	assert_true(send_text(b[0], 3, "going on"));
	assert_stdout(a[1], 1, "last words");
	while (next_record(a[1], &w) && w.type != END_REQUEST)
		assert_int_equal(w.len, 0); /* an empty STDOUT may close that stream first */
	assert_int_equal(w.type, END_REQUEST);
	assert_int_equal(w.id, 0x0102);
	assert_memory_equal(w.content, "\0\0\0\0\0\0\0\0", 8);
	assert_silent(a[1]);
	assert_stdout(b[1], 3, "going on");
	assert_true(fcntl(a[0], F_GETFD) >= 0);
	disconnect_pair(a);
	disconnect_pair(b);
}

static void
ending_a_dead_connection_closes_it_and_says_so(void **state)
{
	int dead[2], well[2];
	unsigned before = open_descriptors();

	(void)state;
	connect_pair(dead);
	connect_pair(well);
	close(dead[1]);
	assert_false(fcgi_end(fcgi, dead[0], 1));
	assert_int_equal(fcntl(dead[0], F_GETFD), -1);
	assert_int_equal(errno, EBADF);
	assert_true(send_text(well[0], 2, "life"));
	assert_stdout(well[1], 2, "life");
	assert_silent(well[1]);
	disconnect_pair(well);
	assert_int_equal(open_descriptors(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_requests_parameters_are_read),
		cmocka_unit_test(what_is_no_request_is_refused_at_once_and_leaks_nothing),
		cmocka_unit_test(two_connections_in_turn_get_their_own_records),
		cmocka_unit_test(pieces_of_a_burst_share_a_record_and_none_is_parted),
		cmocka_unit_test(a_burst_is_used_up_after_its_records),
		cmocka_unit_test(what_is_larger_than_a_record_never_has_room),
		cmocka_unit_test(a_whole_burst_fits_a_socket_that_nobody_reads),
		cmocka_unit_test(after_a_dead_connection_nothing_of_it_reaches_another),
		cmocka_unit_test(a_failed_burst_has_no_room_and_stays_failed),
		cmocka_unit_test(the_end_names_the_right_request),
		cmocka_unit_test(ending_a_dead_connection_closes_it_and_says_so),
	};

	return cmocka_run_group_tests_name("fcgi", tests, setup, teardown);
}
