/* watch.h -- headway watch: what is followed, and the ways to show it.
 *
 * cmd_watch.c keeps the table of what the broker has; a display shows it, as
 * bars (watch_bars.c), as lines (watch_lines.c) or as JSON (watch_json.c). */
#ifndef HEADWAY_WATCH_H
#define HEADWAY_WATCH_H

#include <stddef.h>

struct entry;
struct event_base;
struct table;
struct watching;

struct watch_scene {
	struct event_base *base;
	struct table *table;       /* an entry's text is the record's JSON, as it came */
	const char *const *names;  /* what was asked for; none: everything */
	size_t count;
	struct watching *watch;       /* for watch_quit() */
};

/* One way to show it. */
struct display {
	void *(*begin)(const struct watch_scene *scene); /* self; the scene outlives it */
	void (*synced)(void *self);                      /* the table is whole, and it was not before */
	void (*changed)(void *self, struct entry *e);    /* later on; a removal of what was there among it */
	void (*away)(void *self, const char *why);       /* why NULL: the broker is back; NULL: stderr says so */
	void (*end)(void *self);                         /* leaves the last picture; frees */
};

extern const struct display display_bars, display_lines, display_json;

/* Ends the loop: because of signal `sig`, which the command dies of once the
 * display has ended, or 0. */
void watch_quit(struct watching *w, int sig);

#endif
