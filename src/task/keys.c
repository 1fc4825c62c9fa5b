/* keys.c -- the keys of a publisher's line: their names, types and limits, one
 * table.  Pure; what an update is made of is update.c's. */
#include <stdio.h>
#include <string.h>

#include "task/name.h"
#include "task/number.h"
#include "task/strict.h"
#include "task/update_impl.h"

static bool
read_number(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	if (v != NULL) {
		if (!json_object_is_type(v, json_type_int) && !json_object_is_type(v, json_type_double))
			return key_says(err, key->name, "must be a number");
		/* as a double, 2^53 + 1 would be 2^53 */
		if (!number_ok(json_object_get_double(v)) ||
		    (json_object_is_type(v, json_type_int) && json_object_get_int64(v) > (int64_t)NUMBER_MAX))
			return key_says(err, key->name, "must be from 0 to 2^53");
	}
	update_name_field(u, key->field, v);
	return true;
}

static bool
read_text(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	char what[64];

	if (v != NULL) {
		if (!json_object_is_type(v, json_type_string))
			return key_says(err, key->name, "must be a string");
		if (json_escaped_length(v) > key->max) {
			snprintf(what, sizeof what, "is longer than %zu bytes", key->max);
			return key_says(err, key->name, what);
		}
	}
	update_name_field(u, key->field, v);
	return true;
}

static bool
read_exit(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	if (v != NULL && (!json_object_is_type(v, json_type_int) ||
	    json_object_get_int64(v) < 0 || json_object_get_int64(v) > 255))
		return key_says(err, key->name, "must be a whole number from 0 to 255");
	update_name_field(u, key->field, v);
	return true;
}

static bool
read_signal(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	const char *s = json_object_get_string(v);

	if (v != NULL && (!json_object_is_type(v, json_type_string) || s[0] == '\0' ||
	    strlen(s) != (size_t)json_object_get_string_len(v) || strlen(s) > UPDATE_SIGNAL_MAX ||
	    s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-")] != '\0' || strncmp(s, "SIG", 3) == 0))
		return key_says(err, key->name, "must be a signal's name such as KILL");
	update_name_field(u, key->field, v);
	return true;
}

static bool
read_task(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	const char *wrong, *s;
	char show[STRICT_SHOW_MAX];
	size_t len;

	if (!json_object_is_type(v, json_type_string))
		return key_says(err, key->name, "must be a string");
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
		return key_says(err, key->name, "\"lost\" is the broker's word, it cannot be published");
	for (enum state st = STATE_RUNNING; st < STATE_LOST; st++)
		if (strcmp(s, state_name(st)) == 0) {
			u->state = st;
			return true;
		}
	return key_says(err, key->name, "must be running, done, failed or cancelled");
}

static bool
read_bool(bool *flag, const struct key *key, struct json_object *v, char *err)
{
	if (!json_object_is_type(v, json_type_boolean))
		return key_says(err, key->name, "must be true or false");
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
	bool hold = false;

	if (!read_bool(&hold, key, v, err))
		return false;
	u->hold = hold ? HOLD_YES : HOLD_NO;
	return true;
}

static bool
read_whole(struct json_object *v, int64_t min, int64_t max, int64_t *n)
{
	*n = json_object_get_int64(v);
	return json_object_is_type(v, json_type_int) && *n >= min && *n <= max;
}

static bool
read_pid(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	int64_t n;

	if (!read_whole(v, 1, UPDATE_PID_MAX, &n))
		return key_says(err, key->name, "must be a process id from 1 to 4194304");
	u->pid = (pid_t)n;
	return true;
}

static bool
read_skipped(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	int64_t n;

	if (!read_whole(v, 0, (int64_t)NUMBER_MAX, &n))
		return key_says(err, key->name, "must be a whole number from 0 to 2^53");
	u->skipped += (uint64_t)n;
	return true;
}

static bool
read_started(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	double n = json_object_get_double(v);

	if ((!json_object_is_type(v, json_type_int) && !json_object_is_type(v, json_type_double)) || !number_ok(n))
		return key_says(err, key->name, "must be seconds since 1970, from 0 to 2^53");
	u->started = n;
	return true;
}

static bool
read_cancel(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	const char *s = json_object_is_type(v, json_type_string) ? json_object_get_string(v) : "";

	for (enum cancel c = CANCEL_ALLOWED; c <= CANCEL_STOPPING; c++)
		if (strcmp(s, cancel_name(c)) == 0) {
			u->cancel = c;
			return true;
		}
	return key_says(err, key->name, "must be allowed, asked or stopping");
}

/* One string may hold several lines; a last one needs no LF. */
static bool
read_log_text(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	const char *s, *end;

	if (!json_object_is_type(v, json_type_string))
		return key_says(err, key->name, "must be a string or an array of strings");
	s = json_object_get_string(v);
	end = s + json_object_get_string_len(v);
	do {
		const char *lf = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((lf != NULL ? lf : end) - s);

		if (len > 0 && s[len - 1] == '\r')
			len--;
		if (!update_push_log(u, json_object_new_string_len(s, (int)len), err))
			return false;
		s = lf != NULL ? lf + 1 : end;
	} while (s < end);
	return true;
}

static bool
read_log(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	if (!json_object_is_type(v, json_type_array))
		return read_log_text(u, key, v, err);
	for (size_t i = 0; i < json_object_array_length(v); i++)
		if (!read_log_text(u, key, json_object_array_get_idx(v, i), err))
			return false;
	return true;
}

static bool
read_percent(struct update *u, const struct key *key, struct json_object *v, char *err)
{
	(void)u, (void)v;
	return key_says(err, key->name, "is computed by the broker: publish \"moved\" and \"total\"");
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
	{ "pid", read_pid, FIELDS, 0 },
	{ "log", read_log, FIELDS, 0 },
	{ "skipped", read_skipped, FIELDS, 0 },
	{ "cancel", read_cancel, FIELDS, 0 },
	{ "started", read_started, FIELDS, 0 },
	{ "percent", read_percent, FIELDS, 0 },
};

const struct key *
key_named(const char *name)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

const struct key *
key_of(enum field field)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (keys[i].field == field)
			return &keys[i];
	return NULL;
}
