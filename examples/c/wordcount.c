/* wordcount.c -- prints the lines and words of files, and shows how far it is.
 *
 * The call stands in the innermost loop: it takes a few nanoseconds, and what it
 * says is sent twenty times a second at most.  Nothing here looks at whether
 * there is a broker: without one, all calls do nothing. */
#include <ctype.h>
#include <errno.h>
#include <headway.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct counts {
	unsigned long lines, words;
};

static double moved, total; /* bytes */

static bool
count(struct headway *h, const char *path, struct counts *c)
{
	FILE *in = fopen(path, "r");
	bool inside = false, good;
	int ch;

	if (in == NULL)
		return false;
	headway_message(h, "%s", path);
	while ((ch = getc(in)) != EOF) {
		c->lines += ch == '\n';
		c->words += !inside && !isspace(ch);
		inside = !isspace(ch);
		headway_set(h, ++moved, total);
	}
	good = !ferror(in);
	fclose(in);
	return good;
}

static double
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (double)st.st_size : 0;
}

int
main(int argc, char *argv[])
{
	struct headway *h = headway_open("wordcount");

	headway_title(h, "Counting words");
	headway_unit(h, "B");
	for (int i = 1; i < argc; i++)
		total += size_of(argv[i]);
	for (int i = 1; i < argc; i++) {
		struct counts c = { 0, 0 };

		if (!count(h, argv[i], &c)) {
			const char *why = strerror(errno);

			fprintf(stderr, "wordcount: %s: %s\n", argv[i], why);
			headway_message(h, "%s: %s", argv[i], why);
			headway_end(h, HEADWAY_FAILED);
			return 1;
		}
		printf("%lu %lu %s\n", c.lines, c.words, argv[i]);
		headway_log(h, "%lu %lu %s", c.lines, c.words, argv[i]);
	}
	headway_end(h, HEADWAY_DONE);
	return 0;
}
