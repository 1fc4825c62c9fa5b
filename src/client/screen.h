/* screen.h -- a program's output as a terminal would show it, line by line.
 *
 * Cuts bytes, in whatever chunks they come, into pieces for a meter and lines
 * for a log.  It shows nothing itself and never changes a byte of what is
 * passed on elsewhere.  While the alternate screen is on (vim, htop, less)
 * there are neither.  Constant memory; see row.h for the limits. */
#ifndef HEADWAY_SCREEN_H
#define HEADWAY_SCREEN_H

#include <stddef.h>

/* What ended a piece */
enum piece_end {
	PIECE_LF,   /* the line is complete; CR LF counts as LF */
	PIECE_CR,   /* what comes next is written over it */
	PIECE_BACK, /* likewise, by backspaces or other movements of the cursor */
	PIECE_OPEN, /* nothing yet: output has paused, or ended, in the middle of a line */
	PIECE_OSC,  /* not text of the screen: what stood after ESC ] 9 ; 4 ; (ConEmu's progress), such as "1;45" */
};

struct screen_user {
	void *arg;
	/* The line as it stands, without looks: UTF-8, ends with NUL, not blank,
	 * at most ROW_TEXT_MAX bytes, the newest ones.  A line is told again after it was
	 * told as open, even if it is the same. */
	void (*piece)(void *arg, const char *text, size_t len, enum piece_end end);
	/* A line's last state: UTF-8 without any control character but tab and
	 * the ESC of SGR sequences, which leave no look behind; at most 2,000
	 * bytes as escaped in JSON; may be empty.  NULL if no log is wanted. */
	void (*line)(void *arg, const char *text, size_t len);
};

struct screen;

struct screen *screen_new(const struct screen_user *user); /* copied */
void screen_free(struct screen *s);

void screen_feed(struct screen *s, const char *bytes, size_t len);

/* Nothing has come for SCREEN_PAUSE: offers the open piece, if it is news.  A
 * bar that is drawn once a second would else be told a second late.  Sooner
 * than that, a line that is drawn by several writes would be seen half drawn. */
#define SCREEN_PAUSE 50 /* milliseconds; a scheduler's slice is shorter, and to the eye it is at once */
void screen_idle(struct screen *s);

/* There is no more: the open line is a piece and a line too. */
void screen_end(struct screen *s);

#endif
