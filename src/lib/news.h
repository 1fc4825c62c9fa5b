/* news.h -- the next line that a handle has to say, of which nothing was said
 * yet or something has changed.  No I/O. */
#ifndef HEADWAY_NEWS_H
#define HEADWAY_NEWS_H

#include "lib/handle.h"

/* Writes it into h->line, under h->lock, and counts it as said: the run, its
 * log, its end.  `due`: a line that can wait need not.  0: there is none. */
size_t news_line(struct headway *h, bool due);

#endif
