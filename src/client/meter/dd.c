/* dd.c -- "12648448 bytes (13 MB, 12 MiB) copied, 1 s, 12.4 MB/s", dd with
 * status=progress.  It never says how much there will be.  That is known where dd is
 * the command itself and reads a file or a device: its size, less what is
 * skipped, or count= if that is less. */
#include "base/time64.h"

#include "client/meter/dialect.h"
#include "client/meter/scan.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 512 /* dd's, without bs= */

struct memory {
	double total; /* 0: not known */
};

/* A number as dd takes it: 4096, 4k, 1M, 1MB, 1MiB, 2x512 */
static bool
operand(const char *text, double *value)
{
	struct scan s = scan_of(text, strlen(text));
	double product = 1;

	do {
		struct amount a;
		static const struct {
			const char *suffix;
			double scale;
		} suffixes[] = { { "kB", 1e3 }, { "KB", 1e3 }, { "MB", 1e6 }, { "GB", 1e9 }, { "TB", 1e12 },
			{ "KiB", 0x1p10 }, { "MiB", 0x1p20 }, { "GiB", 0x1p30 }, { "TiB", 0x1p40 }, { "k", 0x1p10 },
			{ "K", 0x1p10 }, { "M", 0x1p20 }, { "G", 0x1p30 }, { "T", 0x1p40 }, { "b", 512 }, { "w", 2 }, { "c", 1 } };

		if (!scan_amount(&s, &a) || !a.whole)
			return false;
		product *= a.value;
		for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
			if (scan_text(&s, suffixes[i].suffix)) {
				product *= suffixes[i].scale;
				break;
			}
	} while (scan_text(&s, "x"));
	*value = product;
	return s.at == s.end;
}

/* Bytes of a regular file or of a block device; -1 of anything else, which is not opened. */
static double
size_of(const char *path)
{
	struct stat st;
	off_t size;
	int fd;

	if (stat(path, &st) < 0)
		return -1;
	if (S_ISREG(st.st_mode))
		return (double)st.st_size;
	if (!S_ISBLK(st.st_mode) || (fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) < 0)
		return -1;
	size = lseek(fd, 0, SEEK_END);
	close(fd);
	return (double)size;
}

static void
open_(void *memory, char *const argv[])
{
	struct memory *m = memory;
	double block = BLOCK, skip = 0, count = -1, size = -1;

	if (!argv_is(argv, "dd"))
		return;
	for (size_t i = 1; argv[i] != NULL; i++) {
		const char *value = strchr(argv[i], '=');

		if (value == NULL)
			continue;
		value++;
		if (strncmp(argv[i], "if=", 3) == 0)
			size = size_of(value);
		else if (strncmp(argv[i], "bs=", 3) == 0 || strncmp(argv[i], "ibs=", 4) == 0) {
			if (!operand(value, &block))
				return;
		} else if (strncmp(argv[i], "skip=", 5) == 0 || strncmp(argv[i], "count=", 6) == 0) {
			if (strchr(value, 'B') != NULL || !operand(value, argv[i][0] == 's' ? &skip : &count))
				return; /* B: bytes, not blocks; rare */
		} else if (strncmp(argv[i], "iseek=", 6) == 0 ||
		    (strncmp(argv[i], "iflag=", 6) == 0 && strstr(value, "_bytes") != NULL)) {
			return; /* skip= by another name; count= and skip= are bytes */
		}
	}
	size -= skip * block;
	if (count >= 0 && (size < 0 || count * block < size))
		size = count * block;
	m->total = size > 0 ? size : 0;
}

static int
hear(void *memory, const struct piece *p, struct saying say[])
{
	const struct memory *m = memory;
	struct scan s = scan_piece(p);
	struct amount bytes;

	if (!scan_amount(&s, &bytes) || !bytes.whole || !scan_text(&s, " byte") || strstr(s.at, " copied, ") == NULL)
		return NOT_MINE;
	if (m->total > 0 && bytes.value <= m->total)
		say_of(say, bytes.value, m->total, "B");
	else
		say_moved(say, bytes.value, "B");
	return 1;
}

const struct dialect dialect_dd = { .name = "dd", .memory = sizeof(struct memory), .open = open_, .hear = hear };
