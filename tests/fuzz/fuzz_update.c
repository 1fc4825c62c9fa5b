/* fuzz_update.c -- lines of three connections, through everything that a line goes
 * through: update.c, runs.c, record.c, and change.c at the other end.  An empty
 * line: the publisher whose turn it is has gone. */
#include "fuzz.h"

#include "base/utf8.h"
#include "broker/runs.h"
#include "task/change.h"
#include "task/answer.h"
#include "task/json.h"
#include "task/record.h"

#define KEEP 20 /* seconds; each line takes one */

static struct runs *runs;
static struct update *update, *again;
static struct now now;

static void
check_json(const char *json, size_t len)
{
	struct json_object *o;

	CLAIM(memchr(json, '\0', len) == NULL);
	for (size_t i = 0; i < len; i++)
		CLAIM((unsigned char)json[i] >= ' ');
	CLAIM(utf8_check(json, len) == UTF8_OK);
	o = json_tokener_parse(json);
	CLAIM(json_object_is_type(o, json_type_object));
	json_object_put(o);
}

static void
check_reads_back(void)
{
	char err[UPDATE_ERR];
	size_t len, len2;
	char *line = update_line(update, &len), *line2;

	CLAIM(update_read(again, line, len, err));
	line2 = update_line(again, &len2);
	CLAIM(len == len2 && memcmp(line, line2, len) == 0);
	check_json(line, len);
	free(line);
	free(line2);
}

static void
check_entry(const struct entry *e)
{
	char *json = strndup(e->text.bytes + e->text.json_at, e->text.json_len);
	struct change c;

	CLAIM(e->text.json_len <= RECORD_JSON_MAX);
	CLAIM(e->text.bytes[e->text.len - 1] == '\n');
	check_json(json, e->text.json_len);
	CLAIM(change_read(&c, e->text.bytes, e->text.len - 1));
	CLAIM(c.seq == e->seq && c.run == e->run && strcmp(c.name, e->name) == 0);
	CLAIM(c.event == (e->kind == KIND_END ? CHANGE_END : CHANGE_RUN));
	CLAIM(c.json_len == e->text.json_len);
	free(json);
}

static void
check_error(const char *text)
{
	size_t len;
	char *json = answer_error(text, 1, &len);

	CLAIM(text[0] != '\0' && printable(text));
	check_json(json, len);
	free(json);
}

static void
publish(struct source *src, const uint8_t *bytes, size_t len)
{
	char err[UPDATE_ERR] = "";
	char *line = exactly(bytes, len);
	struct entry *e;

	now.wall += 1;
	now.mono += 1000000;
	if (len == 0) {
		runs_gone(runs, src, now);
	} else if (!update_read(update, line, len, err)) {
		check_error(err);
	} else {
		check_reads_back();
		e = runs_publish(runs, src, update, now, err);
		if (e != NULL)
			check_entry(e);
		else
			check_error(err);
	}
	runs_sweep(runs, now);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct table *table = table_new(1, run_forget);
	/* 0 and 2 are one process with two connections */
	struct source sources[3] = { { .serial = 1, .process = { 7, 7 } }, { .serial = 2 },
		{ .serial = 3, .process = { 7, 7 } } };
	size_t turn = 0;

	runs = runs_new(table, KEEP);
	now = (struct now){ 1e9, 1000000 };
	if (update == NULL) {
		update = update_new();
		again = update_new();
	}
	while (size > 0) {
		const uint8_t *lf = memchr(data, '\n', size);
		size_t len = lf != NULL ? (size_t)(lf - data) : size;

		publish(&sources[turn++ % 3], data, len);
		data += len + (lf != NULL);
		size -= len + (lf != NULL);
	}
	for (size_t i = 0; i < 3; i++)
		runs_gone(runs, &sources[i], now);
	table_free(table);
	runs_free(runs);
	return 0;
}
