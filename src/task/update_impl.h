/* update_impl.h -- the inside of an update, for update.c and keys.c alone. */
#ifndef HEADWAY_UPDATE_IMPL_H
#define HEADWAY_UPDATE_IMPL_H

#include "task/json.h"
#include "task/name.h"
#include "task/update.h"

struct update {
	struct json_tokener *tokener;
	char name[NAME_BYTES_MAX + 1];
	bool named[FIELDS];
	struct json_object *value[FIELDS]; /* of a named field: NULL removes */
	enum state state;
	enum hold hold;
	enum cancel cancel;
	bool lap, ack;
	pid_t pid;
	double started;
	struct json_object *log; /* an array of strings; NULL: none */
	size_t log_bytes;        /* escaped */
	uint64_t skipped;
};

/* A reader takes the value of its key into the update, or says in `err` what
 * the value should be, as a sentence that begins with the key. */
struct key {
	const char *name;
	bool (*read)(struct update *u, const struct key *key, struct json_object *v, char *err);
	enum field field;
	size_t max; /* text: escaped JSON bytes */
};

const struct key *key_named(const char *name);  /* NULL: there is none */
const struct key *key_of(enum field field);
bool key_says(char *err, const char *key, const char *what); /* false */

void update_name_field(struct update *u, enum field field, struct json_object *v); /* NULL: remove it */
bool update_push_log(struct update *u, struct json_object *line, char *err); /* takes it over */

#endif
