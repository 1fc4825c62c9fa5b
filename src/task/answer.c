/* answer.c -- see answer.h.  Pure. */
#include "task/answer.h"

#include <stdio.h>
#include <string.h>

#include "task/json.h"
#include "task/name.h"

char *
answer_ok(const char *id, const char *name, size_t *len)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "ok", id);
	if (strcmp(name, NAME_UNNAMED) != 0)
		json_add_text(o, "task", name);
	return json_render(o, len);
}

char *
answer_error(const char *what, uint64_t line, size_t *len)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "error", what);
	if (line > 0)
		json_object_object_add(o, "line", json_object_new_int64((int64_t)line));
	return json_render(o, len);
}

char *
removed_json(const char *name, size_t *len)
{
	struct json_object *o = json_object_new_object();

	if (strcmp(name, NAME_UNNAMED) != 0)
		json_add_text(o, "task", name);
	return json_render(o, len);
}

char *
answer_cancel(const char *name, size_t *len)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "cancel", name);
	return json_render(o, len);
}

bool
answer_read(const char *line, size_t len, char *error, size_t size)
{
	struct json_tokener *tok = json_reader();
	struct json_object *root = json_read(tok, line, len, error, size), *what;
	bool known = root != NULL;

	error[0] = '\0';
	if (known && json_object_object_get_ex(root, "error", &what))
		snprintf(error, size, "%s", json_object_get_string(what));
	else if (known)
		known = json_object_object_get_ex(root, "ok", NULL);
	if (root != NULL)
		json_object_put(root);
	json_tokener_free(tok);
	return known;
}
