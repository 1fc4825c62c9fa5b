/* jitter.h -- numbers that keep many from doing the same at the same time. */
#ifndef HEADWAY_JITTER_H
#define HEADWAY_JITTER_H

unsigned jitter(unsigned min, unsigned max); /* min <= result <= max */

#endif
