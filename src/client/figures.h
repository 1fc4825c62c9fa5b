/* figures.h -- what a record says, in words and figures for people.
 *
 * Pure; the time is the caller's.  Texts of publishers (a unit, a signal) are
 * taken over as they are: cells.h is for whoever writes them to a terminal.
 * Each function fills FIGURE_MAX bytes; "" if there is nothing to say. */
#ifndef HEADWAY_FIGURES_H
#define HEADWAY_FIGURES_H

#include "task/view.h"

#define FIGURE_MAX 128 /* two numbers, a unit of UPDATE_UNIT_MAX bytes and words */

/* "45%", cut off and never rounded: 99.99 is not yet 100. */
void figure_percent(char text[FIGURE_MAX], const struct view *v);

/* "45/100", "812 files", "1.20/3.40 GiB": bytes (the unit B) in powers of 1024. */
void figure_amount(char text[FIGURE_MAX], const struct view *v);

/* "12.5 MiB/s", "3.0 files/s". */
void figure_rate(char text[FIGURE_MAX], const struct view *v);

/* "0:45", "1:02:03", "3d 04h": `seconds` as a clock that runs. */
void figure_clock(char text[FIGURE_MAX], double seconds);

/* "0.4 s", "45 s", "2 min 11 s", "1 h 2 min", "3 d 4 h": `seconds` in a sentence. */
void figure_duration(char text[FIGURE_MAX], double seconds);

/* "running", "asked to stop", "stopping", "done", "failed, exit 3",
 * "cancelled, signal TERM", "lost". */
void figure_state(char text[FIGURE_MAX], const struct view *v);

/* "failed, exit 3, after 2 min 11 s": of a run that has ended. */
void figure_ending(char text[FIGURE_MAX], const struct view *v);

/* "3:02 left": an estimate, as of `now` (seconds since the epoch). */
void figure_left(char text[FIGURE_MAX], const struct view *v, double now);

/* Seconds since the run began, or that it took; VIEW_UNKNOWN. */
double figure_elapsed(const struct view *v, double now);

#endif
