/* fuzz_request.c -- request.c: any parameters, parted by NULs, in the order of
 * `struct cgi`, with --base before the web server's three. */
#include "fuzz.h"

#include "base/utf8.h"
#include "responder/request.h"

#define FIELDS 10

static const char *const listed[] = { "https://a.example", "http://b", NULL };

static void
check_refusal(const struct request *r)
{
	CLAIM(r->status == 400 || r->status == 404 || r->status == 405);
	CLAIM(r->error[0] != '\0' && printable(r->error));
	CLAIM(strlen(r->error) < REQUEST_ERR - 1); /* nothing was cut */
}

static void
check_request(const struct request *r, const struct cgi *cgi)
{
	CLAIM(r->error[0] == '\0');
	CLAIM(r->route == ROUTE_EVENTS || r->route == ROUTE_TASKS || r->route == ROUTE_HEALTH);
	CLAIM(r->name[0] == '\0' || name_wrong(r->name, strlen(r->name)) == NULL);
	CLAIM(r->route != ROUTE_HEALTH || r->name[0] == '\0');
	CLAIM(r->period >= 1e6 / REQUEST_RATE_MAX && r->period <= 1e6 / REQUEST_RATE_MIN);
	CLAIM(r->log <= REQUEST_LOG_MAX);
	CLAIM(r->cursor != CURSOR_ID || (r->since.life <= ID_PART_MAX && r->since.seq <= ID_PART_MAX));
	CLAIM(r->cursor == CURSOR_NONE || r->method != METHOD_OPTIONS);
	CLAIM(r->cursor != CURSOR_BAD || cgi->last_event_id[0] != '\0');
}

/* Whether a request is understood must not depend on where a server cuts the
 * path in two. */
static void
check_cuts(const struct request *r, const struct request_config *config, const struct cgi *cgi)
{
	size_t len = strlen(cgi->script_name) + strlen(cgi->path_info) + 1;
	char *path = calloc(1, len);
	struct cgi other = *cgi;
	struct request again;

	snprintf(path, len, "%s%s", cgi->script_name, cgi->path_info);
	other.script_name = path;
	other.path_info = NULL;
	request_read(&again, config, &other);
	CLAIM(memcmp(r, &again, sizeof again) == 0);
	other.script_name = "";
	other.path_info = path;
	request_read(&again, config, &other);
	CLAIM(memcmp(r, &again, sizeof again) == 0);
	free(path);
}

/* What /healthz repeats is whole or nothing. */
static void
check_words(const struct request *r, const struct cgi *cgi)
{
	CLAIM(r->user[0] == '\0' || strcmp(r->user, cgi->remote_user) == 0);
	CLAIM(utf8_check(r->user, strlen(r->user)) == UTF8_OK);
	CLAIM(printable(r->server) && strpbrk(r->server, "/ \"\\") == NULL);
	CLAIM(strncmp(r->server, cgi->server_software, strlen(r->server)) == 0);
	CLAIM(r->protocol[0] == '\0' || strcmp(r->protocol, cgi->server_protocol) == 0);
	CLAIM(printable(r->protocol) && strpbrk(r->protocol, " \"\\") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1), *field[FIELDS], *p = text;
	struct request_config config = { .origins = listed };
	struct cgi cgi;
	struct request r;

	if (size > 0)
		memcpy(text, data, size);
	for (size_t i = 0; i < FIELDS; i++) {
		field[i] = exactly(p, strlen(p) + 1);
		p += p < text + size ? strlen(p) + 1 : 0;
		if (p > text + size)
			p = text + size;
	}
	cgi = (struct cgi){ field[0], field[1], field[2], field[3], field[4], field[5], field[7], field[8], field[9] };
	if (field[6][0] != '\0')
		config.base = field[6];
	request_read(&r, &config, &cgi);
	CLAIM(r.origin[0] == '\0' || strcmp(r.origin, field[5]) == 0);
	CLAIM(r.varies);
	if (r.status != 0)
		check_refusal(&r);
	else
		check_request(&r, &cgi);
	check_words(&r, &cgi);
	check_cuts(&r, &config, &cgi);
	for (size_t i = 0; i < FIELDS; i++)
		free(field[i]);
	free(text);
	return 0;
}
