/* replay.c -- main() for a fuzz target without a fuzzer: gives it every file
 * named, and every file of the directories named, and prints TAP.  A target
 * that crashes takes the program, and so the `ok`, with it. */
#include "fuzz.h"

#include <dirent.h>
#include <err.h>
#include <sys/stat.h>

static unsigned inputs;

static void
replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	size_t len = 0, room = 0, n;

	if (file == NULL)
		err(1, "%s", path);
	do {
		if (len == room) {
			room = room > 0 ? 2 * room : 4096;
			bytes = realloc(bytes, room);
			if (bytes == NULL)
				err(1, NULL);
		}
		n = fread(bytes + len, 1, room - len, file);
		len += n;
	} while (n > 0);
	fclose(file);
	fprintf(stderr, "# %s\n", path); /* the last one named is the one that crashed */
	LLVMFuzzerTestOneInput(bytes, len);
	free(bytes);
	inputs++;
}

static void
replay_directory(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0)
		err(1, "%s", path);
	for (int i = 0; i < n; i++) {
		char *file;

		if (entries[i]->d_name[0] != '.') {
			if (asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
				err(1, NULL);
			replay_file(file);
			free(file);
		}
		free(entries[i]);
	}
	free(entries);
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *target = slash != NULL ? slash + 1 : argv[0];
	struct stat st;

	if (strncmp(target, "fuzz_", 5) == 0)
		target += 5;
	printf("1..1\n");
	fflush(stdout);
	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st) < 0)
			err(1, "%s", argv[i]);
		if (S_ISDIR(st.st_mode))
			replay_directory(argv[i]);
		else
			replay_file(argv[i]);
	}
	printf("%s 1 - %s: %u inputs replayed\n", inputs > 0 ? "ok" : "not ok", target, inputs);
	return inputs > 0 ? 0 : 1;
}
