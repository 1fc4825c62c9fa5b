/* crowd.c -- many readers of one stream in one process: HTTP/1.1 connections
 * to a web server on loopback, which count what they get.
 *
 *	crowd PORT PATH COUNT SECONDS MARK
 *
 * Whenever the counts have changed, ten times a second at most, a line says
 * them: say() has the words.  It ends when all streams have, after SECONDS, or
 * by SIGTERM.  It never judges: the tests do.  A stream has opened with its
 * first record or `synced`, is marked when a line of data holds MARK, and has
 * ended if the last chunk came (RFC 9112, section 7.1); whatever closes without
 * it is cut. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX 10000
#define SECONDS_MAX 600
#define UNANSWERED_MAX 64 /* requests at a time: it is not a backlog that is tried here */
#define TEXT_MAX 512      /* bytes of a line that are looked at */
#define SAY_EVERY 100     /* milliseconds */

enum at { STATUS, HEAD, SIZE, BODY, BODY_END, LAST, OVER };

struct line {
	size_t len;
	char text[TEXT_MAX];
};

struct reader {
	int fd;
	enum at at;
	size_t left;             /* bytes of the chunk */
	struct line http, event; /* a chunk may end within an event's line */
	long since;              /* milliseconds */
	bool opened, marked;
};

struct counts {
	unsigned begun, opened, marked, ended, cut, refused;
	unsigned long frames;
	long slowest; /* milliseconds from the connection to the first event */
};

static struct counts counts;
static unsigned unanswered;
static const char *mark;
static volatile sig_atomic_t stopped;

static void
on_term(int sig)
{
	(void)sig;
	stopped = 1;
}

static long
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
say(void)
{
	static struct counts said;

	if (memcmp(&said, &counts, sizeof said) == 0)
		return;
	said = counts;
	printf("begun=%u opened=%u marked=%u ended=%u cut=%u refused=%u frames=%lu slowest=%ld\n", counts.begun,
	    counts.opened, counts.marked, counts.ended, counts.cut, counts.refused, counts.frames, counts.slowest);
	fflush(stdout);
}

/* ---- one reader ---- */

static void
finish(struct reader *r, unsigned *count)
{
	(*count)++;
	unanswered -= !r->opened;
	close(r->fd);
	r->at = OVER;
}

static void
on_event_line(struct reader *r)
{
	long took = now() - r->since;

	if (strncmp(r->event.text, "data:", 5) != 0)
		return;
	counts.frames++;
	if (!r->opened) {
		r->opened = true;
		counts.opened++;
		unanswered--;
		if (took > counts.slowest)
			counts.slowest = took;
	}
	if (!r->marked && strstr(r->event.text, mark) != NULL) {
		r->marked = true;
		counts.marked++;
	}
}

static void
on_http_line(struct reader *r)
{
	switch (r->at) {
	case STATUS:
		if (strncmp(r->http.text, "HTTP/1.1 200", 12) == 0)
			r->at = HEAD;
		else
			finish(r, &counts.refused);
		break;
	case HEAD:
		if (r->http.len == 0)
			r->at = SIZE;
		break;
	case SIZE:
		r->left = strtoul(r->http.text, NULL, 16);
		r->at = r->left > 0 ? BODY : LAST;
		break;
	case BODY_END:
		r->at = SIZE;
		break;
	default:
		finish(r, &counts.ended);
		break;
	}
}

/* Adds a byte; true: the line is complete. */
static bool
line_add(struct line *line, char c)
{
	if (c == '\n') {
		line->text[line->len] = '\0';
		return true;
	}
	if (c != '\r' && line->len < TEXT_MAX - 1)
		line->text[line->len++] = c;
	return false;
}

static void
take(struct reader *r, char c)
{
	if (r->at == BODY) {
		if (line_add(&r->event, c)) {
			on_event_line(r);
			r->event.len = 0;
		}
		if (--r->left == 0)
			r->at = BODY_END;
	} else if (line_add(&r->http, c)) {
		on_http_line(r);
		r->http.len = 0;
	}
}

static void
on_readable(struct reader *r)
{
	char bytes[16384];
	ssize_t n = recv(r->fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	for (ssize_t i = 0; i < n && r->at != OVER; i++)
		take(r, bytes[i]);
	if (n <= 0 && r->at != OVER)
		finish(r, &counts.cut);
}

/* ---- all of them ---- */

static void
begin(struct reader *r, int epoll, int port, const char *request)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = r };

	r->since = now();
	r->fd = socket(AF_INET, SOCK_STREAM, 0);
	counts.begun++;
	unanswered++;
	if (r->fd < 0 || connect(r->fd, (struct sockaddr *)&sin, sizeof sin) < 0 ||
	    send(r->fd, request, strlen(request), MSG_NOSIGNAL) < 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, r->fd, &event) < 0) {
		perror("crowd");
		finish(r, &counts.refused);
	}
}

static bool
all_over(unsigned count)
{
	return counts.ended + counts.cut + counts.refused == count;
}

static void
run(struct reader *readers, unsigned count, int port, const char *request, long until)
{
	int epoll = epoll_create1(0);
	struct epoll_event events[256];
	long next = 0;

	while (!stopped && now() < until && !all_over(count)) {
		int n;

		while (counts.begun < count && unanswered < UNANSWERED_MAX)
			begin(&readers[counts.begun], epoll, port, request);
		n = epoll_wait(epoll, events, 256, SAY_EVERY);
		for (int i = 0; i < n; i++)
			on_readable(events[i].data.ptr);
		if (now() >= next) {
			say();
			next = now() + SAY_EVERY;
		}
	}
	say();
}

int
main(int argc, char *argv[])
{
	struct sigaction sa = { .sa_handler = on_term };
	int count = argc == 6 ? atoi(argv[3]) : 0, seconds = argc == 6 ? atoi(argv[4]) : 0;
	struct reader *readers;
	struct rlimit limit;
	char request[1024];

	if (count < 1 || count > COUNT_MAX || seconds < 1 || seconds > SECONDS_MAX) {
		fprintf(stderr, "usage: crowd PORT PATH COUNT SECONDS MARK (at most %d, for %d s)\n", COUNT_MAX, SECONDS_MAX);
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	sigaction(SIGTERM, &sa, NULL);
	mark = argv[5];
	snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n", argv[2]);
	readers = calloc((size_t)count, sizeof *readers);
	if (readers == NULL)
		return 1;
	run(readers, (unsigned)count, atoi(argv[1]), request, now() + seconds * 1000L);
	free(readers);
	return 0;
}
