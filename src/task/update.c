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
#include "task/number.h"
#include "task/strict.h"
#include "task/update_impl.h"

static const char *const state_names[] = {
	[STATE_UNSAID] = NULL, [STATE_RUNNING] = "running", [STATE_DONE] = "done",
	[STATE_FAILED] = "failed", [STATE_CANCELLED] = "cancelled", [STATE_LOST] = "lost",
};

static const char *const cancel_names[] = {
	[CANCEL_UNSAID] = NULL, [CANCEL_ALLOWED] = "allowed", [CANCEL_ASKED] = "asked",
	[CANCEL_STOPPING] = "stopping",
};

const char *
state_name(enum state state)
{
	return state_names[state];
}

const char *
cancel_name(enum cancel cancel)
{
	return cancel_names[cancel];
}

bool
key_says(char *err, const char *key, const char *what)
{
	snprintf(err, UPDATE_ERR, "\"%s\" %s", key, what);
	return false;
}

void
update_name_field(struct update *u, enum field field, struct json_object *v)
{
	if (u->value[field] != NULL)
		json_object_put(u->value[field]);
	u->named[field] = true;
	u->value[field] = json_object_get(v);
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

static void
drop_log(struct update *u)
{
	if (u->log != NULL)
		json_object_put(u->log);
	u->log = NULL;
	u->log_bytes = 0;
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
	u->cancel = CANCEL_UNSAID;
	u->lap = u->ack = false;
	u->pid = 0;
	u->started = 0;
	drop_log(u);
	u->skipped = 0;
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
	const struct key *key = key_named("task");
	struct json_object *v = json_object_new_string(name);
	bool good = key->read(u, key, v, err);

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
		return key_says(err, key_of(field)->name, "is not UTF-8");
	return set(u, field, json_object_new_string(text), err);
}

void
update_remove(struct update *u, enum field field)
{
	update_name_field(u, field, NULL);
}

/* ---- the log ---- */

bool
update_push_log(struct update *u, struct json_object *line, char *err)
{
	size_t bytes = json_escaped_length(line);

	if (bytes > UPDATE_LOG_LINE_MAX) {
		json_object_put(line);
		snprintf(err, UPDATE_ERR, "a line of \"log\" is longer than %d bytes", UPDATE_LOG_LINE_MAX);
		return false;
	}
	if (u->log == NULL)
		u->log = json_object_new_array();
	json_object_array_add(u->log, line);
	u->log_bytes += bytes;
	while (json_object_array_length(u->log) > UPDATE_LOG_LINES_MAX || u->log_bytes > UPDATE_LOG_BYTES_MAX) {
		u->log_bytes -= json_escaped_length(json_object_array_get_idx(u->log, 0));
		json_object_array_del_idx(u->log, 0, 1);
		u->skipped++;
	}
	return true;
}

bool
update_add_log(struct update *u, const char *line, size_t len, char *err)
{
	if (utf8_check(line, len) != UTF8_OK)
		return key_says(err, "log", "is not UTF-8");
	return update_push_log(u, json_object_new_string_len(line, (int)len), err);
}

/* What stands before a gap is older than what is missing: it goes too. */
void
update_skip_log(struct update *u, uint64_t n)
{
	if (n == 0)
		return;
	u->skipped += n + update_logs(u);
	drop_log(u);
}

size_t
update_logs(const struct update *u)
{
	return u->log != NULL ? json_object_array_length(u->log) : 0;
}

const char *
update_log_json(const struct update *u, size_t i, size_t *len)
{
	return json_object_to_json_string_length(json_object_array_get_idx(u->log, i), JSON_PLAIN, len);
}

static void
merge_log(struct update *u, const struct update *later)
{
	char err[UPDATE_ERR];

	update_skip_log(u, later->skipped);
	for (size_t i = 0; i < update_logs(later); i++)
		update_push_log(u, json_object_get(json_object_array_get_idx(later->log, i)), err);
}

/* ---- what it says ---- */

void update_set_state(struct update *u, enum state state) { u->state = state; }
void update_set_hold(struct update *u, bool hold) { u->hold = hold ? HOLD_YES : HOLD_NO; }
void update_set_lap(struct update *u, bool lap) { u->lap = lap; }
void update_set_ack(struct update *u, bool ack) { u->ack = ack; }
void update_set_pid(struct update *u, pid_t pid) { u->pid = pid; }
void update_set_cancel(struct update *u, enum cancel cancel) { u->cancel = cancel; }
void update_set_started(struct update *u, double started) { u->started = started; }
const char *update_name(const struct update *u) { return u->name; }
enum state update_state(const struct update *u) { return u->state; }
enum hold update_hold(const struct update *u) { return u->hold; }
bool update_ack(const struct update *u) { return u->ack; }
bool update_lap(const struct update *u) { return u->lap; }
pid_t update_pid(const struct update *u) { return u->pid; }
enum cancel update_cancel(const struct update *u) { return u->cancel; }
double update_started(const struct update *u) { return u->started; }
uint64_t update_skipped(const struct update *u) { return u->skipped; }

bool
update_says_more(const struct update *u)
{
	for (int f = 0; f < FIELDS; f++)
		if (u->named[f])
			return true;
	return u->state != STATE_UNSAID || u->hold != HOLD_UNSAID || u->cancel != CANCEL_UNSAID ||
	    u->lap || u->pid != 0 || (update_logs(u) == 0 && u->skipped == 0);
}

void
update_merge(struct update *u, const struct update *later)
{
	memcpy(u->name, later->name, sizeof u->name);
	for (int f = 0; f < FIELDS; f++)
		if (later->named[f])
			update_name_field(u, (enum field)f, later->value[f]);
	if (later->state != STATE_UNSAID)
		u->state = later->state;
	if (later->hold != HOLD_UNSAID)
		u->hold = later->hold;
	if (later->cancel != CANCEL_UNSAID)
		u->cancel = later->cancel;
	if (later->pid != 0)
		u->pid = later->pid;
	if (later->started != 0)
		u->started = later->started;
	merge_log(u, later);
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
	if (u->pid != 0)
		json_object_object_add(o, "pid", json_object_new_int64(u->pid));
	if (u->cancel != CANCEL_UNSAID)
		json_add_text(o, "cancel", cancel_name(u->cancel));
	if (u->started != 0)
		json_add_time(o, "started", u->started);
	if (u->log != NULL)
		json_object_object_add(o, "log", json_object_get(u->log));
	if (u->skipped > 0)
		json_object_object_add(o, "skipped", json_object_new_int64((int64_t)u->skipped));
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
