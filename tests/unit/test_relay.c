/* Bytes from one descriptor to another: all of them, and no waiting. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/relay.h"

#define MUCH (3u << 20)

static char pattern[MUCH];

struct seen {
	size_t n;
	bool right;
};

static void
see(void *arg, const char *bytes, size_t len)
{
	struct seen *seen = arg;

	seen->right = seen->right && memcmp(bytes, pattern + seen->n, len) == 0;
	seen->n += len;
}

static int
fill_pattern(void **state)
{
	uint64_t random = 11;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < MUCH; i++)
		pattern[i] = (char)next_random(&random);
	return 0;
}

static void
non_blocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Everything from `writer` through the relay to `reader`, each as much as it
 * feels like at the time. */
static void
pass_all(struct relay *r, int writer, int reader, uint64_t random)
{
	static char got[MUCH];
	size_t written = 0, read_so_far = 0;
	struct pollfd p[2];
	ssize_t n;

	non_blocking(writer);
	non_blocking(reader);
	while (read_so_far < MUCH) {
		if (written < MUCH && below(&random, 2) == 0) {
			size_t some = 1 + below(&random, 100000);

			n = write(writer, pattern + written, some < MUCH - written ? some : MUCH - written);
			written += n > 0 ? (size_t)n : 0;
		}
		relay_poll(r, p);
		assert_true(poll(p, 2, 0) >= 0);
		relay_serve(r, p);
		if (below(&random, 3) == 0) {
			n = read(reader, got + read_so_far, 1 + below(&random, 50000));
			read_so_far += n > 0 ? (size_t)n : 0;
			if (read_so_far > MUCH)
				break;
		}
	}
	assert_memory_equal(got, pattern, MUCH);
	assert_false(relay_pending(r));
}

static void
every_byte_passes_in_order_to_a_pipe_a_socket_or_by_small_writes(void **state)
{
	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		struct seen seen = { .right = true };
		struct relay r;
		int in[2], out[2];

		assert_int_equal(pipe(in), 0);
		if (kind == 1)
			assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, out), 0);
		else
			assert_int_equal(pipe(out), 0);
		non_blocking(in[0]);
		relay_begin(&r, in[0]);
		relay_to_shared(&r, out[kind == 1 ? 0 : 1]);
		if (kind == 2) { /* as where the pipe cannot be opened again */
			close(r.out);
			r.out = r.shared;
			r.shared = -1;
			r.sink = SINK_PIPE;
		}
		r.tap = see;
		r.tap_arg = &seen;
		pass_all(&r, in[1], out[kind == 1 ? 1 : 0], (uint64_t)kind);
		assert_int_equal(seen.n, MUCH);
		assert_true(seen.right);
		/* shared with others: never made non-blocking by us */
		assert_false(fcntl(out[kind == 1 ? 0 : 1], F_GETFL) & O_NONBLOCK);
		close(in[1]);
		relay_free(&r);
		close(out[0]);
		close(out[1]);
	}
}

static void
what_comes_while_the_reader_does_not_read_is_left_where_it_is(void **state)
{
	struct relay r;
	struct pollfd p[2];
	int in[2], out[2], held;

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	non_blocking(in[0]);
	non_blocking(in[1]);
	relay_begin(&r, in[0]);
	relay_to_shared(&r, out[1]);
	held = 0;
	for (int round = 0; round < 1000; round++) {
		ssize_t n = write(in[1], pattern, 10000);

		held += n > 0 ? (int)n : 0;
		relay_poll(&r, p);
		poll(p, 2, 0);
		relay_serve(&r, p);
	}
	/* two pipes and one buffer */
	assert_true(held <= 3 * RELAY_BYTES);
	relay_free(&r);
	close(in[1]);
	close(out[0]);
	close(out[1]);
}

static void
a_reader_who_leaves_is_noticed_and_so_is_it_by_the_writer(void **state)
{
	struct relay r;
	struct pollfd p[2];
	int in[2], out[2];

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	non_blocking(in[0]);
	relay_begin(&r, in[0]);
	relay_to_shared(&r, out[1]);
	close(out[0]);
	relay_poll(&r, p);
	assert_int_equal(poll(p, 2, 1000), 1); /* though nothing is to be written */
	relay_serve(&r, p);
	assert_int_equal(r.error, EPIPE);
	assert_int_equal(write(in[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	assert_true(relay_is_done(&r));
	relay_free(&r);
	close(in[1]);
	close(out[1]);
}

static void
a_full_disk_is_an_error_and_ends_the_relay(void **state)
{
	struct relay r;
	struct pollfd p[2];
	int in[2], full = open("/dev/full", O_WRONLY);

	(void)state;
	assert_int_equal(pipe(in), 0);
	non_blocking(in[0]);
	relay_begin(&r, in[0]);
	relay_to_shared(&r, full);
	assert_int_equal(write(in[1], "x", 1), 1);
	relay_poll(&r, p);
	poll(p, 2, 1000);
	relay_serve(&r, p);
	assert_int_equal(r.error, ENOSPC);
	assert_true(relay_is_done(&r));
	relay_free(&r);
	close(in[1]);
	close(full);
}

static void
the_rest_is_all_that_is_there_however_full_the_reader_is(void **state)
{
	struct seen seen = { .right = true };
	struct relay r;
	struct pollfd p[2];
	int in[2], out[2];
	size_t written = 0;
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	non_blocking(in[0]);
	non_blocking(in[1]);
	relay_begin(&r, in[0]);
	relay_to_shared(&r, out[1]);
	r.tap = see;
	r.tap_arg = &seen;
	for (int round = 0; round < 100; round++) {
		n = write(in[1], pattern + written, 10000);
		written += n > 0 ? (size_t)n : 0;
		relay_poll(&r, p);
		poll(p, 2, 0);
		relay_serve(&r, p);
	}
	assert_true(seen.n < written);
	relay_take_rest(&r);
	assert_int_equal(seen.n, written);
	assert_true(seen.right);
	assert_false(r.in < 0); /* somebody may go on writing */
	assert_true(relay_pending(&r));
	relay_free(&r);
	close(in[1]);
	close(out[0]);
	close(out[1]);
}

static void
a_paused_relay_reads_nothing(void **state)
{
	struct relay r;
	struct pollfd p[2];
	int in[2], out[2];

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	non_blocking(in[0]);
	relay_begin(&r, in[0]);
	relay_to_shared(&r, out[1]);
	r.paused = true;
	assert_int_equal(write(in[1], "x", 1), 1);
	relay_poll(&r, p);
	assert_int_equal(poll(p, 2, 0), 0);
	r.paused = false;
	relay_poll(&r, p);
	assert_int_equal(poll(p, 2, 0), 1);
	relay_free(&r);
	close(in[1]);
	close(out[0]);
	close(out[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_passes_in_order_to_a_pipe_a_socket_or_by_small_writes),
		cmocka_unit_test(what_comes_while_the_reader_does_not_read_is_left_where_it_is),
		cmocka_unit_test(a_reader_who_leaves_is_noticed_and_so_is_it_by_the_writer),
		cmocka_unit_test(a_full_disk_is_an_error_and_ends_the_relay),
		cmocka_unit_test(the_rest_is_all_that_is_there_however_full_the_reader_is),
		cmocka_unit_test(a_paused_relay_reads_nothing),
	};

	return cmocka_run_group_tests(tests, fill_pattern, NULL);
}
