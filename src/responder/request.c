/* request.c -- see request.h. */
#include "responder/request.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf8.h"
#include "responder/origin.h"
#include "task/strict.h"

/* ---- tables ---- */

static const struct {
	const char *segment;
	enum route route;
	bool names; /* may a task's name follow? */
} routes[] = {
	{ "events", ROUTE_EVENTS, true },
	{ "tasks", ROUTE_TASKS, true },
	{ "healthz", ROUTE_HEALTH, false },
};

static const struct {
	const char *name;
	enum method method;
} methods[] = {
	{ "GET", METHOD_GET },
	{ "HEAD", METHOD_HEAD },
	{ "OPTIONS", METHOD_OPTIONS },
};

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static bool read_since(struct request *r, const char *value);
static bool read_rate(struct request *r, const char *value);
static bool read_until(struct request *r, const char *value);
static bool read_log(struct request *r, const char *value);
static bool read_later(struct request *r, const char *value);

static const struct parameter {
	const char *key;
	bool (*read)(struct request *r, const char *value);
	const char *wanted; /* the end of "KEY= must be ..." */
} parameters[] = {
	{ "since", read_since, "the id of an event (LIFE-SEQ)" },
	{ "rate", read_rate, "a number from 0.1 to 20" },
	{ "until", read_until, "end" },
	{ "log", read_log, "a whole number of lines from 1 to 200" },
	{ "format", read_later, "left out: this version has JSON only" },
};

#define VALUE_MAX 64 /* bytes: no parameter that we know is longer */

#define TOKEN "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* ---- helpers ---- */

static bool __attribute__((format(printf, 3, 4)))
refuse(struct request *r, int status, const char *fmt, ...)
{
	va_list ap;

	r->status = status;
	va_start(ap, fmt);
	vsnprintf(r->error, sizeof r->error, fmt, ap);
	va_end(ap);
	return false;
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

/* ---- the path ---- */

/* The route that the `len` bytes at `s` name, or -1. */
static int
route_named(const char *s, size_t len)
{
	for (size_t i = 0; i < COUNT(routes); i++)
		if (strlen(routes[i].segment) == len && memcmp(routes[i].segment, s, len) == 0)
			return (int)i;
	return -1;
}

/* What follows the route's segment: "", or "/" and more. */
static bool
read_rest(struct request *r, int route, const char *rest)
{
	char show[STRICT_SHOW_MAX];
	const char *wrong;

	r->route = routes[route].route;
	if (rest[0] == '\0')
		return true;
	rest++;
	if (!routes[route].names)
		return refuse(r, 404, "nothing lies below /%s", routes[route].segment);
	if ((wrong = name_wrong(rest, strlen(rest))) != NULL)
		return refuse(r, 404, "the task name \"%s\" %s", strict_show(show, rest, strlen(rest)), wrong);
	snprintf(r->name, sizeof r->name, "%s", rest);
	return true;
}

static bool
read_path(struct request *r, const char *base, const char *path)
{
	char show[STRICT_SHOW_MAX];
	size_t skip = base != NULL ? strlen(base) : 0;

	while (skip > 0 && base[skip - 1] == '/')
		skip--;
	if (base == NULL || strncmp(path, base, skip) == 0)
		for (const char *p = path + skip; *p == '/';) {
			size_t len = strcspn(p + 1, "/");
			int route = route_named(p + 1, len);

			if (route >= 0)
				return read_rest(r, route, p + 1 + len);
			if (base != NULL)
				break; /* the mount is known: only here may the route begin */
			p += 1 + len;
		}
	return refuse(r, 404, "%s is none of /events, /tasks and /healthz", strict_show(show, path, strlen(path)));
}

/* ---- the query ---- */

static bool
read_since(struct request *r, const char *value)
{
	if (!id_parse(value, strlen(value), &r->since))
		return false;
	r->cursor = CURSOR_ID;
	return true;
}

static bool
read_rate(struct request *r, const char *value)
{
	char *end;
	double hz;

	if (value[0] < '0' || value[0] > '9' || strspn(value, "0123456789.") != strlen(value))
		return false;
	hz = strtod(value, &end);
	if (*end != '\0' || !(hz >= REQUEST_RATE_MIN && hz <= REQUEST_RATE_MAX))
		return false;
	r->period = (uint32_t)lrint(1e6 / hz);
	return true;
}

static bool
read_until(struct request *r, const char *value)
{
	r->until_end = true;
	return strcmp(value, "end") == 0;
}

static bool
read_log(struct request *r, const char *value)
{
	uint64_t lines;

	if (!decimal_parse(value, strlen(value), REQUEST_LOG_MAX, &lines) || lines == 0)
		return false;
	r->log = (unsigned)lines;
	return true;
}

static bool
read_later(struct request *r, const char *value)
{
	(void)r, (void)value;
	return false;
}

static int
hex(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *p = c != '\0' ? strchr(digits, c) : NULL;

	return p != NULL ? (int)((p - digits) % 16) : -1;
}

/* %XX undone (RFC 3986, section 2.1).  False if it does not fit, is cut short,
 * or hides a NUL. */
static bool
decode(char out[VALUE_MAX], const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '%') {
			if (len - i < 3 || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
				return false;
			c = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
			i += 2;
		}
		if (n == VALUE_MAX - 1 || c == '\0')
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return true;
}

/* One KEY=VALUE.  `seen` has a bit for each parameter that came before. */
static bool
read_pair(struct request *r, const char *s, size_t len, unsigned *seen)
{
	const char *equals = memchr(s, '=', len);
	size_t key_len = equals != NULL ? (size_t)(equals - s) : len;
	char value[VALUE_MAX];

	for (size_t i = 0; i < COUNT(parameters); i++) {
		const struct parameter *p = &parameters[i];
		size_t skip = key_len < len ? key_len + 1 : len;

		if (strlen(p->key) != key_len || memcmp(p->key, s, key_len) != 0)
			continue;
		if (*seen & 1u << i)
			return refuse(r, 400, "%s= appears twice", p->key);
		*seen |= 1u << i;
		if (!decode(value, s + skip, len - skip) || !p->read(r, value))
			return refuse(r, 400, "%s= must be %s", p->key, p->wanted);
		return true;
	}
	return true; /* unknown keys are somebody else's: cache busters and such */
}

static bool
read_query(struct request *r, const char *query)
{
	unsigned seen = 0;

	for (const char *p = query; *p != '\0';) {
		size_t len = strcspn(p, "&");

		if (!read_pair(r, p, len, &seen))
			return false;
		p += len + (p[len] == '&');
	}
	return true;
}

/* ---- the rest ---- */

static bool
read_method(struct request *r, const char *method)
{
	for (size_t i = 0; i < COUNT(methods); i++)
		if (strcmp(methods[i].name, method) == 0) {
			r->method = methods[i].method;
			return true;
		}
	return false;
}

/* EventSource sends the header on its own reconnections only, so it is newer
 * than the query of the first connection, and wins.  What is no id of ours is
 * no error: its sender could not help it, and gets a resync. */
static void
read_last_event_id(struct request *r, const char *id)
{
	if (id[0] != '\0')
		r->cursor = id_parse(id, strlen(id), &r->since) ? CURSOR_ID : CURSOR_BAD;
}

/* Whoever is listed by name gets that, and with it credentials, though there be
 * "*" for all others. */
static void
read_origin(struct request *r, const char *const *origins, const char *origin)
{
	bool every = false;

	for (; origins != NULL && *origins != NULL; origins++) {
		if (strcmp(*origins, ORIGIN_EVERY) == 0) {
			every = true;
			continue;
		}
		r->varies = true; /* whoever asks: a cache must not give this answer to others */
		if (strcmp(*origins, origin) == 0 && strlen(origin) < sizeof r->origin)
			strcpy(r->origin, origin);
	}
	if (every && r->origin[0] == '\0')
		strcpy(r->origin, ORIGIN_EVERY);
}

/* A browser asks first whether it may ask; were it told "404" here, the page
 * would never see the 404 itself, and what it says. */
static bool
is_preflight(const struct request *r, const struct cgi *cgi)
{
	return r->method == METHOD_OPTIONS && or_empty(cgi->origin)[0] != '\0';
}

static void
read_user(struct request *r, const char *user)
{
	size_t len = strlen(user);

	if (len < sizeof r->user && utf8_check(user, len) == UTF8_OK)
		strcpy(r->user, user);
}

/* "lighttpd/1.4.69" and "Apache/2.4.62 (Debian)" without what follows the
 * product, which is a token (RFC 9110, sections 10.2.4 and 5.6.2). */
static void
read_server(struct request *r, const char *software)
{
	size_t len = strspn(software, TOKEN);

	if (len < sizeof r->server && strchr("/ ", software[len]) != NULL)
		memcpy(r->server, software, len);
}

/* NAME/VERSION (RFC 3875, section 4.1.16). */
static void
read_protocol(struct request *r, const char *protocol)
{
	size_t name = strspn(protocol, TOKEN), version;

	if (name == 0 || protocol[name] != '/')
		return;
	version = strspn(protocol + name + 1, "0123456789.");
	if (version > 0 && protocol[name + 1 + version] == '\0' && name + 1 + version < sizeof r->protocol)
		strcpy(r->protocol, protocol);
}

void
request_read(struct request *r, const struct request_config *config, const struct cgi *cgi)
{
	char path[2048], show[STRICT_SHOW_MAX];
	const char *method = or_empty(cgi->method);
	bool allowed;
	int len;

	memset(r, 0, sizeof *r);
	r->period = (uint32_t)(1e6 / REQUEST_RATE_MAX);
	read_origin(r, config->origins, or_empty(cgi->origin));
	read_user(r, or_empty(cgi->remote_user));
	read_server(r, or_empty(cgi->server_software));
	read_protocol(r, or_empty(cgi->server_protocol));
	allowed = read_method(r, method); /* first: a refusal of HEAD has no body either */
	if (allowed && is_preflight(r, cgi))
		return;
	len = snprintf(path, sizeof path, "%s%s", or_empty(cgi->script_name), or_empty(cgi->path_info));
	if (len >= (int)sizeof path) {
		refuse(r, 404, "the path is longer than %zu bytes", sizeof path - 1);
		return;
	}
	if (!read_path(r, config->base, path))
		return;
	if (!allowed) {
		refuse(r, 405, "%s is not allowed here", strict_show(show, method, strlen(method)));
		return;
	}
	if (r->method == METHOD_OPTIONS || !read_query(r, or_empty(cgi->query)))
		return;
	read_last_event_id(r, or_empty(cgi->last_event_id));
}
