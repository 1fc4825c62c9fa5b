/* health.c -- see health.h.  Pure. */
#include "responder/health.h"

#include "task/json.h"

static void
add_if_known(struct json_object *o, const char *key, const char *text)
{
	if (text[0] != '\0')
		json_add_text(o, key, text);
}

char *
health_json(const struct health *h, const struct request *r, size_t *len)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "status", h->up ? "ok" : "unavailable");
	json_object_object_add(o, "broker", json_object_new_boolean(h->up));
	json_add_number(o, "streams", (double)h->streams);
	json_add_number(o, "max_streams", (double)h->max_streams);
	add_if_known(o, "user", r->user);
	add_if_known(o, "server", r->server);
	add_if_known(o, "protocol", r->protocol);
	return json_render(o, len);
}
