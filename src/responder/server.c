/* server.c -- see server.h.  Owns the parts: the table, the link that fills it,
 * the connections, the streams that follow it, and the requests that wait. */
#include "responder/server.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/acceptor.h"
#include "base/log.h"
#include "base/mem.h"
#include "responder/conn.h"
#include "responder/fcgi.h"
#include "responder/feed.h"
#include "responder/health.h"
#include "responder/reply.h"
#include "responder/stream.h"
#include "responder/streams.h"
#include "responder/upstream.h"
#include "task/table.h"

/* A request that waits for the table, or for a head as new as its cursor. */
struct pending {
	struct server *server;
	struct conn *conn;
	struct request request;
	struct event *patience;  /* for a cursor that is ahead: then it is judged as it is */
	bool ahead;
	TAILQ_ENTRY(pending) next;
};

struct server {
	const struct server_config *config;
	struct table *table;
	struct upstream *upstream;
	struct conn_context conns;
	struct streams *streams;
	struct replies replies;
	TAILQ_HEAD(, pending) pendings;
	size_t npendings;
};

/* ---- answers ---- */

static void
add_record(struct evbuffer *body, const struct entry *e)
{
	evbuffer_add(body, e->text.bytes + e->text.json_at, e->text.json_len);
}

static void
answer_tasks(struct server *sv, struct conn *c, const struct request *r)
{
	struct evbuffer *body = evbuffer_new();
	struct order *every = table_order(sv->table, NAME_EVERY);
	char id[ID_TEXT_MAX];
	const char *comma = "";

	id_format(id, (struct id){ table_life(sv->table), table_head(sv->table) });
	evbuffer_add_printf(body, "{\"id\":\"%s\",\"tasks\":[", id);
	for (struct entry *e = order_next(every, 0); e != NULL; e = order_next(every, e->seq)) {
		if (!table_shown(sv->table, e))
			continue;
		evbuffer_add_printf(body, "%s\n", comma);
		add_record(body, e);
		comma = ",";
	}
	evbuffer_add_printf(body, "]}\n");
	reply_json(&sv->replies, c, r, 200, body);
}

static void
answer_task(struct server *sv, struct conn *c, const struct request *r)
{
	const struct entry *e = table_newest(sv->table, r->name);
	struct evbuffer *body;
	char what[NAME_BYTES_MAX + 32];

	if (e == NULL) {
		snprintf(what, sizeof what, "there is no task \"%s\"", r->name);
		reply_error(&sv->replies, c, r, 404, what);
		return;
	}
	body = evbuffer_new();
	add_record(body, e);
	evbuffer_add(body, "\n", 1);
	reply_json(&sv->replies, c, r, 200, body);
}

static void
answer_health(struct server *sv, struct conn *c, const struct request *r, bool up)
{
	struct health h = { up, sv->streams->count, sv->config->max_streams };
	struct evbuffer *body = evbuffer_new();
	size_t len;
	char *json = health_json(&h, r, &len);

	evbuffer_add(body, json, len);
	evbuffer_add(body, "\n", 1);
	free(json);
	reply_json(&sv->replies, c, r, up ? 200 : 503, body);
}

/* What of the table a request is about. */
static const char *
prefix_of(const struct request *r)
{
	return r->name[0] != '\0' ? r->name : NAME_EVERY;
}

static void
answer_events(struct server *sv, struct conn *c, const struct request *r)
{
	const char *subject = r->name[0] != '\0' ? r->name : NAME_UNNAMED;

	if (r->until_end && r->cursor == CURSOR_ID && sv->streams->synced &&
	    table_knows(sv->table, r->since) && table_finished(sv->table, subject, r->since.seq))
		reply_empty(&sv->replies, c, r);
	else if (sv->streams->count >= sv->config->max_streams)
		stream_refuse(c, r, sv->config->max_streams);
	else
		stream_open(sv->streams, c, r, feed_of(sv->streams, prefix_of(r), r->period, r->log > 0));
}

/* The table is whole, or the broker is away: nothing more to wait for. */
static void
decide(struct server *sv, struct conn *c, const struct request *r)
{
	bool up = upstream_state(sv->upstream) == LINK_SYNCED;

	if (r->route == ROUTE_EVENTS)
		answer_events(sv, c, r);
	else if (r->route == ROUTE_HEALTH)
		answer_health(sv, c, r, up);
	else if (!up)
		reply_error(&sv->replies, c, r, 503, "the broker is away");
	else if (r->name[0] != '\0')
		answer_task(sv, c, r);
	else
		answer_tasks(sv, c, r);
}

/* ---- waiting ---- */

static void
rest_if_unwanted(void *arg)
{
	struct server *sv = arg;

	if (sv->streams->count == 0 && sv->npendings == 0)
		upstream_rest(sv->upstream);
	if (sv->streams->with_logs == 0)
		upstream_rest_logs(sv->upstream);
}

static void
pending_free(struct pending *p)
{
	TAILQ_REMOVE(&p->server->pendings, p, next);
	p->server->npendings--;
	event_free(p->patience);
	free(p);
}

static void
pending_gone(void *arg)
{
	struct pending *p = arg;
	struct server *sv = p->server;

	pending_free(p);
	rest_if_unwanted(sv);
}

static enum pump
pending_pump(void *arg, struct fcgi *f)
{
	(void)arg, (void)f;
	return PUMP_IDLE;
}

static const struct conn_user pending_stream = { .pump = pending_pump, .gone = pending_gone, .endless = true };
static const struct conn_user pending_answer = { .pump = pending_pump, .gone = pending_gone, .endless = false };

/* A cursor of this life with a number above our head: the reader was served by
 * another responder, which is a little ahead of us. */
static bool
is_ahead(const struct server *sv, const struct request *r)
{
	return r->route == ROUTE_EVENTS && r->cursor == CURSOR_ID &&
	    r->since.life == table_life(sv->table) && r->since.seq > table_head(sv->table);
}

static void
resolve(struct pending *p)
{
	struct server *sv = p->server;
	struct conn *c = p->conn;
	struct request r = p->request;

	pending_free(p);
	decide(sv, c, &r);
	rest_if_unwanted(sv);
}

static void
on_patience(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	resolve(arg);
}

static void
wait_for_head(struct pending *p)
{
	struct timeval patience = { SERVER_CURSOR_MAX, 0 };

	p->ahead = true;
	evtimer_add(p->patience, &patience);
	upstream_refresh(p->server->upstream);
}

/* Resolves who need not wait any more.  Resolving one never resolves another,
 * but a refresh may change the link's state under us. */
static void
review(struct server *sv)
{
	for (struct pending *p = TAILQ_FIRST(&sv->pendings), *next; p != NULL; p = next) {
		enum link state = upstream_state(sv->upstream);

		next = TAILQ_NEXT(p, next);
		if (state == LINK_WAIT)
			return;
		if (state == LINK_AWAY || !is_ahead(sv, &p->request))
			resolve(p);
		else if (!p->ahead)
			wait_for_head(p);
	}
}

static void
wait_for_table(struct server *sv, struct conn *c, const struct request *r)
{
	struct pending *p = xcalloc(1, sizeof *p);
	bool stream = r->route == ROUTE_EVENTS;
	struct wish wish = { .prefix = prefix_of(r), .logs = stream && r->log > 0,
		.alone = sv->streams->count == 0 && sv->npendings == 0, .lasts = stream && r->method == METHOD_GET };

	p->server = sv;
	p->conn = c;
	p->request = *r;
	p->patience = evtimer_new(sv->streams->base, on_patience, p);
	if (p->patience == NULL)
		fatalx("out of memory");
	TAILQ_INSERT_TAIL(&sv->pendings, p, next);
	sv->npendings++;
	conn_use(c, stream ? &pending_stream : &pending_answer, p);
	if (r->route == ROUTE_HEALTH)
		upstream_want_any(sv->upstream);
	else
		upstream_want(sv->upstream, &wish);
	review(sv);
}

/* ---- the broker's link ---- */

static void
on_link(enum link state, void *arg)
{
	struct server *sv = arg;

	if (state == LINK_SYNCED)
		streams_synced(sv->streams);
	else if (state == LINK_AWAY)
		streams_down(sv->streams);
	else
		streams_wait(sv->streams);
	review(sv);
}

static void
on_advance(void *arg)
{
	struct server *sv = arg;

	if (sv->npendings > 0)
		review(sv);
}

/* ---- requests ---- */

static void
on_request(struct conn *c, const struct fcgi_params *params, void *arg)
{
	struct server *sv = arg;
	struct request r;
	struct cgi cgi = {
		.method = fcgi_param(params, "REQUEST_METHOD"),
		.script_name = fcgi_param(params, "SCRIPT_NAME"),
		.path_info = fcgi_param(params, "PATH_INFO"),
		.query = fcgi_param(params, "QUERY_STRING"),
		.last_event_id = fcgi_param(params, "HTTP_LAST_EVENT_ID"),
		.origin = fcgi_param(params, "HTTP_ORIGIN"),
		.remote_user = fcgi_param(params, "REMOTE_USER"),
		.server_software = fcgi_param(params, "SERVER_SOFTWARE"),
		.server_protocol = fcgi_param(params, "SERVER_PROTOCOL"),
	};

	request_read(&r, &sv->config->request, &cgi);
	if (r.status != 0)
		reply_error(&sv->replies, c, &r, r.status, r.error);
	else if (r.method == METHOD_OPTIONS)
		reply_empty(&sv->replies, c, &r);
	else
		wait_for_table(sv, c, &r);
}

static void
on_accept(int fd, void *arg)
{
	struct server *sv = arg;

	conn_new(&sv->conns, fd);
}

struct server *
server_new(struct event_base *base, int fd, const struct server_config *config)
{
	struct server *sv = xcalloc(1, sizeof *sv);
	struct upstream_user user = { .changed = on_link, .advanced = on_advance, .arg = sv };

	sv->config = config;
	sv->table = table_new(0, NULL);
	sv->streams = streams_new(base, sv->table, config->heartbeat, config->max_stream);
	sv->streams->emptied = rest_if_unwanted;
	sv->streams->quiet = rest_if_unwanted;
	sv->streams->arg = sv;
	sv->upstream = upstream_new(base, sv->table, config->subscribe_socket, &user);
	TAILQ_INIT(&sv->pendings);
	LIST_INIT(&sv->conns.all);
	sv->conns.base = base;
	sv->conns.fcgi = fcgi_new();
	sv->conns.request = on_request;
	sv->conns.arg = sv;
	sv->conns.max = config->max_conns;
	sv->conns.acceptor = acceptor_new(base, fd, true, on_accept, sv);
	return sv;
}

void
server_free(struct server *sv)
{
	acceptor_pause(sv->conns.acceptor);
	sv->conns.max = 0; /* and it stays so */
	conn_finish_all(&sv->conns);
	acceptor_free(sv->conns.acceptor);
	fcgi_free(sv->conns.fcgi);
	upstream_free(sv->upstream);
	streams_free(sv->streams);
	table_free(sv->table);
	free(sv);
}
