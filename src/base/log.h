/* log.h -- what a daemon says of itself, on stderr.
 *
 * Whoever starts the program collects stderr: a terminal, journald, or the
 * web server's error log.  Each message is one line, "PROGRAM: TEXT";
 * control characters are shown as '?', so that nothing a peer sent can forge
 * a line.  errno survives every call. */
#ifndef HEADWAY_LOG_H
#define HEADWAY_LOG_H

#include <stdbool.h>

#define LOG_LINE_MAX 1024 /* bytes; a longer message is cut */

/* `name` is kept, not copied.  Before this call the name is "headway". */
void log_init(const char *name, bool debug);

void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));  /* appends strerror(errno) */
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* only if asked for */

/* As log_warn and log_warnx, then exit(1).  For what no peer can cause. */
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void fatalx(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
