/* steps.c -- "[12/340] CC foo.o" of ninja, and "[ 45%] Building C object ..." of
 * the makefiles that CMake writes.  What follows is the message.
 *
 * Other programs number their lines like that too; where it is not ninja or CMake
 * for sure, the numbers have to rise first. */
#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <string.h>

enum { KEY_STEPS, KEY_PERCENT };

struct memory {
	bool ninja; /* the command names it, or it has said so itself */
};

static void
open_(void *memory, char *const argv[])
{
	struct memory *m = memory;

	m->ninja = argv_names(argv, "ninja") || argv_names(argv, "meson") || argv_names(argv, "cmake");
}

/* What CMake's makefiles print behind the percent */
static bool
cmake_word(const struct scan *s)
{
	static const char *const words[] = { "Automatic ", "Built target ", "Building ", "Generating ", "Linking ",
		"Performing ", "Creating ", "Completed ", "No " };
	struct scan t = *s;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (scan_text(&t, words[i]))
			return true;
	return false;
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	struct memory *m = memory;
	struct scan s = scan_piece(p);
	struct amount n, total;
	bool sure = m->ninja;

	if (scan_text(&s, "ninja: Entering directory"))
		m->ninja = true;
	if (!scan_text(&s, "["))
		return NOT_MINE;
	scan_blanks(&s);
	if (!scan_amount(&s, &n) || !n.whole)
		return NOT_MINE;
	if (scan_text(&s, "/")) {
		if (!scan_amount(&s, &total) || !total.whole || !scan_text(&s, "] "))
			return NOT_MINE;
		if (n.value > total.value || total.value == 0)
			return NOT_MINE;
		say_of(say, n.value, total.value, NULL);
		say->key = KEY_STEPS;
		say->grows = true; /* ninja finds out on its way what need not be built */
	} else {
		if (!scan_text(&s, "%] ") || n.value > 100)
			return NOT_MINE;
		sure = cmake_word(&s);
		say_percent(say, n.value);
		say->key = KEY_PERCENT;
	}
	if (s.at < s.end && (*s.at == ' ' || *s.at == '[')) /* a bar, or a column: not words */
		return NOT_MINE;
	say_label(say, s.at, (size_t)(s.end - s.at));
	say->line = true;
	say->need = sure ? 0 : p->drawn ? 1 : 2;
	return 1;
}

const struct dialect dialect_steps = { .name = "steps", .memory = sizeof(struct memory), .open = open_, .hear = hear };
