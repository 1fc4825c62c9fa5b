/* watch_json.c -- each record as one line of JSON, exactly as the broker sent it.
 *
 * A removal is {"removed":{"task":NAME}}; {"resync":{}} says to forget what came
 * before, as the event of that name does in a stream. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "client/watch.h"
#include "task/name.h"
#include "task/table.h"

struct json {
	const struct watch_scene *scene;
	bool told; /* there is something to forget */
};

static void *
begin(const struct watch_scene *scene)
{
	struct json *self = xcalloc(1, sizeof *self);

	self->scene = scene;
	return self;
}

static void
changed(void *arg, struct entry *e)
{
	struct json *self = arg;
	const char *around[2] = { "", "" };

	if (e->kind == KIND_REMOVED) {
		around[0] = "{\"removed\":";
		around[1] = "}";
	}
	printf("%s%.*s%s\n", around[0], (int)e->text.len, e->text.bytes, around[1]);
	self->told = true;
}

static void
synced(void *arg)
{
	struct json *self = arg;
	struct table *t = self->scene->table;
	struct order *every = table_order(t, NAME_EVERY);

	if (self->told)
		puts("{\"resync\":{}}");
	for (struct entry *e = order_next(every, 0); e != NULL; e = order_next(every, e->seq))
		if (table_shown(t, e))
			changed(self, e);
}

const struct display display_json = {
	.begin = begin,
	.synced = synced,
	.changed = changed,
	.end = free,
};
