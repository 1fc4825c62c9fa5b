/* hint.h -- what to add to a command so that it says how far it is. */
#ifndef HEADWAY_HINT_H
#define HEADWAY_HINT_H

/* A sentence, or NULL: of a command that we know, and that has not been asked to. */
const char *hint_for(char *const argv[]);

#endif
