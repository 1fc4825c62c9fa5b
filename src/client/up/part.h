/* part.h -- one program that `headway up` has started, and all of them.
 *
 * Each has a process group of its own, so that a terminal's ^C reaches us
 * alone, who stop them in order; and each is sent SIGTERM by the kernel should
 * we be killed (PR_SET_PDEATHSIG, prctl(2)), so that none is left behind.  What
 * they print is kept while they start, and passed on to stderr afterwards. */
#ifndef HEADWAY_PART_H
#define HEADWAY_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/signals.h"

#define PARTS_MAX 3
#define PART_TEXT_MAX 8192 /* bytes kept of what a part prints: the newest */
#define PART_STOP_MS 3000  /* from SIGTERM to SIGKILL */
#define PART_PASS_FIRST 3  /* the number of the first descriptor that is passed on */
#define PART_PASS_MAX 3

struct part {
	const char *name;     /* as its own messages begin */
	pid_t pid;            /* 0: it has ended */
	int status;           /* then, as of wait(2) */
	uint64_t began;       /* as of clock_mono() */
	int out;              /* what it prints; -1: it has closed that */
	char text[PART_TEXT_MAX];
	size_t len;           /* of text: what was not passed on */
};

struct parts {
	struct signals *signals; /* blocked, the caller's */
	struct part part[PARTS_MAX]; /* in the order of their start */
	size_t count;
	bool passing_on;         /* else what they print is kept */
};

/* Starts `argv` (argv[0]: the program's path).  The descriptors in `pass` (-1:
 * no more) are numbered from PART_PASS_FIRST on in it; with `listens` the first
 * one is told of as sd_listen_fds(3) expects.  NULL: errno. */
struct part *part_start(struct parts *ps, const char *name, const char *const argv[], const int pass[PART_PASS_MAX],
    bool listens);

enum parts_event {
	PARTS_READABLE, /* the descriptor that was waited for */
	PARTS_STOP,     /* a signal asks us to end */
	PARTS_ENDED,    /* one of them has ended: *which */
	PARTS_LATE,     /* nothing of that in time */
};

/* Waits `ms` milliseconds (-1: for ever) for `fd` (-1: none), a signal or the
 * end of a part. */
enum parts_event parts_wait(struct parts *ps, int fd, int ms, struct part **which);

/* From now on what they print goes on to stderr; what was kept is forgotten. */
void parts_show(struct parts *ps);

/* Says on stderr what the part has printed and was kept. */
void part_tell(struct part *p);

/* One that has ended leaves, so that another one may be started in its place;
 * what pointed to a part does so no more. */
void part_forget(struct parts *ps, struct part *p);

/* Stops them, the last one first, and waits for each: PART_STOP_MS
 * until it is killed. */
void parts_stop(struct parts *ps);

#endif
