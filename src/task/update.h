/* update.h -- one line of a publisher: the keys it names, and only those.
 *
 * The keys, their types and limits are headway-protocol(7)'s; they stand in one
 * table in update.c.  Nothing here does I/O or asks for the time. */
#ifndef HEADWAY_UPDATE_H
#define HEADWAY_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define UPDATE_ERR 512          /* bytes of an error text: a name and a sentence */
#define UPDATE_TITLE_MAX 256    /* escaped JSON bytes, without the quotes */
#define UPDATE_MESSAGE_MAX 4096
#define UPDATE_UNIT_MAX 32
#define UPDATE_SIGNAL_MAX 16
#define UPDATE_PID_MAX 4194304        /* 2^22: Linux has no greater (proc(5), pid_max) */
#define UPDATE_LOG_LINE_MAX 2000      /* escaped JSON bytes of a line */
#define UPDATE_LOG_LINES_MAX 200      /* of an update: the last ones, what precedes counts as skipped */
#define UPDATE_LOG_BYTES_MAX 49152    /* of all of them, escaped: an update stays one line of the protocol */

enum state {
	STATE_UNSAID, /* of an update: it does not name the state */
	STATE_RUNNING,
	STATE_DONE,
	STATE_FAILED,
	STATE_CANCELLED,
	STATE_LOST,   /* only the broker says so: the holder is gone */
};

enum hold { HOLD_UNSAID, HOLD_YES, HOLD_NO };

/* Where a wish that the run be cancelled has come to. */
enum cancel {
	CANCEL_UNSAID,
	CANCEL_ALLOWED,  /* the holder takes such wishes */
	CANCEL_ASKED,    /* somebody wishes it */
	CANCEL_STOPPING, /* the holder has begun to stop the job */
};

/* What a publisher can set and, with null, remove. */
enum field {
	FIELD_MOVED,
	FIELD_TOTAL,
	FIELD_TITLE,
	FIELD_MESSAGE,
	FIELD_UNIT,
	FIELD_EXIT,
	FIELD_SIGNAL,
	FIELDS
};

const char *state_name(enum state state);
const char *cancel_name(enum cancel cancel);
static inline bool state_ended(enum state s) { return s >= STATE_DONE; }

struct update;

struct update *update_new(void); /* empty: the unnamed task, nothing named */
void update_free(struct update *u);
void update_clear(struct update *u);

/* Reads one line (without its LF).  False: `err` (UPDATE_ERR bytes) says what
 * was wrong and the update is empty. */
bool update_read(struct update *u, const char *line, size_t len, char *err);

/* The same, from a program instead of a line; `err` as above. */
bool update_set_name(struct update *u, const char *name, char *err);
bool update_set_number(struct update *u, enum field field, double n, char *err);
bool update_set_text(struct update *u, enum field field, const char *text, char *err);
void update_remove(struct update *u, enum field field); /* it is not known any more */
void update_set_state(struct update *u, enum state state);
void update_set_hold(struct update *u, bool hold);
void update_set_lap(struct update *u, bool lap);
void update_set_ack(struct update *u, bool ack);
void update_set_pid(struct update *u, pid_t pid);          /* 0: none */
void update_set_cancel(struct update *u, enum cancel cancel);
void update_set_started(struct update *u, double started); /* seconds since the epoch; 0: unsaid */

/* One more line that the job has printed, UTF-8 without LF. */
bool update_add_log(struct update *u, const char *line, size_t len, char *err);
/* `n` lines have come and gone since the last one. */
void update_skip_log(struct update *u, uint64_t n);

/* What `later` says, said on top of what `u` says, of the same task. */
void update_merge(struct update *u, const struct update *later);

/* The line (without LF) that reads back as this update; free(3) it. */
char *update_line(const struct update *u, size_t *len);

const char *update_name(const struct update *u); /* NAME_UNNAMED if it has none */
enum state update_state(const struct update *u);
enum hold update_hold(const struct update *u);
bool update_ack(const struct update *u);
bool update_lap(const struct update *u);
pid_t update_pid(const struct update *u);           /* 0: none */
enum cancel update_cancel(const struct update *u);
double update_started(const struct update *u);      /* 0: unsaid */
size_t update_logs(const struct update *u);         /* lines */
uint64_t update_skipped(const struct update *u);    /* lines left out before these */
/* Line `i` as JSON, with its quotes; valid until the update changes. */
const char *update_log_json(const struct update *u, size_t i, size_t *len);
/* Does it say anything of the record, besides the log? */
bool update_says_more(const struct update *u);

/* For record.c: is the field named, and its value (NULL: remove it). */
struct json_object;
bool update_names(const struct update *u, enum field field);
struct json_object *update_value(const struct update *u, enum field field);
void field_add(struct json_object *o, enum field f, struct json_object *v); /* "KEY":V into o */

#endif
