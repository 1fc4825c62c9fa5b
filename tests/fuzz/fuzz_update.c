/* fuzz_update.c -- lines of three connections and two processes, through
 * everything that a line goes through: update.c, rules.c, runs.c, record.c, and
 * change.c at the other end.  An empty line: the publisher whose turn it is has
 * gone, and a process with it.  A reader of logs follows, and misses no line
 * without being told. */
#include "fuzz.h"

#include "base/utf8.h"
#include "broker/runs.h"
#include "task/answer.h"
#include "task/change.h"
#include "task/json.h"
#include "task/name.h"
#include "task/record.h"
#include "task/tally.h"

#define KEEP 20    /* seconds; each line takes one */
#define SILENCE 30

#define FOLLOWED_MAX 64 /* runs */

static struct runs *runs;
static struct table *table;
static struct update *update, *again;
static struct now now;

/* Connections, and the processes that their lines can name; a pid is taken
 * modulo their number. */
#define CONNS 3
#define PIDS 2

static struct {
	struct source source;
	struct holder holder;
} conns[CONNS];
static struct holder pids[PIDS];

static void
gone(struct holder *h, bool known)
{
	struct how how = { known, (int)now.wall & 0xff7f };

	runs_lose(runs, h, (struct how){ false, 0 }, now);
	runs_explain(runs, h, how);
	CLAIM(LIST_EMPTY(&h->runs) && LIST_EMPTY(&h->lost));
}

static bool
tell(struct source *src, const char *task)
{
	CLAIM(name_wrong(task, strlen(task)) == NULL);
	return src->serial != 2; /* one does not listen */
}

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

/* ---- a reader of logs ---- */

static struct {
	const struct order *order;
	struct tally tally;
	uint64_t cursor;
	struct {
		uint64_t run, last;
	} known[FOLLOWED_MAX];
	size_t runs;
} reader;

static void
check_chunk(const struct chunk *c)
{
	const struct text *t = &c->entry.text;
	struct share share = tally_share(&reader.tally, c);
	struct change change;
	struct logjson parts;
	size_t i = 0;
	char *json = strndup(t->bytes + t->json_at, t->json_len);

	check_json(json, t->json_len);
	CLAIM(change_read(&change, t->bytes, t->len - 1) && change.event == CHANGE_LOG);
	CLAIM(change.seq == c->entry.seq && change.run == c->entry.run);
	CLAIM(t->json_len <= LOGJSON_MAX && logjson_read(&parts, json, t->json_len));
	CLAIM(memcmp(&parts, &c->parts, sizeof parts) == 0);
	free(json);
	while (i < reader.runs && reader.known[i].run != c->entry.run)
		i++;
	if (i == FOLLOWED_MAX)
		return;
	if (i == reader.runs)
		reader.known[reader.runs++].run = c->entry.run;
	CLAIM(share.any && share.from == parts.first);
	CLAIM(reader.known[i].last + share.skipped + 1 == parts.first);
	reader.known[i].last = chunk_last(c);
	tally_sent(&reader.tally, c);
}

static void
follow(void)
{
	tally_resume(&reader.tally);
	for (struct entry *e; (e = order_next(reader.order, reader.cursor)) != NULL; reader.cursor = e->seq)
		if (e->kind == KIND_LOG)
			check_chunk(chunk_of(e));
	tally_settle(&reader.tally, reader.cursor);
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
publish(size_t turn, const uint8_t *bytes, size_t len)
{
	char err[UPDATE_ERR] = "";
	char *line = exactly(bytes, len);
	struct source *src = &conns[turn].source;
	struct holder *by = NULL;
	struct entry *e;

	now.wall += 1;
	now.mono += 1000000;
	now.boot += 1000000;
	if (len == 0) {
		gone(&conns[turn].holder, turn == 0);
		gone(&pids[turn % PIDS], turn == 1);
	} else if (!update_read(update, line, len, err)) {
		check_error(err);
	} else {
		check_reads_back();
		if (update_hold(update) == HOLD_YES)
			by = &conns[turn].holder;
		else if (update_pid(update) != 0)
			by = &pids[update_pid(update) % PIDS];
		e = runs_publish(runs, src, by, update, now, err);
		if (e != NULL)
			check_entry(e);
		else
			check_error(err);
	}
	runs_sweep(runs, now);
	follow();
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t turn = 0;

	table = table_new(1, run_forget);
	for (size_t i = 0; i < CONNS; i++) { /* 0 and 2 are of one process */
		conns[i].source = (struct source){ .serial = i + 1, .uid = (uid_t)(i % 2), .cancel = tell };
		conns[i].holder = (struct holder){ .connection = &conns[i].source, .process = { i != 1 ? 7 : 0, 0, 7 } };
	}
	for (size_t i = 0; i < PIDS; i++)
		pids[i] = (struct holder){ .is_process = true, .process = { 7 + (pid_t)i, 0, 7 } };
	runs = runs_new(table, KEEP, SILENCE);
	memset(&reader, 0, sizeof reader);
	reader.order = table_follow(table, NAME_EVERY, true);
	tally_begin(&reader.tally, 0, 0, 0);
	now = (struct now){ 1e9, 1000000, 1000000 };
	if (update == NULL) {
		update = update_new();
		again = update_new();
	}
	while (size > 0) {
		const uint8_t *lf = memchr(data, '\n', size);
		size_t len = lf != NULL ? (size_t)(lf - data) : size;

		publish(turn++ % CONNS, data, len);
		data += len + (lf != NULL);
		size -= len + (lf != NULL);
	}
	for (size_t i = 0; i < CONNS; i++) {
		gone(&conns[i].holder, false);
		seconds_clear(&conns[i].source.seconds);
	}
	for (size_t i = 0; i < PIDS; i++) {
		gone(&pids[i], true);
		seconds_clear(&pids[i].seconds);
	}
	table_free(table);
	runs_free(runs);
	return 0;
}
