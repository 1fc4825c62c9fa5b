/* view.c -- see view.h.  Pure. */
#include "task/view.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "task/json.h"
#include "task/number.h"

#define ERROR_TEXT_MAX 128 /* what is wrong with the JSON is nobody's concern here */

static struct json_object *
value(struct json_object *record, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(record, key, &v);
	return v;
}

static double
number(struct json_object *record, const char *key)
{
	struct json_object *v = value(record, key);

	if (!json_object_is_type(v, json_type_int) && !json_object_is_type(v, json_type_double))
		return VIEW_UNKNOWN;
	return number_ok(json_object_get_double(v)) ? json_object_get_double(v) : VIEW_UNKNOWN;
}

/* A whole number from min to max, else `otherwise`. */
static int
whole(struct json_object *record, const char *key, int min, int max, int otherwise)
{
	double n = number(record, key);

	return n == floor(n) && n >= min && n <= max ? (int)n : otherwise;
}

/* "45.00" is 4500: exact, since the nearest double times 100 is nearest to it. */
static int
percent(struct json_object *record)
{
	struct json_object *v = value(record, "percent");
	double p = json_object_is_type(v, json_type_string) ? strtod(json_object_get_string(v), NULL) : VIEW_UNKNOWN;

	return p >= 0 && p <= 100 ? (int)lround(p * 100) : VIEW_UNKNOWN;
}

static const char *
word(struct json_object *record, const char *key)
{
	struct json_object *v = value(record, key);

	return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
}

static enum state
state(struct json_object *record)
{
	const char *s = word(record, "state");

	if (s == NULL)
		return STATE_RUNNING;
	for (enum state st = STATE_RUNNING; st <= STATE_LOST; st++)
		if (strcmp(s, state_name(st)) == 0)
			return st;
	return STATE_UNSAID;
}

static enum cancel
cancel(struct json_object *record)
{
	const char *s = word(record, "cancel");

	for (enum cancel c = CANCEL_ALLOWED; s != NULL && c <= CANCEL_STOPPING; c++)
		if (strcmp(s, cancel_name(c)) == 0)
			return c;
	return CANCEL_UNSAID;
}

/* Copies a text to *end, which moves behind it.  All of them fit into the
 * length of the JSON: a text is never longer than its escaped form, and its
 * NUL has the room of a quotation mark. */
static const char *
text(struct json_object *record, const char *key, char **end)
{
	struct json_object *v = value(record, key);
	char *copy = *end;
	size_t len;

	if (!json_object_is_type(v, json_type_string))
		return NULL;
	len = (size_t)json_object_get_string_len(v);
	memcpy(copy, json_object_get_string(v), len + 1);
	for (size_t i = 0; i < len; i++)
		if (copy[i] == '\0')
			copy[i] = ' ';
	*end = copy + len + 1;
	return copy;
}

static void
take(struct view *v, struct json_object *record, size_t len)
{
	char *end;

	v->moved = number(record, "moved");
	v->total = number(record, "total");
	v->percent = percent(record);
	v->rate = number(record, "rate");
	v->eta = number(record, "eta");
	v->started = number(record, "started");
	v->updated = number(record, "updated");
	v->ended = number(record, "ended");
	v->state = state(record);
	v->cancel = cancel(record);
	v->lap = (unsigned)whole(record, "lap", 1, INT_MAX, 1);
	v->exit = whole(record, "exit", 0, 255, VIEW_UNKNOWN);
	v->texts = end = xcalloc(1, len + 1);
	v->task = text(record, "task", &end);
	v->title = text(record, "title", &end);
	v->message = text(record, "message", &end);
	v->unit = text(record, "unit", &end);
	v->signal = text(record, "signal", &end);
}

bool
view_read(struct view *v, const char *json, size_t len)
{
	struct json_tokener *tok = json_reader();
	char err[ERROR_TEXT_MAX];
	struct json_object *record = json_read(tok, json, len, err, sizeof err);

	memset(v, 0, sizeof *v);
	take(v, record, len);
	if (record != NULL)
		json_object_put(record);
	json_tokener_free(tok);
	return record != NULL;
}

void
view_free(struct view *v)
{
	free(v->texts);
	v->texts = NULL;
}
