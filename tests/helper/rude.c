/* rude.c -- a FastCGI peer without manners: connects to a responder's socket,
 * does what its case says, then reads until the other side closes.
 *
 *	rude SOCKET CASE
 *
 * Prints what it read, as text, and on the last line "closed after N ms" or
 * "still open after N ms" (LIMIT, or PATIENCE).  It never judges: the tests do. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LIMIT 8000     /* milliseconds */
#define PATIENCE 60000 /* of a deaf stream */

static const char *const params[] = {
	"REQUEST_METHOD", "GET", "SCRIPT_NAME", "/healthz", "QUERY_STRING", "", NULL,
};

struct bytes {
	uint8_t data[131072];
	size_t len;
};

static void
add(struct bytes *b, const void *data, size_t len)
{
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void
record(struct bytes *b, int type, int id, const void *content, size_t len)
{
	uint8_t h[8] = { 1, (uint8_t)type, (uint8_t)(id >> 8), (uint8_t)id, (uint8_t)(len >> 8), (uint8_t)len, 0, 0 };

	add(b, h, sizeof h);
	add(b, content, len);
}

static void
begin(struct bytes *b, int id, int flags)
{
	uint8_t body[8] = { 0, 1, (uint8_t)flags };

	record(b, 1, id, body, sizeof body);
}

/* A whole request, up to and with the empty PARAMS. */
static void
request(struct bytes *b, int flags, const char *path)
{
	struct bytes p = { .len = 0 };

	for (int i = 0; params[i] != NULL; i += 2) {
		const char *value = strcmp(params[i], "SCRIPT_NAME") == 0 ? path : params[i + 1];
		uint8_t lengths[2] = { (uint8_t)strlen(params[i]), (uint8_t)strlen(value) };

		add(&p, lengths, 2);
		add(&p, params[i], lengths[0]);
		add(&p, value, lengths[1]);
	}
	begin(b, 7, flags);
	record(b, 4, 7, p.data, p.len);
	record(b, 4, 7, "", 0);
}

static long
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
connect_to(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(sun.sun_path, path, sizeof sun.sun_path - 1);
	if (connect(fd, (struct sockaddr *)&sun, sizeof sun) < 0) {
		perror(path);
		exit(2);
	}
	return fd;
}

/* Sends in pieces of `step` bytes; false once the other side has closed. */
static bool
send_all(int fd, const struct bytes *b, size_t step)
{
	for (size_t at = 0; at < b->len;) {
		size_t n = b->len - at < step ? b->len - at : step;
		ssize_t sent = send(fd, b->data + at, n, MSG_NOSIGNAL);

		if (sent < 0)
			return false;
		at += (size_t)sent;
	}
	return true;
}

static void
compose(struct bytes *b, const char *what)
{
	static const uint8_t lie[10] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 'a', 'b' };
	static const uint8_t zeros[16000];
	static const uint8_t garbage[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

	if (strcmp(what, "whole") == 0 || strcmp(what, "bytewise") == 0) {
		request(b, 0, "/healthz");
		record(b, 5, 7, "", 0);
	} else if (strcmp(what, "keepconn") == 0) {
		request(b, 1, "/healthz");
		record(b, 5, 7, "", 0);
	} else if (strcmp(what, "halfrecord") == 0) {
		request(b, 0, "/healthz");
		b->len = 5;
	} else if (strcmp(what, "halfparams") == 0) {
		request(b, 0, "/healthz");
		b->len -= 12;
	} else if (strcmp(what, "garbage") == 0) {
		add(b, garbage, sizeof garbage);
	} else if (strcmp(what, "oversize") == 0) {
		begin(b, 7, 0);
		for (int i = 0; i < 3; i++)
			record(b, 4, 7, zeros, sizeof zeros);
	} else if (strcmp(what, "lyingparams") == 0) {
		begin(b, 7, 0);
		record(b, 4, 7, lie, sizeof lie);
		record(b, 4, 7, "", 0);
	} else if (strcmp(what, "getvalues") == 0) {
		for (int i = 0; i < 4; i++)
			record(b, 9, 0, "\017\000FCGI_MPXS_CONNS\017\000FCGI_MPXS_CONNS", 34);
	} else if (strcmp(what, "getvaluesinside") == 0) {
		begin(b, 7, 0);
		record(b, 9, 0, "\017\000FCGI_MPXS_CONNS", 17);
	} else if (strncmp(what, "stdin", 5) == 0) {
		request(b, 0, strcmp(what, "stdinstream") == 0 ? "/events" : "/healthz");
	} else if (strcmp(what, "deafstream") == 0) {
		request(b, 0, "/events");
	} else if (strcmp(what, "silent") != 0) {
		fprintf(stderr, "rude: no case \"%s\"\n", what);
		exit(2);
	}
}

static void
show(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putchar((data[i] >= ' ' && data[i] <= '~') || data[i] == '\n' ? data[i] : '.');
	fflush(stdout);
}

/* Reads until EOF or LIMIT; keeps writing STDIN records meanwhile if asked to.
 * A deaf one does not take EOF for the end, but only a write that fails. */
static bool
read_to_end(int fd, bool endless, bool deaf, long start)
{
	uint8_t in[8192] = { 0 };
	struct bytes more = { .len = 0 };

	record(&more, 5, 7, in, sizeof in);
	while (now() - start < LIMIT) {
		struct pollfd p = { fd, (short)(POLLIN | (endless ? POLLOUT : 0)), 0 };
		ssize_t n;

		if (poll(&p, 1, 100) == 0)
			continue;
		if ((p.revents & POLLOUT) && send(fd, more.data, more.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN) {
			if (deaf)
				return true;
			endless = false;
		}
		if (!(p.revents & (POLLIN | POLLHUP)))
			continue;
		n = read(fd, in, sizeof in);
		if (n <= 0 && !deaf)
			return true;
		if (n > 0)
			show(in, (size_t)n);
	}
	return false;
}

/* Reads nothing at all, until the other side has closed. */
static bool
read_nothing(int fd, long start)
{
	struct pollfd p = { fd, 0, 0 }; /* POLLHUP comes unasked */

	return poll(&p, 1, (int)(start + PATIENCE - now())) == 1;
}

int
main(int argc, char *argv[])
{
	static struct bytes b;
	long start = now();
	bool closed;
	int fd;

	if (argc != 3) {
		fputs("usage: rude SOCKET CASE\n", stderr);
		return 2;
	}
	compose(&b, argv[2]);
	fd = connect_to(argv[1]);
	closed = !send_all(fd, &b, strcmp(argv[2], "bytewise") == 0 ? 1 : sizeof b.data);
	if (strcmp(argv[2], "deafstream") == 0)
		closed = read_nothing(fd, start);
	else
		closed = read_to_end(fd, strncmp(argv[2], "stdin", 5) == 0, strcmp(argv[2], "stdindeaf") == 0, start) || closed;
	printf("\n%s after %ld ms\n", closed ? "closed" : "still open", now() - start);
	return 0;
}
