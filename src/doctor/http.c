/* http.c -- see http.h.  Owns libcurl's handles for the time of one exchange;
 * knows nothing of what is answered. */
#include "doctor/http.h"

#include <config.h>

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"

#define POLL_MAX 50 /* milliseconds: how finely a tick is kept, and an end noticed */

struct exchange {
	const struct http_wish *wish;
	struct seen_answer *answer;
	uint64_t began;
	bool enough; /* we do not want any more */
};

bool
http_begin(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void
http_end(void)
{
	curl_global_cleanup();
}

static double
seconds_since(uint64_t mono)
{
	return (double)(clock_mono() - mono) / 1e6;
}

/* ---- headers ---- */

/* A value as it may be printed: cut to its room, no control characters. */
static void
keep(char *out, size_t room, const char *value, size_t len)
{
	size_t n = 0;

	for (; n < len && n < room - 1; n++)
		out[n] = value[n] >= ' ' && value[n] <= '~' ? value[n] : '?';
	out[n] = '\0';
}

static void
keep_type(struct seen_answer *a, const char *value, size_t len)
{
	const char *parameters = memchr(value, ';', len);

	keep(a->type, sizeof a->type, value, parameters != NULL ? (size_t)(parameters - value) : len);
	for (char *p = a->type; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	for (size_t n = strlen(a->type); n > 0 && a->type[n - 1] == ' '; n--)
		a->type[n - 1] = '\0';
}

/* Headers that no origin server sends by itself. */
static bool
proxies_header(const char *name)
{
	static const char *const names[] = { "Age", "CF-Ray", "X-Amz-Cf-Id", "X-Cache", "X-Cache-Status", "X-Proxy-Cache",
		"X-Served-By", "X-Varnish" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

static void
take_header(struct seen_answer *a, const char *name, const char *value, size_t len)
{
	static const struct {
		const char *name;
		size_t to; /* which text of the answer */
	} texts[] = {
		{ "Server", offsetof(struct seen_answer, server) },
		{ "Via", offsetof(struct seen_answer, via) },
		{ "Content-Encoding", offsetof(struct seen_answer, encoding) },
		{ "Access-Control-Allow-Origin", offsetof(struct seen_answer, allow_origin) },
		{ "Access-Control-Allow-Headers", offsetof(struct seen_answer, allow_headers) },
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (strcasecmp(texts[i].name, name) == 0)
			keep((char *)a + texts[i].to, SEEN_TEXT, value, len);
	if (strcasecmp(name, "Content-Type") == 0)
		keep_type(a, value, len);
	else if (strcasecmp(name, "Access-Control-Allow-Origin") == 0)
		a->allow_origins++;
	else if (strcasecmp(name, "Access-Control-Allow-Credentials") == 0)
		a->allow_credentials = len == 4 && memcmp(value, "true", 4) == 0;
	else if (strcasecmp(name, "X-Accel-Buffering") == 0)
		a->accel = true;
	else if (proxies_header(name))
		keep(a->passed, sizeof a->passed, name, strlen(name));
}

/* A status line begins an answer, and there may be several: redirections, 401
 * before the right credentials. */
static void
begin_answer(struct seen_answer *a)
{
	struct seen_answer fresh = { .failure = FAILURE_NONE };

	*a = fresh;
}

static size_t
on_header(char *line, size_t one, size_t len, void *arg)
{
	struct exchange *x = arg;
	char name[SEEN_TEXT];
	const char *colon = memchr(line, ':', len), *end = line + len;

	(void)one;
	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		begin_answer(x->answer);
	if (colon == NULL || (size_t)(colon - line) >= sizeof name) {
		x->answer->took = seconds_since(x->began);
		return len;
	}
	memcpy(name, line, (size_t)(colon - line));
	name[colon - line] = '\0';
	colon++;
	while (colon < end && *colon == ' ')
		colon++;
	while (end > colon && strchr("\r\n ", end[-1]) != NULL)
		end--;
	take_header(x->answer, name, colon, (size_t)(end - colon));
	return len;
}

/* ---- body and time ---- */

static size_t
on_body(char *bytes, size_t one, size_t len, void *arg)
{
	struct exchange *x = arg;

	(void)one;
	if (x->wish->bytes != NULL && !x->wish->bytes(bytes, len, x->wish->arg))
		x->enough = true;
	return len;
}

/* Until the exchange is over, or enough.  *code: libcurl's, if *done. */
static void
run(CURLM *multi, struct exchange *x, bool *done, CURLcode *code)
{
	uint64_t next = clock_mono();
	CURLMsg *msg;
	int running = 1, left;

	*done = false;
	while (running > 0 && !x->enough && seconds_since(x->began) < x->wish->at_most) {
		if (x->wish->tick != NULL && clock_mono() >= next) {
			double wait = x->wish->tick(x->wish->arg);

			if (wait < 0)
				break;
			next = clock_mono() + (uint64_t)(wait * 1e6);
		}
		if (curl_multi_perform(multi, &running) != CURLM_OK)
			break;
		if (running > 0 && !x->enough)
			curl_multi_poll(multi, NULL, 0, POLL_MAX, NULL);
	}
	while ((msg = curl_multi_info_read(multi, &left)) != NULL)
		if (msg->msg == CURLMSG_DONE) {
			*done = true;
			*code = msg->data.result;
		}
}

/* ---- what came of it ---- */

static enum failure
failure_of(CURLcode code)
{
	switch (code) {
	case CURLE_OK: return FAILURE_NONE;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL: return FAILURE_URL;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY: return FAILURE_RESOLVE;
	case CURLE_COULDNT_CONNECT: return FAILURE_CONNECT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR: return FAILURE_TLS;
	case CURLE_OPERATION_TIMEDOUT: return FAILURE_TIMEOUT;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_BAD_CONTENT_ENCODING: return FAILURE_CUT;
	default: return FAILURE_OTHER;
	}
}

/* libcurl says the same of a connection that is not made in time, and of an
 * answer that is not: who drops packets is no web server that has no worker free. */
static enum failure
timeout_of(CURL *curl)
{
	curl_off_t found = 0, connected = 0;

	curl_easy_getinfo(curl, CURLINFO_NAMELOOKUP_TIME_T, &found);
	curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &connected);
	return found == 0 ? FAILURE_RESOLVE : connected == 0 ? FAILURE_CONNECT : FAILURE_TIMEOUT;
}

static int
version_of(long curl)
{
	switch (curl) {
	case CURL_HTTP_VERSION_1_0: return 10;
	case CURL_HTTP_VERSION_1_1: return 11;
	case CURL_HTTP_VERSION_2_0: return 20;
	case CURL_HTTP_VERSION_3: return 30;
	default: return 0;
	}
}

static void
conclude(CURL *curl, struct seen_answer *a)
{
	const char *url = NULL, *there = NULL, *here = NULL;
	long status = 0, version = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(curl, CURLINFO_HTTP_VERSION, &version);
	curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
	curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &there);
	curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &here);
	a->status = (int)status;
	a->http = version_of(version);
	a->here = there != NULL && here != NULL && *here != '\0' && strcmp(there, here) == 0;
	if (url != NULL)
		snprintf(a->url, sizeof a->url, "%s", url);
}

/* ---- the exchange ---- */

static void
set_up(CURL *curl, const struct http_manner *m, struct exchange *x, struct curl_slist *headers,
    char why[CURL_ERROR_SIZE])
{
	curl_easy_setopt(curl, CURLOPT_URL, x->wish->url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, x->wish->method);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "headway-doctor/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)HTTP_REDIRECTS_MAX);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)HTTP_CONNECT_MAX);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, x);
	if (x->wish->compressed)
		curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, ""); /* all that libcurl can decode */
	if (m->user != NULL) {
		curl_easy_setopt(curl, CURLOPT_USERPWD, m->user);
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_ANY);
	}
	if (m->cacert != NULL)
		curl_easy_setopt(curl, CURLOPT_CAINFO, m->cacert);
	if (m->insecure) {
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

void
http_do(const struct http_manner *m, const struct http_wish *w, struct seen_answer *a, bool *ended)
{
	struct exchange x = { .wish = w, .answer = a, .began = clock_mono() };
	struct curl_slist *headers = NULL;
	char why[CURL_ERROR_SIZE] = "";
	CURLM *multi = curl_multi_init();
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_OK;
	const char *text;

	if (multi == NULL || curl == NULL)
		fatalx("libcurl: out of memory");
	memset(a, 0, sizeof *a);
	for (const char *const *h = w->headers; h != NULL && *h != NULL; h++)
		headers = curl_slist_append(headers, *h);
	set_up(curl, m, &x, headers, why);
	curl_multi_add_handle(multi, curl);
	run(multi, &x, ended, &code);
	conclude(curl, a);
	a->failure = failure_of(code);
	if (!*ended && a->status == 0 && !x.enough)
		a->failure = FAILURE_TIMEOUT;
	if (a->failure == FAILURE_TIMEOUT && a->status == 0)
		a->failure = timeout_of(curl);
	text = why[0] != '\0' ? why : code != CURLE_OK ? curl_easy_strerror(code) : "";
	keep(a->why, sizeof a->why, text, strlen(text)); /* it may name what a certificate says */
	curl_multi_remove_handle(multi, curl);
	curl_easy_cleanup(curl);
	curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
}

/* ---- a body that is kept ---- */

struct kept {
	char *body;
	size_t len, room;
};

static bool
keep_bytes(const char *bytes, size_t len, void *arg)
{
	struct kept *k = arg;
	size_t n = len < k->room - 1 - k->len ? len : k->room - 1 - k->len;

	memcpy(k->body + k->len, bytes, n);
	k->len += n;
	k->body[k->len] = '\0';
	return k->len < k->room - 1;
}

void
http_get(const struct http_manner *m, const char *url, struct seen_answer *a, char *body, size_t room)
{
	struct kept k = { .body = body, .room = room };
	const struct http_wish w = { .method = "GET", .url = url, .at_most = HTTP_ANSWER_MAX, .bytes = keep_bytes, .arg = &k };
	bool ended;

	body[0] = '\0';
	http_do(m, &w, a, &ended);
}
