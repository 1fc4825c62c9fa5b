/* answer.c -- see answer.h.  Pure. */
#include "task/answer.h"

#include <stdbool.h>
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

static bool
take_text(struct json_object *o, const char *key, char *text, size_t size)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v))
		return false;
	snprintf(text, size, "%s", json_object_is_type(v, json_type_string) ? json_object_get_string(v) : "");
	return true;
}

static uint64_t
number_of(struct json_object *o, const char *key)
{
	struct json_object *v;
	int64_t n = json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;

	return n > 0 ? (uint64_t)n : 0;
}

enum answer_kind
answer_read(const char *line, size_t len, struct answer *a)
{
	struct json_tokener *tok = json_reader();
	struct json_object *root = json_read(tok, line, len, a->error, sizeof a->error);
	enum answer_kind kind = ANSWER_OTHER;

	a->task[0] = a->error[0] = '\0';
	a->line = 0;
	if (root != NULL) {
		if (take_text(root, "error", a->error, sizeof a->error))
			kind = ANSWER_ERROR;
		else if (take_text(root, "cancel", a->task, sizeof a->task))
			kind = ANSWER_CANCEL;
		else if (json_object_object_get_ex(root, "ok", NULL))
			kind = ANSWER_OK;
		if (kind == ANSWER_ERROR)
			a->line = number_of(root, "line");
		if (kind == ANSWER_OK)
			take_text(root, "task", a->task, sizeof a->task);
		json_object_put(root);
	}
	json_tokener_free(tok);
	return kind;
}
