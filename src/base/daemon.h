/* daemon.h -- what the two daemons do alike: a loop, an orderly end, a word to
 * whoever waits for them to serve. */
#ifndef HEADWAY_DAEMON_H
#define HEADWAY_DAEMON_H

struct daemon;
struct event_base;

/* The event loop, with timers to the millisecond.  SIGTERM, SIGINT, SIGHUP and
 * SIGUSR1 make daemon_run() return; SIGPIPE is ignored.  Exits if it cannot. */
struct daemon *daemon_new(void);
void daemon_free(struct daemon *d);
struct event_base *daemon_base(const struct daemon *d);

/* Writes a newline to `ready_fd` (-1: nobody waits) and closes it, tells the
 * service manager if there is one (service.h), then serves until a signal ends
 * it. */
void daemon_run(struct daemon *d, int ready_fd);

#endif
