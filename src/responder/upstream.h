/* upstream.h -- the one link to the broker.
 *
 * It fills the table: each time it subscribes, the table is emptied and filled
 * with everything that is wanted, and is whole when the broker says `synced`.
 * It asks for what its streams ask for, one prefix, or "*" once several names
 * are wanted; with the logs once a stream wants them, until none has for
 * UPSTREAM_IDLE seconds; and for nothing at all when nobody has asked for
 * UPSTREAM_IDLE seconds.  A broker that knows no logs is asked without.  A lost link is made again, after UPSTREAM_RETRY_MIN
 * milliseconds, then twice as long each time up to UPSTREAM_RETRY_MAX. */
#ifndef HEADWAY_UPSTREAM_H
#define HEADWAY_UPSTREAM_H

#include <stdbool.h>

#define UPSTREAM_RETRY_MIN 50   /* milliseconds, jittered */
#define UPSTREAM_RETRY_MAX 1000
#define UPSTREAM_SILENCE 40     /* seconds without a line (the broker says `synced` each 15): dead */
#define UPSTREAM_IDLE 30        /* seconds without a stream or a request */
#define UPSTREAM_GRACE 2        /* seconds in which a first sync may be late before the broker counts as away */
#define UPSTREAM_REFRESH_MIN 1  /* seconds */
#define UPSTREAM_LINE_MAX 8192  /* bytes */

enum link {
	LINK_WAIT,   /* not asked yet, or asked and not whole yet */
	LINK_SYNCED,
	LINK_AWAY,   /* the broker does not answer */
};

struct event_base;
struct table;
struct upstream;

/* changed(state, arg) is called whenever the state becomes another, and
 * advanced(arg) after each read while it is synced. */
struct upstream_user {
	void (*changed)(enum link state, void *arg);
	void (*advanced)(void *arg);
	void *arg;
};

/* `socket` is an option's value or NULL; see unixsock_connect(). */
struct upstream *upstream_new(struct event_base *base, struct table *t, const char *socket,
    const struct upstream_user *user);
void upstream_free(struct upstream *u);

/* What somebody wants of the table. */
struct wish {
	const char *prefix;
	bool logs;   /* with its logs */
	bool alone;  /* nobody else wants anything: it may take the place of what is subscribed to; else it is added */
	bool lasts;  /* a stream: alone, it is worth a subscription to nothing more than this */
};

void upstream_want(struct upstream *u, const struct wish *wish);

/* Somebody wants to know whether the broker answers: any subscription will do. */
void upstream_want_any(struct upstream *u);

/* Subscribes anew to the same, so that the head is the broker's of now; once in
 * UPSTREAM_REFRESH_MIN seconds at most, and not to all there is, "*" with the
 * logs, since that head is never more than a round behind. */
void upstream_refresh(struct upstream *u);

/* Nobody wants anything any more. */
void upstream_rest(struct upstream *u);
void upstream_rest_logs(struct upstream *u); /* nobody wants logs any more */

enum link upstream_state(const struct upstream *u);

#endif
