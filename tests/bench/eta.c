/* eta.c -- how well remaining times are foretold, on recorded series.
 *
 *	eta [-a] [SERIES...]
 *
 * Prints, for each kind and at 25, 50 and 75 % of the true duration, median and
 * 90th percentile of the error of Headway's estimate, of tqdm's formula and of the
 * plain mean; with -a also each series.  An error is |foretold - true remaining
 * time| / true duration.  Headway may have no answer: tqdm and the mean are judged
 * at the same points, and then once more at all of them.  The shipped series
 * unless others are named. */
#include "series.h"

static const char *const kinds[] = { "constant", "bursty", "slowing", "growing", "" };
static const double shares[] = { 0.25, 0.5, 0.75 };
static struct series series[SERIES_MAX];
static size_t n_series;

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static void
read_all(char **paths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (n_series == SERIES_MAX || !series_read(&series[n_series], paths[i])) {
			fprintf(stderr, "eta: %s: no series, or one too many\n", paths[i]);
			exit(1);
		}
		n_series++;
	}
}

static void
print_error(double error)
{
	if (error < 0)
		printf("     -");
	else
		printf(" %5.3f", error);
}

static void
each_series(void)
{
	printf("%-28s %-20s %-20s %-20s\n", "error at 25, 50, 75 %", " headway", " tqdm", " mean");
	for (size_t i = 0; i < n_series; i++) {
		printf("%-28s", series[i].file);
		for (int t = 0; t < TELLERS; t++) {
			for (size_t s = 0; s < COUNT(shares); s++)
				print_error(series_verdict(&series[i], shares[s]).error[t]);
			printf("   ");
		}
		printf("\n");
	}
	printf("\n");
}

/* Of the points at `share` of the series of a kind, or at all shares (0). */
struct sample {
	size_t points, spoken;
	double error[TELLERS][SERIES_MAX * COUNT(shares)]; /* where Headway speaks */
	size_t told[TELLERS];
	double all[TELLERS][SERIES_MAX * COUNT(shares)];   /* wherever it speaks itself */
};

static void
add(struct sample *to, const struct series *s, double share)
{
	struct verdict v = series_verdict(s, share);

	to->points++;
	for (int t = 0; t < TELLERS; t++) {
		if (v.error[t] >= 0)
			to->all[t][to->told[t]++] = v.error[t];
		if (v.error[TELLER_HEADWAY] >= 0)
			to->error[t][to->spoken] = v.error[t] >= 0 ? v.error[t] : 1;
	}
	to->spoken += v.error[TELLER_HEADWAY] >= 0;
}

static void
print_pair(double *values, size_t n)
{
	if (n == 0)
		printf("     -     -  ");
	else
		printf(" %5.3f %5.3f  ", quantile(values, n, 0.5), quantile(values, n, 0.9));
}

static void
row(const char *kind, double share)
{
	static struct sample sample;

	memset(&sample, 0, sizeof sample);
	for (size_t i = 0; i < n_series; i++)
		for (size_t s = 0; s < COUNT(shares); s++)
			if (strncmp(series[i].file, kind, strlen(kind)) == 0 && (share == 0 || shares[s] == share))
				add(&sample, &series[i], shares[s]);
	if (sample.points == 0)
		return;
	if (share == 0)
		printf("%-9s  all ", *kind != '\0' ? kind : "all");
	else
		printf("%-9s %3.0f %%", *kind != '\0' ? kind : "all", share * 100);
	printf(" %3zu of %-3zu  ", sample.spoken, sample.points);
	for (int t = 0; t < TELLERS; t++)
		print_pair(sample.error[t], sample.spoken);
	printf("|");
	for (int t = TELLER_TQDM; t < TELLERS; t++)
		print_pair(sample.all[t], sample.told[t]);
	printf("\n");
}

int
main(int argc, char **argv)
{
	bool each = argc > 1 && strcmp(argv[1], "-a") == 0;
	const char *src = getenv("SRC_DIR");
	char pattern[4096];
	glob_t found;

	snprintf(pattern, sizeof pattern, "%s/tests/bench/series/*.txt", src != NULL ? src : ".");
	if (argc > 1 + each)
		read_all(argv + 1 + each, (size_t)(argc - 1 - each));
	else if (glob(pattern, 0, NULL, &found) == 0)
		read_all(found.gl_pathv, found.gl_pathc);
	if (each)
		each_series();
	printf("%zu series; median and 90th percentile of |foretold - true remaining time| / true duration\n\n", n_series);
	printf("%-15s %-12s%-14s%-14s%-14s|%-14s%-14s\n", "", "", "  headway", "  tqdm, there", "  mean, there",
	    "  tqdm, all", "  mean, all");
	printf("%-15s %-12s%-14s%-14s%-14s|%-14s%-14s\n", "kind, at", " answers", "   med   p90", "   med   p90",
	    "   med   p90", "   med   p90", "   med   p90");
	for (size_t k = 0; k < COUNT(kinds); k++) {
		for (size_t s = 0; s < COUNT(shares); s++)
			row(kinds[k], shares[s]);
		row(kinds[k], 0);
	}
	return n_series > 0 ? 0 : 1;
}
