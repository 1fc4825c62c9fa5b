/* reply.c -- see reply.h.  Owns the answers that are under way. */
#include "responder/reply.h"

#include <event2/buffer.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "responder/conn.h"
#include "responder/fcgi.h"
#include "task/answer.h"

struct reply {
	struct replies *all;
	struct evbuffer *bytes;
	size_t counted;
};

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 204, "No Content" },
	{ 400, "Bad Request" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 503, "Service Unavailable" },
};

static const char *
reason(int status)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Error";
}

/* A head under construction; nothing in it can be longer than its room. */
struct head {
	char *out;
	size_t len;
};

static void __attribute__((format(printf, 2, 3)))
add(struct head *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	h->len += (size_t)vsnprintf(h->out + h->len, REPLY_HEAD_MAX - h->len, fmt, ap);
	va_end(ap);
}

/* The Fetch standard, section 3.2 (CORS protocol).  "*" never goes with
 * credentials; an origin allowed by name does.  Authorization is for pages that
 * have a token of their own and read with fetch(); what the browser knows by
 * itself (cookies, a password typed in) is not asked for. */
static void
add_cors(struct head *h, const struct request *r, int status)
{
	if (r->varies)
		add(h, "Vary: Origin\r\n");
	if (r->origin[0] == '\0')
		return;
	add(h, "Access-Control-Allow-Origin: %s\r\n", r->origin);
	if (strcmp(r->origin, ORIGIN_EVERY) != 0)
		add(h, "Access-Control-Allow-Credentials: true\r\n");
	if (status == 503)
		add(h, "Access-Control-Expose-Headers: Retry-After\r\n");
	if (r->method == METHOD_OPTIONS)
		add(h, "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"
		    "Access-Control-Allow-Headers: Authorization, Cache-Control, Last-Event-ID\r\n"
		    "Access-Control-Max-Age: 86400\r\n");
}

size_t
reply_head(char out[REPLY_HEAD_MAX], const struct request *r, int status, const char *type)
{
	struct head h = { out, 0 };

	add(&h, "Status: %d %s\r\n", status, reason(status));
	if (type != NULL)
		add(&h, "Content-Type: %s\r\n", type);
	/* no-transform keeps compressors away, X-Accel-Buffering nginx's buffer */
	add(&h, "Cache-Control: no-cache, no-transform\r\n"
	    "X-Accel-Buffering: no\r\n"
	    "X-Content-Type-Options: nosniff\r\n");
	if (status == 405 || (status == 204 && r->method == METHOD_OPTIONS))
		add(&h, "Allow: GET, HEAD, OPTIONS\r\n");
	if (status == 503)
		add(&h, "Retry-After: %d\r\n", REPLY_RETRY_AFTER);
	add_cors(&h, r, status);
	add(&h, "\r\n");
	return h.len;
}

static enum pump
pump(void *arg, struct fcgi *f)
{
	struct reply *reply = arg;
	size_t left;

	while ((left = evbuffer_get_length(reply->bytes)) > 0) {
		size_t n = left < FCGI_RECORD_MAX ? left : FCGI_RECORD_MAX;

		if (!fcgi_room(f, n))
			return PUMP_BLOCKED;
		fcgi_put(f, (const char *)evbuffer_pullup(reply->bytes, (ssize_t)n), n);
		evbuffer_drain(reply->bytes, n);
	}
	return PUMP_END;
}

static void
gone(void *arg)
{
	struct reply *reply = arg;

	reply->all->held -= reply->counted;
	evbuffer_free(reply->bytes);
	free(reply);
}

static const struct conn_user reply_user = { .pump = pump, .gone = gone, .endless = false };

static void
send_reply(struct replies *all, struct conn *c, const struct request *r, int status, const char *type, struct evbuffer *body)
{
	struct reply *reply = xcalloc(1, sizeof *reply);
	char head[REPLY_HEAD_MAX];

	if (body != NULL && all->held + evbuffer_get_length(body) > REPLIES_BYTES_MAX) {
		evbuffer_free(body);
		body = NULL;
		status = 503;
	}
	reply->all = all;
	reply->bytes = evbuffer_new();
	evbuffer_add(reply->bytes, head, reply_head(head, r, status, type));
	if (body != NULL) {
		if (r->method != METHOD_HEAD)
			evbuffer_add_buffer(reply->bytes, body);
		evbuffer_free(body);
	}
	reply->counted = evbuffer_get_length(reply->bytes);
	all->held += reply->counted;
	conn_use(c, &reply_user, reply);
	conn_kick(c);
}

void
reply_json(struct replies *all, struct conn *c, const struct request *r, int status, struct evbuffer *body)
{
	send_reply(all, c, r, status, "application/json", body);
}

void
reply_error(struct replies *all, struct conn *c, const struct request *r, int status, const char *what)
{
	struct evbuffer *body = evbuffer_new();
	size_t len;
	char *json = answer_error(what, 0, &len);

	evbuffer_add(body, json, len);
	evbuffer_add(body, "\n", 1);
	free(json);
	reply_json(all, c, r, status, body);
}

void
reply_empty(struct replies *all, struct conn *c, const struct request *r)
{
	send_reply(all, c, r, 204, NULL, NULL);
}
