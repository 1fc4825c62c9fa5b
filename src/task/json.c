/* json.c -- see json.h.  Pure; owns nothing. */
#include "task/json.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "task/number.h"
#include "task/strict.h"

struct json_tokener *
json_reader(void)
{
	struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH_MAX);

	if (tok == NULL)
		fatalx("out of memory");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	return tok;
}

struct json_object *
json_read(struct json_tokener *tok, const char *line, size_t len, char *err, size_t size)
{
	struct json_object *root;
	size_t nkeys;

	if (!strict_check(line, len, &nkeys, err, size))
		return NULL;
	while (len > 0 && strchr(" \t\r", line[len - 1]) != NULL)
		len--;
	json_tokener_reset(tok);
	root = json_tokener_parse_ex(tok, line, (int)len);
	if (root == NULL || json_tokener_get_parse_end(tok) != len) {
		snprintf(err, size, json_tokener_get_error(tok) == json_tokener_continue && len > 0 && line[0] == '{' ?
		    "not JSON: the line ends too soon" : "not JSON: one object {...} a line is expected");
		if (root != NULL)
			json_object_put(root);
		return NULL;
	}
	if (!json_object_is_type(root, json_type_object))
		snprintf(err, size, "one JSON object {...} a line is expected");
	else if ((size_t)json_object_object_length(root) != nkeys)
		snprintf(err, size, "a key appears twice");
	else
		return root;
	json_object_put(root);
	return NULL;
}

void
json_add_number(struct json_object *o, const char *key, double n)
{
	char text[NUMBER_TEXT_MAX];

	number_text(text, n);
	json_object_object_add(o, key, n == floor(n) ?
	    json_object_new_int64((int64_t)n) : json_object_new_double_s(n, text));
}

void
json_add_rounded(struct json_object *o, const char *key, double n, int digits)
{
	char text[NUMBER_TEXT_MAX];

	snprintf(text, sizeof text, "%.*e", digits - 1, n);
	n = strtod(text, NULL);
	number_text(text, n);
	json_object_object_add(o, key, json_object_new_double_s(n, text));
}

/* Milliseconds are as fine as a person's clock needs. */
void
json_add_time(struct json_object *o, const char *key, double t)
{
	char text[NUMBER_TEXT_MAX];

	snprintf(text, sizeof text, "%.3f", t);
	json_object_object_add(o, key, json_object_new_double_s(t, text));
}

void
json_add_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

size_t
json_escaped_length(struct json_object *text)
{
	size_t len;

	json_object_to_json_string_length(text, JSON_PLAIN, &len);
	return len - 2;
}

char *
json_render(struct json_object *o, size_t *len)
{
	const char *s = json_object_to_json_string_length(o, JSON_PLAIN, len);
	char *copy = xcalloc(*len + 1, 1);

	memcpy(copy, s, *len);
	json_object_put(o);
	return copy;
}
