/* reading.c -- see reading.h. */
#include "doctor/reading.h"

#include <stdio.h>
#include <string.h>

#include "doctor/seen.h"
#include "task/id.h"
#include "task/json.h"

#define ERR 256

/* NULL: it is no JSON object. */
static struct json_object *
read_object(const char *text, size_t len)
{
	struct json_tokener *tok = json_reader();
	char err[ERR];
	struct json_object *o = json_read(tok, text, len, err, sizeof err);

	json_tokener_free(tok);
	return o;
}

static struct json_object *
read_body(const char *body)
{
	size_t len = strlen(body);

	while (len > 0 && (body[len - 1] == '\n' || body[len - 1] == '\r'))
		len--;
	return read_object(body, len);
}

void
reading_health(struct seen_health *h, const char *body)
{
	struct json_object *o = read_body(body), *v;
	const char *server;
	size_t n = 0;

	if (o == NULL)
		return;
	h->ours = json_object_object_get_ex(o, "status", NULL) && json_object_object_get_ex(o, "broker", &v);
	h->broker = h->ours && json_object_get_boolean(v);
	if (h->ours && json_object_object_get_ex(o, "server", &v) && json_object_is_type(v, json_type_string))
		for (server = json_object_get_string(v); n < SEEN_TEXT - 1 && server[n] != '\0'; n++)
			h->server[n] = server[n] >= ' ' && server[n] <= '~' ? server[n] : '?';
	h->server[n] = '\0';
	json_object_put(o);
}

bool
reading_error(const char *body)
{
	struct json_object *o = read_body(body);
	bool is = o != NULL && json_object_object_get_ex(o, "error", NULL);

	json_object_put(o);
	return is;
}

uint64_t
reading_tasks_life(const char *body)
{
	static const char start[] = "{\"id\":\"";
	char id[ID_TEXT_MAX];

	if (strncmp(body, start, sizeof start - 1) != 0)
		return 0;
	body += sizeof start - 1;
	snprintf(id, sizeof id, "%.*s", (int)(strcspn(body, "\"") < sizeof id ? strcspn(body, "\"") : sizeof id), body);
	return reading_life(id);
}

uint64_t
reading_life(const char *id)
{
	struct id parsed;

	return id_parse(id, strlen(id), &parsed) ? parsed.life : 0;
}

bool
reading_number(const char *data, size_t len, const char *key, double *n)
{
	struct json_object *o = read_object(data, len), *v;
	bool is = o != NULL && json_object_object_get_ex(o, key, &v) &&
	    (json_object_is_type(v, json_type_int) || json_object_is_type(v, json_type_double));

	if (is)
		*n = json_object_get_double(v);
	json_object_put(o);
	return is;
}
