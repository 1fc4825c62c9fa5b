/* finding.h -- what is told the user: one finding a check, each with its verdict
 * and, if something is to be done, why and the very lines for it. */
#ifndef HEADWAY_DOCTOR_FINDING_H
#define HEADWAY_DOCTOR_FINDING_H

#include <stddef.h>

#define FINDINGS_MAX 16
#define FINDING_REMEDIES_MAX 4

enum verdict {
	VERDICT_OK,
	VERDICT_NOTE,   /* works, and worth knowing */
	VERDICT_WRONG,
	VERDICT_UNSURE, /* could not be looked at */
};

struct remedy {
	char *where; /* a file, a terminal, a program's command line: the end of "In ..." or a sentence of its own */
	char *lines; /* to paste, parted by LF; none of it is longer than the user's own paths make it */
};

struct finding {
	const char *check; /* one or two words */
	const char *id;    /* for machines; the same in each release */
	enum verdict verdict;
	char *text;        /* one line */
	char *why;         /* NULL, or a sentence or two */
	struct remedy remedies[FINDING_REMEDIES_MAX];
	size_t count;
};

struct findings {
	struct finding list[FINDINGS_MAX];
	size_t count;
};

struct finding *finding_add(struct findings *all, const char *check, enum verdict verdict, const char *id,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void finding_why(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void finding_remedy(struct finding *f, const char *where, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void findings_free(struct findings *all);

/* NULL: there is none with this id. */
const struct finding *findings_with(const struct findings *all, const char *id);
size_t findings_count(const struct findings *all, enum verdict verdict);

#endif
