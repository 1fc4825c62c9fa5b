/* update.c -- see update.h.  Pure.  Values stay the json_objects they were
 * parsed to, shared by reference count from the update into the record and
 * from there into the rendered JSON. */
#include "task/update.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "task/json.h"
#include "task/name.h"
#include "task/number.h"
#include "task/strict.h"

struct update {
	struct json_tokener *tokener;
	char name[NAME_BYTES_MAX + 1];
	bool named[FIELDS];
	struct json_object *value[FIELDS]; /* of a named field: NULL removes */
	enum state state;
	enum hold hold;
	bool lap, ack;
};

static const char *const state_names[] = {
	[STATE_UNSAID] = NULL, [STATE_RUNNING] = "running", [STATE_DONE] = "done",
	[STATE_FAILED] = "failed", [STATE_CANCELLED] = "cancelled", [STATE_LOST] = "lost",
};

const char *
state_name(enum state state)
{
	return state_names[state];
}

/* ---- one key of a line ---- */

/* A reader takes the value of its key into the update, or says in `err` what
 * the value should be, as the end of a sentence that begins with the key. */
struct key {
	const char *name;
	bool (*read)(struct update *u, const struct key *key, struct json_object *v, char *err);
	enum field field;
	size_t max; /* text: escaped JSON bytes */
};

static bool
says(char *err, const struct key *key, const char *what)
{
	snprintf(err, UPDATE_ERR, "\"%s\" %s", key->name, what);
	return false;
}

static void
name_field(struct update *u, enum field field, struct json_object *v)
{
	if (u->value[field] != NULL)
		json_object_put(u->value[field]);
	u->named[field] = true;
	u->value[field] = json_object_get(v);
}

static bool
read_number(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	if (v != NULL) {
		if (!json_object_is_type(v, json_type_int) && !json_object_is_type(v, json_type_double))
			return says(err, key, "must be a number");
		/* as a double, 2^53 + 1 would be 2^53 */
		if (!number_ok(json_object_get_double(v)) ||
		    (json_object_is_type(v, json_type_int) && json_object_get_int64(v) > (int64_t)NUMBER_MAX))
			return says(err, key, "must be from 0 to 2^53");
	}
	name_field(u, key->field, v);
	return true;
}

static size_t
escaped_length(struct json_object *text)
{
	size_t len;

	json_object_to_json_string_length(text, JSON_PLAIN, &len);
	return len - 2; /* the quotes */
}

static bool
read_text(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	char what[64];

	if (v != NULL) {
		if (!json_object_is_type(v, json_type_string))
			return says(err, key, "must be a string");
		if (escaped_length(v) > key->max) {
			snprintf(what, sizeof what, "is longer than %zu bytes", key->max);
			return says(err, key, what);
		}
	}
	name_field(u, key->field, v);
	return true;
}

static bool
read_exit(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	if (v != NULL && (!json_object_is_type(v, json_type_int) ||
	    json_object_get_int64(v) < 0 || json_object_get_int64(v) > 255))
		return says(err, key, "must be a whole number from 0 to 255");
	name_field(u, key->field, v);
	return true;
}

static bool
read_signal(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	const char *s = json_object_get_string(v);

	if (v != NULL && (!json_object_is_type(v, json_type_string) || s[0] == '\0' ||
	    strlen(s) != (size_t)json_object_get_string_len(v) || strlen(s) > UPDATE_SIGNAL_MAX ||
	    s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-")] != '\0' || strncmp(s, "SIG", 3) == 0))
		return says(err, key, "must be a signal's name such as KILL");
	name_field(u, key->field, v);
	return true;
}

static bool
read_task(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	const char *wrong, *s;
	char show[STRICT_SHOW_MAX];
	size_t len;

	if (!json_object_is_type(v, json_type_string))
		return says(err, key, "must be a string");
	s = json_object_get_string(v);
	len = (size_t)json_object_get_string_len(v);
	if ((wrong = name_wrong(s, len)) != NULL) {
		snprintf(err, UPDATE_ERR, "the task name \"%s\" %s", strict_show(show, s, len), wrong);
		return false;
	}
	memcpy(u->name, s, len + 1);
	return true;
}

static bool
read_state(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	const char *s = json_object_is_type(v, json_type_string) ? json_object_get_string(v) : "";

	if (v != NULL && strlen(s) != (size_t)json_object_get_string_len(v))
		s = ""; /* a NUL in it: only the front looks like a state */
	if (strcmp(s, state_name(STATE_LOST)) == 0)
		return says(err, key, "\"lost\" is the broker's word, it cannot be published");
	for (enum state st = STATE_RUNNING; st < STATE_LOST; st++)
		if (strcmp(s, state_name(st)) == 0) {
			u->state = st;
			return true;
		}
	return says(err, key, "must be running, done, failed or cancelled");
}

static bool
read_bool(bool *flag, const struct key *key, struct json_object *v, char *err)
{
	if (!json_object_is_type(v, json_type_boolean))
		return says(err, key, "must be true or false");
	*flag = json_object_get_boolean(v);
	return true;
}

static bool
read_lap(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	return read_bool(&u->lap, key, v, err);
}

static bool
read_ack(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	return read_bool(&u->ack, key, v, err);
}

static bool
read_hold(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	bool hold;

	if (!read_bool(&hold, key, v, err))
		return false;
	u->hold = hold ? HOLD_YES : HOLD_NO;
	return true;
}

static bool
read_later(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	(void)u, (void)v;
	return says(err, key, "is not supported by this version");
}

static bool
read_percent(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	(void)u, (void)v;
	return says(err, key, "is computed by the broker: publish \"moved\" and \"total\"");
}

static const struct key keys[] = {
	{ "task", read_task, FIELDS, 0 },
	{ "moved", read_number, FIELD_MOVED, 0 },
	{ "total", read_number, FIELD_TOTAL, 0 },
	{ "title", read_text, FIELD_TITLE, UPDATE_TITLE_MAX },
	{ "message", read_text, FIELD_MESSAGE, UPDATE_MESSAGE_MAX },
	{ "unit", read_text, FIELD_UNIT, UPDATE_UNIT_MAX },
	{ "exit", read_exit, FIELD_EXIT, 0 },
	{ "signal", read_signal, FIELD_SIGNAL, 0 },
	{ "state", read_state, FIELDS, 0 },
	{ "lap", read_lap, FIELDS, 0 },
	{ "hold", read_hold, FIELDS, 0 },
	{ "ack", read_ack, FIELDS, 0 },
	{ "pid", read_later, FIELDS, 0 },
	{ "log", read_later, FIELDS, 0 },
	{ "percent", read_percent, FIELDS, 0 },
};

static const struct key *
key_named(const char *name)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

static const struct key *
key_of(enum field field)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].field == field)
			return &keys[i];
	return NULL;
}

/* ---- updates ---- */

struct update *
update_new(void)
{
	struct update *u = xcalloc(1, sizeof *u);

	u->tokener = json_reader();
	update_clear(u);
	return u;
}

void
update_free(struct update *u)
{
	if (u == NULL)
		return;
	update_clear(u);
	json_tokener_free(u->tokener);
	free(u);
}

void
update_clear(struct update *u)
{
	for (int f = 0; f < FIELDS; f++) {
		if (u->value[f] != NULL)
			json_object_put(u->value[f]);
		u->value[f] = NULL;
		u->named[f] = false;
	}
	memcpy(u->name, NAME_UNNAMED, sizeof NAME_UNNAMED);
	u->state = STATE_UNSAID;
	u->hold = HOLD_UNSAID;
	u->lap = u->ack = false;
}

bool
update_read(struct update *u, const char *line, size_t len, char *err)
{
	struct json_object *root;
	char show[STRICT_SHOW_MAX];
	bool good = true;

	update_clear(u);
	if (utf8_check(line, len) != UTF8_OK) {
		snprintf(err, UPDATE_ERR, "not UTF-8");
		return false;
	}
	if ((root = json_read(u->tokener, line, len, err, UPDATE_ERR)) == NULL)
		return false;
	json_object_object_foreach(root, name, v) {
		const struct key *key = key_named(name);

		if (key == NULL) {
			snprintf(err, UPDATE_ERR, "unknown key \"%s\"", strict_show(show, name, strlen(name)));
			good = false;
		} else {
			good = key->read(u, key, v, err);
		}
		if (!good)
			break;
	}
	json_object_put(root);
	if (!good)
		update_clear(u);
	return good;
}

/* Takes `v` over. */
static bool
set(struct update *u, enum field field, struct json_object *v, char *err)
{
	const struct key *key = key_of(field);
	bool good = key->read(u, key, v, err);

	json_object_put(v);
	return good;
}

bool
update_set_name(struct update *u, const char *name, char *err)
{
	struct json_object *v = json_object_new_string(name);
	bool good = read_task(u, &keys[0], v, err);

	json_object_put(v);
	return good;
}

bool
update_set_number(struct update *u, enum field field, double n, char *err)
{
	return set(u, field, n == floor(n) && fabs(n) <= NUMBER_MAX ?
	    json_object_new_int64((int64_t)n) : json_object_new_double(n), err);
}

bool
update_set_text(struct update *u, enum field field, const char *text, char *err)
{
	if (utf8_check(text, strlen(text)) != UTF8_OK)
		return says(err, key_of(field), "is not UTF-8");
	return set(u, field, json_object_new_string(text), err);
}

void update_set_state(struct update *u, enum state state) { u->state = state; }
void update_set_hold(struct update *u, bool hold) { u->hold = hold ? HOLD_YES : HOLD_NO; }
void update_set_lap(struct update *u, bool lap) { u->lap = lap; }
void update_set_ack(struct update *u, bool ack) { u->ack = ack; }
const char *update_name(const struct update *u) { return u->name; }
enum state update_state(const struct update *u) { return u->state; }
enum hold update_hold(const struct update *u) { return u->hold; }
bool update_ack(const struct update *u) { return u->ack; }
bool update_lap(const struct update *u) { return u->lap; }

void
update_merge(struct update *u, const struct update *later)
{
	memcpy(u->name, later->name, sizeof u->name);
	for (int f = 0; f < FIELDS; f++)
		if (later->named[f])
			name_field(u, (enum field)f, later->value[f]);
	if (later->state != STATE_UNSAID)
		u->state = later->state;
	if (later->hold != HOLD_UNSAID)
		u->hold = later->hold;
	u->lap = u->lap || later->lap;
	u->ack = u->ack || later->ack;
}

void
field_add(struct json_object *o, enum field f, struct json_object *v)
{
	const char *key = key_of(f)->name;

	if (f == FIELD_MOVED || f == FIELD_TOTAL)
		json_add_number(o, key, json_object_get_double(v));
	else
		json_object_object_add(o, key, json_object_get(v));
}

char *
update_line(const struct update *u, size_t *len)
{
	struct json_object *o = json_object_new_object();

	if (strcmp(u->name, NAME_UNNAMED) != 0)
		json_add_text(o, "task", u->name);
	for (int f = 0; f < FIELDS; f++) {
		if (!u->named[f])
			continue;
		if (u->value[f] == NULL)
			json_object_object_add(o, key_of((enum field)f)->name, NULL);
		else
			field_add(o, (enum field)f, u->value[f]);
	}
	if (u->state != STATE_UNSAID)
		json_add_text(o, "state", state_name(u->state));
	if (u->lap)
		json_object_object_add(o, "lap", json_object_new_boolean(true));
	if (u->hold != HOLD_UNSAID)
		json_object_object_add(o, "hold", json_object_new_boolean(u->hold == HOLD_YES));
	if (u->ack)
		json_object_object_add(o, "ack", json_object_new_boolean(true));
	return json_render(o, len);
}

bool
update_names(const struct update *u, enum field field)
{
	return u->named[field];
}

struct json_object *
update_value(const struct update *u, enum field field)
{
	return u->value[field];
}
