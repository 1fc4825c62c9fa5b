/* optiontext.h -- the text that --help prints of a command's options, read back.
 *
 * So that what a shell offers is what the help says, and neither is written
 * twice.  A line that begins with two blanks and "--" has options, parted by a
 * comma and a blank: "--name", "--name VALUE" or "--name[=VALUE]"; what comes
 * after two blanks or more is said of all of them.  Other lines are passed over. */
#ifndef HEADWAY_OPTIONTEXT_H
#define HEADWAY_OPTIONTEXT_H

#include <stdbool.h>
#include <stddef.h>

struct optiontext_span {
	const char *s; /* not terminated */
	size_t len;
};

enum optiontext_value { VALUE_NONE, VALUE_WANTED, VALUE_OPTIONAL /* only after an equals sign */ };

struct optiontext {
	struct optiontext_span name; /* with its "--" */
	enum optiontext_value takes;
	struct optiontext_span value, says; /* "" if there is none */
	/* where to go on */
	const char *next, *list_end;
};

/* Before the first: all spans point into `text`. */
void optiontext_begin(struct optiontext *o, const char *text);
bool optiontext_next(struct optiontext *o);

/* The one called `name` (`len` bytes, with its "--").  False: there is none. */
bool optiontext_find(struct optiontext *o, const char *text, const char *name, size_t len);

#endif
