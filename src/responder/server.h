/* server.h -- requests meet what the broker knows.
 *
 * A request that depends on the table waits until the table is whole (the
 * broker's link says for how long); then it becomes a stream, an answer, or
 * `busy`.  Requests that depend on nothing are answered at once. */
#ifndef HEADWAY_SERVER_H
#define HEADWAY_SERVER_H

#include <stdint.h>

#include "responder/request.h"

#define SERVER_STREAMS_DEFAULT 16384
#define SERVER_CURSOR_MAX 2 /* seconds to wait for a cursor that is ahead of us */

struct event_base;
struct server;

struct server_config {
	struct request_config request;
	const char *subscribe_socket; /* NULL: the default */
	unsigned heartbeat;           /* seconds */
	unsigned max_stream;          /* seconds; 0: as long as it likes */
	size_t max_streams;
	size_t max_conns;             /* above max_streams, so that there is room to say `busy` */
};

/* Serves the listening socket `fd`, which stays the caller's; keeps `config`. */
struct server *server_new(struct event_base *base, int fd, const struct server_config *config);
void server_free(struct server *sv); /* ends every stream orderly */

#endif
