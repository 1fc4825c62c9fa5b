/* print.c -- see print.h.  Owns nothing; decides nothing. */
#include "doctor/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/judge.h"
#include "task/json.h"

static const struct {
	const char *word, *name; /* for people, for programs */
	const char *color;       /* ECMA-48, SGR */
} verdicts[] = {
	[VERDICT_OK] = { "ok", "ok", "\033[32m" },
	[VERDICT_NOTE] = { "note", "note", "\033[33m" },
	[VERDICT_WRONG] = { "WRONG", "wrong", "\033[1;31m" },
	[VERDICT_UNSURE] = { "?", "unsure", "\033[33m" },
};

#define PLAIN "\033[0m"

/* Texts of others were made printable when they were seen; paths and names come
 * from here.  This is for those. */
static void
put(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		bool c1 = (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] < 0xa0; /* UTF-8's form of another ESC [ */

		fputc((unsigned char)*text < ' ' || *text == '\177' || c1 ? '?' : *text, out);
	}
}

static void
print_line(FILE *out, const struct finding *f, int width, bool color)
{
	fprintf(out, "%-*s  %s%-5s%s  ", width, f->check, color ? verdicts[f->verdict].color : "", verdicts[f->verdict].word,
	    color ? PLAIN : "");
	put(out, f->text);
	fputc('\n', out);
}

static void
print_remedy(FILE *out, const struct remedy *r)
{
	const char *line = r->lines;

	fprintf(out, "  ");
	put(out, r->where);
	fputs(":\n", out);
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		char *one = strndup(line, len);

		fputs("      ", out);
		put(out, one != NULL ? one : "");
		fputc('\n', out);
		free(one);
		line += len + (line[len] == '\n');
	}
}

void
print_findings(FILE *out, const struct findings *all, bool color)
{
	int width = 0;

	for (size_t i = 0; i < all->count; i++)
		if ((int)strlen(all->list[i].check) > width)
			width = (int)strlen(all->list[i].check);
	for (size_t i = 0; i < all->count; i++)
		print_line(out, &all->list[i], width, color);
	for (size_t i = 0; i < all->count; i++) {
		const struct finding *f = &all->list[i];

		if (f->why == NULL && f->count == 0)
			continue;
		fprintf(out, "\n%s: ", f->check);
		put(out, f->why != NULL ? f->why : f->text);
		fputc('\n', out);
		for (size_t j = 0; j < f->count; j++)
			print_remedy(out, &f->remedies[j]);
	}
}

/* ---- JSON ---- */

static struct json_object *
remedies(const struct finding *f)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < f->count; i++) {
		struct json_object *o = json_object_new_object();

		json_add_text(o, "where", f->remedies[i].where);
		json_add_text(o, "lines", f->remedies[i].lines);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *
finding(const struct finding *f)
{
	struct json_object *o = json_object_new_object();

	json_add_text(o, "check", f->check);
	json_add_text(o, "verdict", verdicts[f->verdict].name);
	json_add_text(o, "id", f->id);
	json_add_text(o, "text", f->text);
	if (f->why != NULL)
		json_add_text(o, "why", f->why);
	if (f->count > 0)
		json_object_object_add(o, "remedies", remedies(f));
	return o;
}

static struct json_object *
delays(const struct seen_stream *s)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < s->came; i++)
		json_object_array_add(list, json_object_new_int64(llround(1000 * s->delay[i])));
	return list;
}

void
print_json(FILE *out, const struct seen *s, const struct findings *all)
{
	static const char *const words[] = { "ok", "wrong", "", "unsure" };
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	char *text;
	size_t len;

	json_add_text(o, "status", words[judge_status(all)]);
	json_add_text(o, "url", s->mount);
	for (size_t i = 0; i < all->count; i++)
		json_object_array_add(list, finding(&all->list[i]));
	json_object_object_add(o, "checks", list);
	if (s->stream.came > 0)
		json_object_object_add(o, "delays_ms", delays(&s->stream));
	text = json_render(o, &len);
	fprintf(out, "%s\n", text);
	free(text);
}
