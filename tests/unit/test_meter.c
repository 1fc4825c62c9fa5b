/* test_meter.c -- what counts as progress and what does not: the rules of
 * meter.c, choice.c and the dialects, on small outputs made for them.  What
 * real programs print is in test_meter_samples.c. */
#include "unit.h"

#include <unistd.h>

#include "client/meter/meter.h"

#define TOLD_MAX 4096

static struct meter *meter;
static char told[TOLD_MAX];

static void
piece(void *arg, const char *text, size_t len, enum piece_end end)
{
	struct reading r;
	size_t at = strlen(told);

	(void)arg;
	if (!meter_read(meter, text, len, end, &r))
		return;
	at += (size_t)snprintf(told + at, TOLD_MAX - at, "%s%s%.15g", at > 0 ? " " : "", r.lap ? "lap " : "", r.moved);
	if (r.has_total)
		at += (size_t)snprintf(told + at, TOLD_MAX - at, "/%.15g", r.total);
	at += (size_t)snprintf(told + at, TOLD_MAX - at, "%s", r.unit != NULL ? r.unit : "");
	if (r.message[0] != '\0')
		snprintf(told + at, TOLD_MAX - at, "(%s)", r.message);
}

/* execvp(3) wants no const; nobody writes there */
#define ARGV(...) ((char *const *)(const char *const[]){ __VA_ARGS__, NULL })
#define no_command ARGV("sh")

/* "10/100% lap 5/10(phase)": the readings of an output.  A '\v' in it is a pause. */
static const char *
readings(char *const argv[], const char *match, const char *output)
{
	struct screen_user user = { .piece = piece };
	struct screen *screen = screen_new(&user);
	char *why = NULL;

	told[0] = '\0';
	meter = meter_new(argv, match, &why);
	assert_non_null(meter);
	for (; *output != '\0'; output++)
		if (*output == '\v')
			screen_idle(screen);
		else
			screen_feed(screen, output, 1);
	screen_end(screen);
	screen_free(screen);
	meter_free(meter);
	return told;
}

#define READS(output, expected) assert_string_equal(readings(no_command, NULL, output), expected)
#define READS_OF(command, output, expected) \
	assert_string_equal(readings(ARGV("sh", "-c", command), NULL, output), expected)

/* ---- what is drawn over and over ---- */

static void
a_percent_that_is_drawn_and_rises_is_progress(void **state)
{
	(void)state;
	READS("\r1%\r2%\r3%\n", "2/100% 3/100%");
	READS("Copying  10 %\rCopying  11 %\rCopying 100 %\n", "100/100%(Copying)");
	READS("[==>   ] 45.3%\r[===>  ] 46,1%\r[====> ] 50,00%\r", "46.1/100% 50/100%");
	READS("(45%)\r(46%)\r", "46/100%");
	READS("45\302\240%\r46\302\240%\r", "46/100%");
	READS("\b\b\b\b 1%\b\b\b\b 2%\b\b\b\b 3%", "2/100% 3/100%");
	READS("x \342\226\210\342\226\210\342\226\210 10%\rx \342\226\210\342\226\210\342\226\211 11%\r", "11/100%");
}

static void
n_of_m_that_is_drawn_and_rises_is_progress(void **state)
{
	(void)state;
	READS("\r1/30\r2/30\r3/30\n", "2/30 3/30");
	READS("\rRead 1.5/10.5 MB\rRead 2.5/10.5 MB\rRead 3.5/10.5 MB\r", "3500000/10500000B(Read)");
	READS("\r1 KiB / 2 MiB\r512KiB/2MiB\r", "524288/2097152B");
	READS("\r1,000 of 3,000\r2,000 of 3,000\r", "2000/3000");
	READS("\r(1.50/100%)\r(2.50/100%)\r", "2.5/100%");
}

static void
where_percent_and_n_of_m_agree_the_finer_one_is_told(void **state)
{
	(void)state;
	READS("\r10%|# | 31/300 [00:01\r11%|# | 33/300 [00:01\r", "33/300");
}

static void
where_they_disagree_the_first_one_that_rises_is_told(void **state)
{
	(void)state;
	/* a ratio behind it */
	READS("\rRead: 1 MiB / 9 MiB ==> 99%\rRead: 2 MiB / 9 MiB ==> 99%\rRead: 3 MiB / 9 MiB ==> 99%\r",
		"3145728/9437184B(Read)");
	/* compressed of so much read: not a total, it grows each time */
	READS("\r 6.8 % 3.8 MiB / 3.9 MiB = 0.98\r12.4 % 7.0 MiB / 7.1 MiB = 0.99\r17.6 % 9.0 MiB / 9.1 MiB\r",
		"12.4/100% 17.6/100%");
	/* the part of one file within the whole */
	READS("\r0% [a 0 B/9 kB 0%]\r11% [a 4 kB/9 kB 44%]\r20% [a 8 kB/9 kB 88%]\r30% [b 1 kB/9 kB 11%]\r",
		"11/100% 20/100% 30/100%");
}

static void
what_is_drawn_but_does_not_rise_is_no_progress(void **state)
{
	(void)state;
	READS("\rlocal:2/40/100%\rlocal:2/39/100%\rlocal:1/39/100%\r", "");
	READS("\r500%\r1000%\r1500%\r", "");
	READS("\rcpu 10%\rcpu 20%\rcpu 30%\rcpu 40%\r", "");
	READS("\rin 3 MiB/s, buffer 1% full\rin 3 MiB/s, buffer 2% full\rin 3 MiB/s, buffer 3% full\r", "");
	READS("\rratio -1.5%\r-2.5%\r-3.5%\r-4.5%\r", "");
	READS("\r12:01/13:30\r12:02/13:30\r12:03/13:30\r12:04/13:30\r", "");
	READS("\rsaved 12 files\rsaved 13 files\rsaved 14 files\r", "");
}

/* ---- lines that stay ---- */

static void
lines_whose_number_rises_twice_are_progress(void **state)
{
	(void)state;
	READS("10% done\n20% done\n30% done\n", "30/100%");
	READS("Progress: 10%\nProgress: 20%\nProgress: 30%\nProgress: 100%\n", "30/100% 100/100%");
	READS("1/12 a OK\n2/12 b OK\n3/12 c FAIL\n", "3/12");
	READS("  Installing : a-1.2   1/8\n  Installing : bc-7   2/8\n  Installing : d   3/8\n", "3/8(Installing : d)");
	READS("tests/a.py ....   [ 10%]\ntests/b.py ..   [ 20%]\ntests/c.py ...  [ 30%]\n", "30/100%(tests/c.py)");
	READS("(01/12) x\nnoise\n(02/12) y\nnoise 5/7\n(03/12) z\n", "3/12");
	READS("step 1 of 50: a\nstep 2 of 50: b\nstep 3 of 50: c\n", "3/50(step)");
	READS("[#f7 16KiB/57MiB(0%) CN:1]\n[#f7 12MiB/57MiB(21%) CN:1]\n[#f7 25MiB/57MiB(44%)]\n", "26214400/59768832B");
}

static const char *const prose[] = {
	"disk 91% full\ndisk 92% full\ndisk 93% full\ndisk 94% full\n",
	"disk 1% full\ndisk 2% full\ndisk 3% full\ndisk 4% full\n",
	"Use% 10\n/dev/sda1 100G 20G 80G 20% /\n/dev/sdb1 100G 30G 70G 30% /b\n/dev/sdc1 1G 1G 1G 40% /c\n",
	"test 3/4 failed\n",
	"test 1/4 failed\ntest 2/4 failed\ntest 3/4 failed\n",
	"[1/2] foo\n[2/2] bar\n",
	"[1/1] foo\n[1/1] bar\n",
	"11/22 21:08:29 a\n11/22 21:08:30 b\n11/23 00:00:01 c\n11/24 00:00:01 d\n11/25 00:00:02 e\n",
	"2026/11/22 a\n2026/11/23 b\n2026/11/24 c\n",
	"22/11/2026 a\n23/11/2026 b\n24/11/2026 c\n",
	"01/2026: 10 EUR\n02/2026: 11 EUR\n03/2026: 12 EUR\n",
	"v1/2.3\nv2/2.3\nv3/2.3\n",
	"GET /a/1/9 HTTP/1.1\nGET /a/2/9 HTTP/1.1\nGET /a/3/9 HTTP/1.1\n",
	"10.0.0.1/24 up\n10.0.0.2/24 up\n10.0.0.3/24 up\n",
	"attempt 1/5 failed\nattempt 2/5 failed\nattempt 3/5 failed\nretry 4/5\n",
	"accuracy: 45.1%\naccuracy: 52.0%\naccuracy: 61.3%\naccuracy: 70%\n",
	"epoch 1 loss 0.5 acc=41%\nepoch 2 loss 0.4 acc=52%\nepoch 3 loss 0.3 acc=63%\n",
	"CPU: 11%\nCPU: 12%\nCPU: 13%\nCPU: 14%\n",
	"battery 10%\nbattery 11%\nbattery 12%\n",
	"3 packets transmitted, 3 received, 0% packet loss, time 2003ms\n",
	"lib.c: 10% of branches\nlib.c: 20% of branches\nlib.c: 30% of branches\n",
	"[INFO] alpha 10%\n[INFO] beta 20%\n[INFO] gamma 30%\n",
	"Lines: 85% (170/200)\nBranches: 50% (1/2)\n",
	"100% tests passed, 0 tests failed out of 12\n",
	"Unpacking a (1.2-3/4)\nUnpacking b (1.2-4/4)\nUnpacking c (1.2-5/4)\n",
	"pass 1/3 (random)\npass 2/3 (random)\npass 3/3 (000000)\n",
	"50% off today\n60% off today\n70% off today\n80% off today\n",
	"load: 1/234 12345\nload: 2/235 12346\nload: 3/236 12347\n",
	"chmod 10% 20% 30%\n",
	"%d/%d %5d%%\n",
	"-1.5%\n-2.5%\n-3.5%\n",
	"it is 10 / 20 and 30/40\n",
	"0 1 2 3 4 5 6 7 8 9 10 11\n1 1 2 3 4 5 6 7 8 9 10 11\n2 1 2 3 4 5 6 7 8 9 10 11\n",
	"1\n2\n3\n4\n5\n",
	"a.b.c 1.2.3% 4.5.6%\n7.8.9/10\n",
	"total size is 60,000,000  speedup is 1.00\n",
	"fs.img: 11/1310720 files (0.0% non-contiguous), 93521/5242880 blocks\n",
	"time=00:00:05.00 and size=3\n",
	"copied 3 bytes copied, ok\n",
};

static void
prose_is_no_progress(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(prose); i++) {
		readings(no_command, NULL, prose[i]);
		if (told[0] != '\0')
			fail_msg("%s: %s", prose[i], told);
	}
}

static void
a_line_that_is_still_being_written_is_not_read(void **state)
{
	(void)state;
	READS("1/3\v40 a\n2/3\v40 b\n3/3\v40 c\n4/3\v40 d\n", "3/340 4/340");
	READS("\r1/3\v40\v\r2/3\v40\v\r3/3\v40\r", "2/340 3/340");
}

static void
a_line_that_grows_is_progress(void **state)
{
	(void)state;
	READS("Checking: 10%\v..20%\v..30%\v..40%\v..100%\n", "30/100%(Checking) 40/100%(Checking) 100/100%(Checking)");
	READS("0\v...10\v...20\v...30\v...4\v0...50 - x\n", "20/100% 30/100% 50/100%");
	READS("0...10...20...30...40...50...60...70...80...90...100 - done.\n", "100/100%");
}

/* ---- phases and laps ---- */

static void
a_bar_that_starts_over_is_a_lap(void **state)
{
	(void)state;
	READS("\r1%\r50%\r100%\r0%\r10%\r", "50/100% 100/100% lap 0/100% 10/100%");
	READS("\rone: 1%...\rone: 99%...\rtwo: 1%...\rtwo: 2%...\rtwo: 3%...\rtwo: 4%...\r", "99/100%(one) lap 4/100%(two)");
	READS("\rpart 1: 10%...\rpart 1: 90%...\rpart 2: 80%...\rpart 2: 85%...\r",
		"90/100%(part 1) lap 80/100%(part 2) 85/100%(part 2)");
}

static void
a_small_fall_is_none(void **state)
{
	(void)state;
	READS("\rx: 1.0%\rx: 8.3%\rx: 7.7%\rx: 8.8%\rx: 100.0%\rx: 99.4%\r", "8.8/100% 100/100%");
}

static void
a_total_that_grows_is_no_lap(void **state)
{
	(void)state;
	READS("\r10/20\r11/20\r12/24\r", "11/20 12/24");
}

static void
the_same_again_is_no_news(void **state)
{
	(void)state;
	READS("\r1%\r2%\r2%\r2%\n", "2/100%");
}

static void
the_last_line_of_a_display_is_not_its_next_lap(void **state)
{
	(void)state;
	READS("\rimg: |==  | 10.0%\rimg: |====| 100.0%\rimg: 11/13 files (0.0% non-contiguous), 9/5242880 blocks\n", "100/100%(img)");
}

static void
of_a_bar_within_a_bar_the_outer_one_is_told(void **state)
{
	static char text[4096];

	(void)state;
	text[0] = '\0';
	for (int outer = 0; outer <= 3; outer++) {
		snprintf(text + strlen(text), sizeof text - strlen(text), "\router: %d/3 ...\n", outer);
		for (int inner = 0; inner <= 20 && outer < 3; inner += 5)
			snprintf(text + strlen(text), sizeof text - strlen(text), "\rinner: %d/20 ...\033[K\033[A\r\n", inner);
		strcat(text, "\033[A");
	}
	/* until the outer one has moved, the inner one is all there is; then it never speaks again */
	readings(no_command, NULL, text);
	assert_non_null(strstr(told, "20/20(inner) lap "));
	assert_non_null(strstr(told, "3/3(outer)"));
	assert_null(strstr(strstr(told, "(outer)"), "(inner)"));
}

static void
two_bars_do_not_fight(void **state)
{
	(void)state;
	READS("\rone 1%...\rtwo 1%...\rone 2%...\rtwo 60%...\rone 3%...\rtwo 61%...\rone 4%...\rtwo 62%...\r",
		"2/100%(one) 3/100%(one) 4/100%(one)");
	/* the build goes on while a step draws a bar of its own */
	READS_OF("ninja", "[1/30] a\n[2/30] b\n\r1% |\r2% |\r3% |\r4% |\r5% |\r6% |\r7% |\n[3/30] c\n",
		"1/30(a) 2/30(b) 3/30(c)");
}

static void
a_bar_that_has_gone_gives_way(void **state)
{
	(void)state;
	READS("\rone 10%...\rone 20%...\n\rtwo 1%...\rtwo 2%...\rtwo 3%...\rtwo 4%...\rtwo 5%...\r",
		"20/100%(one) lap 4/100%(two) 5/100%(two)");
}

/* ---- dialects ---- */

static void
steps_of_a_build(void **state)
{
	(void)state;
	READS("[1/9] CC a.o\n[2/9] CC b.o\n[3/9] LD x\n", "3/9(LD x)");
	READS_OF("cd x && ninja -v", "[1/9] CC a.o\n[9/9] LD x\n", "1/9(CC a.o) 9/9(LD x)");
	READS("ninja: Entering directory `b'\n[1/2] foo\n[2/2] bar\n", "1/2(foo) 2/2(bar)");
	READS("\r[1/3] a\033[K\r[2/3] b\033[K\r[3/3] c\033[K\n", "2/3(b) 3/3(c)");
	READS("[ 50%] Building C object a.o\n[ 98%] Built target b\n[ 96%] Building C object c.o\n[100%] Built target c\n",
		"50/100%(Building C object a.o) 98/100%(Built target b) 100/100%(Built target c)");
	READS_OF("ninja", "[1/1] Re-running CMake\n[1/30] a\n[2/30] b\n[10/20] c\n", "1/30(a) 2/30(b) 10/20(c)");
}

static void
curl_counts_up_and_down(void **state)
{
	(void)state;
	READS("  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r"
	      " 37 57.2M    0     0   37 21.6M  11.9M      0  0:00:04  0:00:01  0:00:03 11.9M\r"
	      "100 57.2M    0     0  100 57.2M  11.9M      0  0:00:04  0:00:01  0:00:03 11.9M\r",
		"0B 22649241/59978547B 59978547/59978547B");
}

static void
wget_knows_the_length(void **state)
{
	(void)state;
	READS("--2026-11-22 20:59:30--  http://x/o\nLength: 60000000 (57M) [x]\n"
	      "\ro   5%[>   ]   3.00M  15.0MB/s\ro 100%[===>]  57.22M  15.0MB/s   in 3.8s\n"
	      "--2026-11-22 21:59:30--  http://x/p\nLength: unspecified [x]\n"
	      "\rp     [ <=> ]   1.00K  15.0MB/s\r",
		"3145728/60000000B(o) 60000000/60000000B(o) lap 1024B(p)");
	READS("L\303\244nge: 3072 (3,0K)\n     0K .......... ..\v........ 50%  1M 0s\n    50K .. 100% 2M=0s\n", "50/100% 100/100%");
}

static void
rsync_counts_files_where_each_file_has_a_bar(void **state)
{
	(void)state;
	READS("sending incremental file list\na\n"
	      "\r  32,768  50%    1.00MB/s    0:00:01  \r  65,536 100%    1.00MB/s    0:00:00 (xfr#1, to-chk=2/4)\n"
	      "b\n\r  1,024 100%    1.00MB/s    0:00:00 (xfr#2, to-chk=1/4)\n"
	      "c\n\r  1,024 100%    1.00MB/s    0:00:00 (xfr#3, to-chk=0/4)\n",
		"50/100%(a) lap 3/4files(b) 4/4files(c)");
	/* the list is not complete: how many there will be is not known */
	READS("a\n\r  9 50%  1.00MB/s  0:00:01  \r 10 100%  1.00MB/s  0:00:00 (xfr#1, ir-chk=1000/1002)\n"
	      "b\n\r  1 100%  1.00MB/s  0:00:00 (xfr#2, ir-chk=1000/1003)\n",
		"50/100%(a) lap 3files(b)");
}

static void
rsync_of_the_whole_may_grow(void **state)
{
	(void)state;
	READS("\r  1.00M  50%    1.00MB/s    0:00:01 (xfr#1, ir-chk=1/4)\r  2.00M  20%    1.00MB/s    0:00:01 (xfr#2, ir-chk=9/14)\r"
	      "  4.00M 100%    1.00MB/s    0:00:01 (xfr#5, to-chk=0/14)\n",
		"50/100% 20/100% 100/100%");
}

static void
pv_numbers_only_where_pv_is_asked_for_them(void **state)
{
	(void)state;
	READS_OF("pv -n f | gzip", "26\n52\n100\n", "26/100% 52/100% 100/100%");
	READS_OF("pv -nb f", "1000\n2000\n", "1000B 2000B");
	READS_OF("pv f", "26\n52\n100\n", "");
	READS_OF("spv -n f", "26\n52\n100\n", "");
	READS("15.0MiB 0:00:01 [14.8MiB/s] [ <=>     ]\r x: 30.0MiB 0:00:02 [14.8MiB/s] [ <=>   ]\r", "15728640B 31457280B(x)");
}

static void
dd_knows_its_total_from_its_operands(void **state)
{
	char path[] = "/tmp/headway-dd.XXXXXX", input[64];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 10000), 0);
	snprintf(input, sizeof input, "if=%s", path);
#define DD(...) readings(ARGV("/bin/dd", __VA_ARGS__), NULL, "\r500 bytes copied, 1 s, 2 kB/s\r1024 bytes (1.0 kB, 1.0 KiB) copied, 1 s, 2 kB/s\n")
	assert_string_equal(DD(input), "500/10000B 1024/10000B");
	assert_string_equal(DD(input, "bs=1k", "count=4"), "500/4096B 1024/4096B");
	assert_string_equal(DD(input, "bs=1000", "skip=2"), "500/8000B 1024/8000B");
	assert_string_equal(DD(input, "bs=1000", "count=2B"), "500B 1024B");
	assert_string_equal(DD(input, "iflag=count_bytes", "count=2"), "500B 1024B");
	assert_string_equal(DD("if=/dev/zero", "bs=2x1k", "count=4"), "500/8192B 1024/8192B");
	assert_string_equal(DD("of=x"), "500B 1024B");
	READS_OF("cat x | dd of=y", "\r500 bytes copied, 1 s, 2 kB/s\r1024 bytes copied, 1 s, 2 kB/s\n", "500B 1024B");
	close(fd);
	unlink(path);
}

static void
ffmpeg_runs_for_as_long_as_its_longest_input(void **state)
{
	static const char output[] = "Input #0, wav, from 'a':\n  Duration: 00:00:50.00, start: 0\nInput #1, wav, from 'b':\n  Duration: 00:01:40.00\n"
		"size=     1kB time=00:00:10.00 bitrate=1 speed=1x\rsize= 2kB time=N/A bitrate=1\r"
		"Lsize=     1kB time=00:01:39.98 bitrate=1 speed=1x\n";

	(void)state;
	READS(output, "10/100s 100/100s");
	assert_string_equal(readings(ARGV("ffmpeg", "-t", "3"), NULL, output), "10s 99.98s");
	READS("Duration: 00:00:10.00\nframe=1 size=1kB time=00:00:05.00 bitrate=1\rframe=1 size=1kB time=00:00:11.00 bitrate=1\r", "5/10s 11s");
	READS("Duration: N/A, start\nDuration: 00:00:10.00\nframe=1 size=1kB time=00:00:05.00 bitrate=1\r", "5s");
	READS("out_time=00:00:01.500000\nprogress=continue\nout_time=00:00:02.000000\nprogress=end\n", "1.5s 2s");
}

static void
git_names_its_phases(void **state)
{
	(void)state;
	READS("Enumerating objects: 5\rEnumerating objects: 9, done.\n"
	      "Counting objects:  50% (2/4)\rCounting objects: 100% (4/4), done.\n"
	      "remote: Compressing objects:  33% (1/3)\033[K\rremote: Compressing objects: 100% (3/3), done.\n",
		"5(Enumerating objects) lap 2/4(Counting objects) 4/4(Counting objects) lap 1/3(Compressing objects) "
		"3/3(Compressing objects)");
	READS("Files read from disk: 401\nCoverage: 10% (3/4)\n", "");
}

static void
progress_for_programs_goes_before_all_else(void **state)
{
	(void)state;
	READS("\033]9;4;1;10\007\r1%\r2%\r\033]9;4;1;20\007\r3%\r4%\r5%\r6%\r7%\r\033]9;4;3\007\033]9;4;0\007\r8%\r",
		"10/100% 20/100% lap 7/100% 8/100%");
	READS("\033]9;4;2\007\033]9;4;1;101\007\033]9;4;x\007", "");
	READS("\033]9;4;1;90\033\\\033]9;4;0\033\\\033]9;4;1;5\033\\", "90/100% lap 5/100%");
}

/* ---- the user's own rule, hints ---- */

static void
a_rule_of_the_user_is_the_only_one(void **state)
{
	(void)state;
	assert_string_equal(readings(no_command, "at ([0-9.]+) percent", "at 5 percent 1%\n\r10%\r20%\nat 7.5 percent\n"),
		"5/100% 7.5/100%");
	assert_string_equal(readings(no_command, "([0-9]+) (out of|/) ([0-9]+)", "1 / 9\n"), "");
	assert_string_equal(readings(no_command, "^got (.*), want (.*)$", "got 5M, want 10M\ngot 6 MiB, want 10 MiB\ngot x, want 3\n"),
		"5000000/10000000 6291456/10485760B");
	assert_string_equal(readings(no_command, "([0-9]+)/([0-9]+)", "5/4\n5/0\n"), "4/4 5");
	assert_string_equal(readings(no_command, "([0-9]+)%", "101%\n"), "");
}

static void
a_rule_that_is_none_is_said_to_be(void **state)
{
	char *why = NULL;

	(void)state;
	assert_null(meter_new(no_command, "([0-9]+", &why));
	assert_non_null(strstr(why, "not a regular expression: "));
	free(why);
	assert_null(meter_new(no_command, "[0-9]+%", &why));
	assert_non_null(strstr(why, "no group"));
	free(why);
}

static const char *
hint(char *const argv[], const char *line)
{
	char *why;
	struct reading r;
	const char *said;

	meter = meter_new(argv, NULL, &why);
	meter_read(meter, line, strlen(line), PIECE_LF, &r);
	said = meter_hint(meter);
	meter_free(meter);
	return said;
}

static void
a_tool_that_says_nothing_gets_a_hint(void **state)
{
	(void)state;
	assert_non_null(strstr(hint(ARGV("/usr/bin/rsync", "-a"), "a"), "--info=progress2"));
	assert_non_null(hint(ARGV("sh", "-c", "cd /x && rsync -a a b"), "a"));
	assert_null(hint(ARGV("rsync", "-a", "--info=progress2"), "a"));
	assert_null(hint(ARGV("rsync", "-a"), "  1 10%  1.00MB/s  0:00:01"));
	assert_null(hint(ARGV("git", "log"), "a"));
	assert_non_null(hint(ARGV("git", "clone", "x"), "a"));
	assert_null(hint(ARGV("add"), "a"));
	assert_null(hint(ARGV("rsyncd", "my-rsync"), "a"));
}

static void
a_long_name_is_cut_at_a_character(void **state)
{
	char text[400] = "", whole[1000];

	(void)state;
	for (int i = 0; i < 60; i++)
		strcat(text, "n\303\274\303\274");
	strcat(text, ": ");
	snprintf(whole, sizeof whole, "%s1%%...\r%s2%%...\r", text, text);
	readings(no_command, NULL, whole);
	assert_int_equal(strlen(told), strlen("2/100%()") + METER_MESSAGE_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_percent_that_is_drawn_and_rises_is_progress),
		cmocka_unit_test(n_of_m_that_is_drawn_and_rises_is_progress),
		cmocka_unit_test(where_percent_and_n_of_m_agree_the_finer_one_is_told),
		cmocka_unit_test(where_they_disagree_the_first_one_that_rises_is_told),
		cmocka_unit_test(what_is_drawn_but_does_not_rise_is_no_progress),
		cmocka_unit_test(lines_whose_number_rises_twice_are_progress),
		cmocka_unit_test(prose_is_no_progress),
		cmocka_unit_test(a_line_that_is_still_being_written_is_not_read),
		cmocka_unit_test(a_line_that_grows_is_progress),
		cmocka_unit_test(a_bar_that_starts_over_is_a_lap),
		cmocka_unit_test(a_small_fall_is_none),
		cmocka_unit_test(a_total_that_grows_is_no_lap),
		cmocka_unit_test(the_same_again_is_no_news),
		cmocka_unit_test(the_last_line_of_a_display_is_not_its_next_lap),
		cmocka_unit_test(of_a_bar_within_a_bar_the_outer_one_is_told),
		cmocka_unit_test(two_bars_do_not_fight),
		cmocka_unit_test(a_bar_that_has_gone_gives_way),
		cmocka_unit_test(steps_of_a_build),
		cmocka_unit_test(curl_counts_up_and_down),
		cmocka_unit_test(wget_knows_the_length),
		cmocka_unit_test(rsync_counts_files_where_each_file_has_a_bar),
		cmocka_unit_test(rsync_of_the_whole_may_grow),
		cmocka_unit_test(pv_numbers_only_where_pv_is_asked_for_them),
		cmocka_unit_test(dd_knows_its_total_from_its_operands),
		cmocka_unit_test(ffmpeg_runs_for_as_long_as_its_longest_input),
		cmocka_unit_test(git_names_its_phases),
		cmocka_unit_test(progress_for_programs_goes_before_all_else),
		cmocka_unit_test(a_rule_of_the_user_is_the_only_one),
		cmocka_unit_test(a_rule_that_is_none_is_said_to_be),
		cmocka_unit_test(a_tool_that_says_nothing_gets_a_hint),
		cmocka_unit_test(a_long_name_is_cut_at_a_character),
	};

	return cmocka_run_group_tests_name("meter", tests, NULL, NULL);
}
