/* json.h -- json-c as Headway uses it: strict on the way in, plain on the way out.
 *
 * Shared by update.c, keys.c, record.c, answer.c, view.c and the responder's
 * health.c, the only files that know json-c; everybody else sees lines. */
#ifndef HEADWAY_JSON_H
#define HEADWAY_JSON_H

#include <json-c/json.h>
#include <stddef.h>

#define JSON_DEPTH_MAX 4
#define JSON_PLAIN (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* A tokener for json_read(); kept, since setting one up costs more than a line. */
struct json_tokener *json_reader(void);

/* The one object that the line is, with its keys checked to be distinct; the
 * caller puts it.  NULL: `err` (`size` bytes) says what is wrong. */
struct json_object *json_read(struct json_tokener *tok, const char *line, size_t len, char *err, size_t size);

void json_add_text(struct json_object *o, const char *key, const char *text);
void json_add_number(struct json_object *o, const char *key, double n); /* whole numbers without a point */
void json_add_rounded(struct json_object *o, const char *key, double n, int digits); /* significant ones */
void json_add_time(struct json_object *o, const char *key, double t);   /* seconds, to the millisecond */

/* Bytes of a string as it stands in JSON, without the quotes. */
size_t json_escaped_length(struct json_object *text);

/* The text of `o`, which is used up; free(3) it. */
char *json_render(struct json_object *o, size_t *len);

#endif
