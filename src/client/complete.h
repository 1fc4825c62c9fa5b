/* complete.h -- what a shell may offer after `headway ...`, when it asks
 * `headway --complete WORD...`; the last word is the one being typed.
 *
 * The scripts that ask are in conf/completion/; they know nothing of any command,
 * so they never go stale.  The first line of the answer is one of
 *
 *   words      each further line is a word, or a word, a tab and what it means
 *   files      a file's name is wanted, in place of WORD or of what follows its "="
 *   command N  WORD number N (from 0) is a command's name: it and what follows
 *              is for that command to complete
 *
 * Words are those of the command table: its names, and what usage and options
 * of each command say; tasks are asked of the broker.  Never an error: at a
 * prompt nobody could read it. */
#ifndef HEADWAY_COMPLETE_H
#define HEADWAY_COMPLETE_H

#include <stddef.h>

struct command;

int complete(const struct command *const commands[], size_t n, int nwords, char *words[]);

#endif
