/* publish.c -- see publish.h.  Owns one update, filled anew for each line. */
#include "broker/publish.h"

#include <event2/buffer.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "task/answer.h"
#include "task/id.h"

struct publish {
	struct runs *runs;
	struct update *update;
	uint64_t serials; /* given out */
};

struct publish *
publish_new(struct runs *rs)
{
	struct publish *p = xcalloc(1, sizeof *p);

	p->runs = rs;
	p->update = update_new();
	return p;
}

void
publish_free(struct publish *p)
{
	update_free(p->update);
	free(p);
}

static struct now
now(void)
{
	return (struct now){ clock_wall(), clock_mono() };
}

void
publisher_init(struct publish *p, struct publisher *from, struct process process)
{
	from->source.serial = ++p->serials;
	from->source.process = process;
	LIST_INIT(&from->source.held);
	from->lines = from->dropped = 0;
}

void
publisher_gone(struct publish *p, struct publisher *from)
{
	runs_gone(p->runs, &from->source, now());
}

/* `json` is used up. */
static void
answer(struct publisher *from, struct evbuffer *answers, char *json, size_t len)
{
	if (evbuffer_get_length(answers) + len < PUBLISH_ANSWERS_MAX) {
		evbuffer_add(answers, json, len);
		evbuffer_add(answers, "\n", 1);
	} else {
		from->dropped++;
	}
	free(json);
}

static void
refuse(struct publisher *from, const char *what, uint64_t line, struct evbuffer *answers)
{
	size_t len;
	char *json = answer_error(what, line, &len);

	answer(from, answers, json, len);
}

static void
confirm(struct publish *p, struct publisher *from, const struct entry *e, struct evbuffer *answers)
{
	char id[ID_TEXT_MAX];
	size_t len;
	char *json;

	id_format(id, (struct id){ table_life(runs_table(p->runs)), e->seq });
	json = answer_ok(id, e->name, &len);
	answer(from, answers, json, len);
}

static bool
blank(const char *line, size_t len)
{
	return len == 0 || (len == 1 && line[0] == '\r');
}

bool
publish_line(struct publish *p, struct publisher *from, const char *line, size_t len, struct evbuffer *answers)
{
	char err[UPDATE_ERR];
	const struct entry *e;

	from->lines++;
	if (blank(line, len))
		return true;
	if (utf8_check(line, len) == UTF8_BROKEN) {
		refuse(from, "not UTF-8", from->lines, answers);
		return false;
	}
	if (!update_read(p->update, line, len, err) ||
	    (e = runs_publish(p->runs, &from->source, p->update, now(), err)) == NULL)
		refuse(from, err, from->lines, answers);
	else if (update_ack(p->update) || e->kind == KIND_END)
		confirm(p, from, e, answers);
	return true;
}

void
publish_refuse(struct publisher *from, const char *what, struct evbuffer *answers)
{
	refuse(from, what, ++from->lines, answers);
}

void
publish_turn_away(struct publisher *from, const char *what, struct evbuffer *answers)
{
	refuse(from, what, 0, answers);
}
