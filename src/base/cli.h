/* cli.h -- what every program's command line has in common. */
#ifndef HEADWAY_CLI_H
#define HEADWAY_CLI_H

#include <stdint.h>
#include <sys/types.h>

#define EXIT_USAGE 2

/* A whole number from min to max, or a message that names the option, and
 * exit(EXIT_USAGE). */
uint64_t cli_number(const char *option, const char *text, uint64_t min, uint64_t max);

/* A group by its name or its number, or a message that names the option, and
 * exit(EXIT_USAGE).  A name of digits is a name first, as with chgrp(1). */
gid_t cli_group(const char *option, const char *text);

/* Call first.  A standard descriptor that is closed would be given to the next
 * socket or file that is opened, and be taken for what it is not.  They are
 * filled so that reading stdin or writing stdout still is an error (EBADF), and
 * stay closed in a program that is executed. */
void cli_fill_descriptors(void);

#endif
