/* reply.h -- HTTP heads, and answers that end.
 *
 * A head is CGI's (RFC 3875, section 6): the web server makes HTTP of it.  An
 * answer's body is held as one buffer until the web server has taken it; all
 * that are under way may hold REPLIES_BYTES_MAX, beyond that the answer is 503
 * without a body. */
#ifndef HEADWAY_REPLY_H
#define HEADWAY_REPLY_H

#include <stddef.h>

#include "responder/request.h"

#define REPLIES_BYTES_MAX (64u << 20)
#define REPLY_HEAD_MAX 2048 /* bytes */
#define REPLY_RETRY_AFTER 2 /* seconds, with 503 */

struct conn;
struct evbuffer;

/* All answers under way; zeroed by its owner. */
struct replies {
	size_t held; /* bytes */
};

/* Allow is named with 405, Retry-After with 503; type NULL: no body, 204. */
size_t reply_head(char out[REPLY_HEAD_MAX], const struct request *r, int status, const char *type);

/* Answers and ends.  `body` is used up; it may be NULL. */
void reply_json(struct replies *all, struct conn *c, const struct request *r, int status, struct evbuffer *body);
void reply_error(struct replies *all, struct conn *c, const struct request *r, int status, const char *what);
void reply_empty(struct replies *all, struct conn *c, const struct request *r); /* 204 */

#endif
