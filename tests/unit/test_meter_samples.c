/* test_meter_samples.c -- what the meter makes of real programs: samples/ has
 * what those of Debian 12 printed, in a terminal (.pty) or into a pipe (.pipe),
 * with steps left out of the middle of the long ones. */
#include "unit.h"

#include "client/meter/meter.h"

#define SAMPLE_MAX (64 << 10)
#define SHARES_MAX 1000

struct sample {
	const char *file, *command;
	unsigned distinct;   /* different shares, at least */
	double last;         /* percent; -1: no total; NONE: nothing was read */
	const char *unit;    /* NULL: none */
	unsigned laps;
	const char *message; /* of the last reading; NULL: any */
};

#define NONE (-2)

static const struct sample samples[] = {
	/* dialects */
	{ "cmake_make.pty", "make", 15, 100, "%", 0, "Built target m" },
	{ "cmake_ninja.pty", "ninja", 15, 100, NULL, 0, "Linking C executable m" },
	{ "cmake_ninja_v.pipe", "sh", 10, 100, NULL, 0, NULL },
	{ "curl_meter.pty", "curl", 6, 100, "B", 0, "" },
	{ "curl_nosize.pty", "curl", 1, 100, "B", 0, "" }, /* it says the total when it is there */
	{ "curl_z.pty", "curl", 1, 100, "%", 0, "" },
	{ "dd.pty", "sh", 1, -1, "B", 0, "" },
	{ "ffmpeg.pty", "ffmpeg", 12, 100, "s", 0, "" },
	{ "git_clone.pipe", "git", 20, 100, NULL, 3, "Updating files" },
	{ "git_clone.pty", "git", 20, 100, NULL, 3, "Resolving deltas" },
	{ "git_gc.pty", "git", 20, 100, NULL, 3, "Building bitmaps" },
	{ "pv.pty", "pv", 4, 100, "%", 0, "" },
	{ "pv_n.pipe", "pv -n x", 4, 100, "%", 0, "" },
	{ "pv_nb.pipe", "pv -nb x", 1, -1, "B", 0, "" },
	{ "pv_named.pty", "pv", 4, 100, "%", 0, "thing" },
	{ "pv_nosize.pty", "pv", 1, -1, "B", 0, "" },
	{ "rsync_p2.pty", "rsync", 15, 100, "%", 0, "" },
	{ "rsync_progress.pty", "rsync", 15, 100, "files", 1, NULL },
	{ "rsync_vP.pty", "rsync", 4, 100, "%", 0, "rnd.bin" },
	{ "rsync_v_p2.pty", "rsync", 15, 100, "%", 0, NULL },
	{ "wget_bar.pty", "wget", 15, 100, "B", 0, "o.bin" },
	{ "wget_dot.pipe", "wget", 15, 100, "%", 0, "" },
	{ "wget_mega.pipe", "wget", 15, 100, "%", 0, "" },
	{ "wget_nosize.pty", "wget", 1, -1, "B", 0, "o.bin" },
	{ "wget_two.pty", "wget", 10, 100, "B", 1, "o.bin" },

	/* nobody wrote one for these */
	{ "7z_a.pty", "7z", 15, 100, "%", 0, "" },
	{ "apt_dl_big.pty", "apt-get", 8, 100, "%", 0, "" },
	{ "apt_fancy.pty", "apt-get", 10, 89, "%", 2, "" }, /* the bar at the bottom goes away before its end */
	{ "aria2c.pipe", "aria2c", 3, 100.0 * 50 / 57, "B", 0, NULL },
	{ "axel.pipe", "axel", 10, 100, "%", 0, "" },
	{ "cargo.pty", "cargo", 8, 100.0 * 8 / 9, NULL, 0, "Building" },
	{ "ctest.pipe", "ctest", 10, 100, NULL, 0, NULL },
	{ "curl_bar.pty", "curl", 5, 100, "%", 0, "" },
	{ "dcfldd.pty", "dcfldd", 5, 97, "%", 0, "" },
	{ "ddrescue.pty", "ddrescue", 5, 100, "%", 0, "pct rescued" },
	{ "e2fsck.pty", "e2fsck", 15, 100, "%", 0, "fs.img" },
	{ "fio.pipe", "fio", 3, 100, "%", 0, NULL },
	{ "flac.pty", "flac", 15, 100, "%", 0, "o.wav" },
	{ "genisoimage_v.pipe", "genisoimage", 6, 94.57, "%", 0, "" },
	{ "lame.pty", "lame", 8, 100, NULL, 0, "" },
	{ "mksquashfs.pty", "mksquashfs", 7, 100, NULL, 0, "" },
	{ "par2.pty", "par2", 15, 100, "%", 1, "Processing" },
	{ "parallel_bar.pty", "parallel", 5, 100, "%", 0, "" },
	{ "qemu_img.pty", "qemu-img", 15, 100, "%", 0, "" },
	{ "restic.pty", "restic", 15, 98.20, "%", 0, NULL },
	{ "rhash.pty", "rhash", 15, 100, "%", 0, "rnd.bin" },
	{ "rich.pty", "python3", 8, 100, "%", 0, "Working" },
	{ "sox.pty", "sox", 15, 100, "%", 0, "" },
	{ "tqdm_bytes.pty", "python3", 10, 100, NULL, 0, "x.bin" },
	{ "tqdm_desc.pty", "python3", 10, 100, NULL, 1, "epoch 2" },
	{ "tqdm_nested.pty", "python3", 7, 100, NULL, 2, "outer" },
	{ "tqdm_write.pipe", "python3", 10, 100, NULL, 0, "" },
	{ "xz_v.pty", "xz", 15, 100, "%", 0, "" },
	{ "zstd.pty", "zstd", 8, 100 * 50.5 / 57.2, "B", 0, "Read" }, /* its percent is the ratio */

	/* no bar, and so none is to be shown */
	{ "borg.pty", "borg", 0, NONE, NULL, 0, NULL },
	{ "e2fsck_C1.pty", "e2fsck", 0, NONE, NULL, 0, NULL },
	{ "mbuffer.pty", "mbuffer", 0, NONE, NULL, 0, NULL },
	{ "npm.pty", "npm", 0, NONE, NULL, 0, NULL },
	{ "parallel_eta.pty", "parallel", 0, NONE, NULL, 0, NULL },
	{ "rsync_v.pty", "rsync", 0, NONE, NULL, 0, NULL },
	{ "shred.pty", "shred", 0, NONE, NULL, 0, NULL },
	{ "tar_totals.pty", "tar", 0, NONE, NULL, 0, NULL },
	{ "xz_pipe.pty", "xz", 0, NONE, NULL, 0, NULL },
	{ "zstd_stdin.pty", "zstd", 0, NONE, NULL, 0, NULL },
};

struct result {
	struct meter *meter;
	unsigned readings, laps;
	double share[SHARES_MAX];
	struct reading last;
};

static void
piece(void *arg, const char *text, size_t len, enum piece_end end)
{
	struct result *result = arg;

	if (!meter_read(result->meter, text, len, end, &result->last))
		return;
	result->laps += result->last.lap;
	assert_true(result->readings < SHARES_MAX);
	result->share[result->readings++] = result->last.has_total ? 100 * result->last.moved / result->last.total : -1;
}

/* Bytes of the next chunk.  0: up to what begins the next step, as if the program paused after each. */
static size_t
next(const char *bytes, size_t len, size_t chunk)
{
	size_t n = 1;

	if (chunk > 0)
		return chunk < len ? chunk : len;
	while (n < len && ((bytes[n] != '\r' && bytes[n] != '\b') || bytes[n - 1] == bytes[n]))
		n++;
	return n;
}

static void
play(const struct sample *sample, const char *bytes, size_t len, size_t chunk, struct result *result)
{
	struct screen_user user = { .arg = result, .piece = piece };
	struct screen *screen = screen_new(&user);
	char command[100], shell[] = "sh", option[] = "-c", *argv[] = { shell, option, command, NULL }, *why;

	snprintf(command, sizeof command, "%s", sample->command);
	memset(result, 0, sizeof *result);
	result->meter = meter_new(argv, NULL, &why);
	for (size_t at = 0, n; at < len; at += n) {
		n = next(bytes + at, len - at, chunk);
		screen_feed(screen, bytes + at, n);
		if (chunk == 0)
			screen_idle(screen);
	}
	screen_end(screen);
	screen_free(screen);
	meter_free(result->meter);
}

static unsigned
distinct(const struct result *result)
{
	unsigned n = 0;

	for (unsigned i = 0; i < result->readings; i++) {
		unsigned k = 0;

		while (k < i && result->share[k] != result->share[i])
			k++;
		n += k == i;
	}
	return n;
}

static void
check(const struct sample *sample, const struct result *result, size_t chunk)
{
	double last = result->readings > 0 ? result->share[result->readings - 1] : NONE;

	print_message("# %s in chunks of %zu: %u readings, %u distinct, %u laps, last %.2f \"%s\"\n", sample->file, chunk,
		result->readings, distinct(result), result->laps, last, result->last.message);
	assert_true(distinct(result) >= sample->distinct);
	assert_float_equal(last, sample->last, 0.01);
	assert_int_equal(result->laps, sample->laps);
	if (sample->unit == NULL || result->last.unit == NULL)
		assert_ptr_equal(sample->unit, result->last.unit);
	else
		assert_string_equal(result->last.unit, sample->unit);
	if (sample->message != NULL)
		assert_string_equal(result->last.message, sample->message);
}

static void
real_programs_are_understood(void **state)
{
	const char *top = getenv("SRC_DIR");
	static char bytes[SAMPLE_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		static const size_t chunks[] = { SAMPLE_MAX, 7, 0 };
		char path[4096];
		struct result result;
		FILE *file;
		size_t len;

		snprintf(path, sizeof path, "%s/tests/unit/samples/%s", top != NULL ? top : ".", samples[i].file);
		file = fopen(path, "rb");
		if (file == NULL)
			fail_msg("%s: cannot be opened", path);
		len = fread(bytes, 1, sizeof bytes, file);
		fclose(file);
		for (size_t k = 0; k < COUNT(chunks); k++) {
			play(&samples[i], bytes, len, chunks[k], &result);
			check(&samples[i], &result, chunks[k]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_programs_are_understood),
	};

	return cmocka_run_group_tests_name("meter samples", tests, NULL, NULL);
}
