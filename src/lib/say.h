/* say.h -- one line for the broker, written into a fixed buffer.
 *
 * Writes just the JSON that update_read() takes: numbers as number_text() has
 * them, texts escaped as json-c escapes them (so that limits count alike), a
 * byte that is no UTF-8 as U+FFFD, and nothing longer than the protocol allows.
 * Allocates nothing.  The thread's locale must be "C" (uselocale(3)): in others
 * a number may have a comma. */
#ifndef HEADWAY_SAY_H
#define HEADWAY_SAY_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that hold any line of this library: a name, title, unit and message of
 * full length, and some numbers. */
#define SAY_ROOM 8192

struct say {
	char *text;
	size_t room, len; /* a key that does not fit is left out */
};

/* {"task":NAME; NAME needs no escapes */
void say_begin(struct say *s, char *text, size_t room, const char *name);

void say_number(struct say *s, const char *key, double n); /* number_ok(n) */
void say_time(struct say *s, const char *key, double t);   /* seconds, to the millisecond */
void say_true(struct say *s, const char *key);
void say_null(struct say *s, const char *key);
void say_text(struct say *s, const char *key, const char *text, size_t len, size_t max); /* max: escaped bytes */

/* "KEY":[TEXT,...]; say_item() is false if there is no room for this one. */
void say_list(struct say *s, const char *key);
bool say_item(struct say *s, const char *text, size_t len, size_t max);
void say_list_end(struct say *s);

/* }LF; the length of all */
size_t say_end(struct say *s);

#endif
