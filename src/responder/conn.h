/* conn.h -- one FastCGI connection, from accept to close.
 *
 *	collecting -> answering (or streaming) -> lingering -> closed
 *
 * Bytes are collected (GATE_BYTES_MAX, CONN_REQUEST_MAX seconds) until they are
 * a request; then somebody else, the user, decides what is written.  Whatever
 * comes afterwards (STDIN; a GET has none) is read and thrown away, for two
 * reasons: a level-triggered loop must, and its end is how a browser's leaving
 * is noticed.  After the end, the descriptor lingers until the web server has
 * closed its side, so that its last bytes do not meet a closed socket. */
#ifndef HEADWAY_CONN_H
#define HEADWAY_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#define CONN_REQUEST_MAX 5  /* seconds for a request to be complete */
#define CONN_ANSWER_MAX 30  /* seconds for a peer to take the next part of an answer, or the end of a stream */
#define CONN_LINGER_MAX 2   /* seconds for a peer to close after the end */

struct acceptor;
struct conn;
struct event_base;
struct fcgi;
struct fcgi_params;

enum pump {
	PUMP_IDLE,    /* nothing more to say for now */
	PUMP_BLOCKED, /* more to say when the socket can take it */
	PUMP_END,     /* all is said: end the request */
};

struct conn_user {
	/* Writes with fcgi_room() and fcgi_put(), never more. */
	enum pump (*pump)(void *arg, struct fcgi *f);
	/* The connection is no more; the user must not touch it again. */
	void (*gone)(void *arg);
	bool endless; /* a stream: may be idle as long as it likes, and EOF means that the reader left */
};

struct conn_context {
	struct event_base *base;
	struct fcgi *fcgi;
	/* A request is complete: the callee finds a user for it. */
	void (*request)(struct conn *c, const struct fcgi_params *params, void *arg);
	void *arg;
	struct acceptor *acceptor; /* pauses while there are `max` connections */
	size_t max;
	size_t count;
	LIST_HEAD(, conn) all; /* LIST_INIT()ed by the owner */
};

void conn_new(struct conn_context *context, int fd); /* owns fd */
void conn_use(struct conn *c, const struct conn_user *user, void *arg);

/* There is something to say: says it if the socket can take it now, else as
 * soon as it can.  The connection may be gone afterwards. */
void conn_kick(struct conn *c);

/* The same for the user's last words: if the socket cannot take them within
 * CONN_ANSWER_MAX seconds, the connection is closed without them. */
void conn_hurry(struct conn *c);

/* conn_kick() in two steps, for whoever asks poll(2) about many at once. */
int conn_fd(const struct conn *c);
void conn_pump(struct conn *c); /* the socket is writable */
void conn_wait(struct conn *c); /* it is not: pump when it is */

/* The program ends: closes all, orderly where the socket can take it. */
void conn_finish_all(struct conn_context *context);

#endif
