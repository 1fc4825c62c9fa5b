/* headway.h -- a program says how far it is, and browsers show it.
 *
 *	struct headway *h = headway_open("import");
 *
 *	for (size_t i = 0; i < n; i++) {
 *		work(i);
 *		headway_set(h, i + 1, n);
 *	}
 *	headway_end(h, HEADWAY_DONE);
 *
 * Link with `pkg-config --cflags --libs headway`.  C11 and C++; see also
 * libheadway(3).  The protocol, and the limits below, are headway-protocol(7)'s.
 *
 * The program comes first.  Whether there is a broker, and what it does, is
 * never the reason that the program waits, fails or prints.  So no function but
 * headway_open() and headway_end() can fail; they return -1 or NULL with errno,
 * and every function takes NULL for a handle and then does nothing: a program
 * need not look at what headway_open() returned.  The library never prints,
 * exits, raises or handles a signal, or changes the program's locale, directory
 * or umask; it allocates in headway_open() alone, and leaves errno as it was
 * unless it fails.
 *
 * What is said is kept in the handle, where the newest value of each thing
 * replaces the one before, and is sent by a thread that the handle owns, at
 * most 20 times a second.  While nothing changes that thread sleeps without a
 * timer.  If the broker goes away, connecting is tried twice a second, and all
 * is said again to the broker that comes back.
 *
 * Threads: a handle may be used by any number of threads at once, but not after
 * headway_end(), as with free(3).  No function may be called from a handler of
 * a signal.
 *
 * fork(2): the run goes on being the parent's.  In the child all its handles do
 * nothing, headway_end() but frees its copy, and the connection is closed; the
 * child may open handles of its own.  Descriptors are close-on-exec.  A daemon
 * opens its handles after daemon(3), and after it has closed what it inherited:
 * closing a handle's descriptors disturbs nothing, but reports may stop.
 *
 * The run is held by the program: if that dies, or exits, without
 * headway_end(), the run is shown as `lost`. */
#ifndef HEADWAY_H
#define HEADWAY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined __GNUC__
#define HEADWAY_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#pragma GCC visibility push(default)
#else
#define HEADWAY_PRINTF(text, first)
#endif

#define HEADWAY_NAME_ROOM 201 /* bytes: the longest name and its NUL */
#define HEADWAY_WAIT 1000     /* milliseconds that headway_end() waits at most */

struct headway;

/* Begins a run of the task `name`: up to 8 segments [A-Za-z0-9._-]{1,64} joined
 * by '/', at most 200 bytes, none of them "." or "..".  If HEADWAY_TASK is in
 * the environment, as inside `headway run`, the task is named below that one,
 * unless `name` begins with '/'.  A task needs one handle.
 *
 * The broker is looked for at HEADWAY_PUBLISH_SOCKET, else at headway/publish.sock
 * in XDG_RUNTIME_DIR and in /run; the environment is read here and never again.
 * The broker need not be there.
 *
 * NULL and errno: EINVAL, no such name can be (HEADWAY_TASK included); ENOMEM;
 * EMFILE, ENFILE; EAGAIN, no further thread.  The handle is freed by
 * headway_end(). */
struct headway *headway_open(const char *name);

/* The same, at the socket of that path; NULL: as above. */
struct headway *headway_open_at(const char *socket, const char *name);

/* It is at `moved` of `total`, in whatever unit it counts: 0 to 2^53, fractions
 * too; what is less counts as 0, what is greater as 2^53.  total 0: not known.
 * Going back after 100 % begins a new lap of the run, as headway_lap() does.
 * A few nanoseconds while `total` stays the same: for the innermost loop. */
void headway_set(struct headway *h, double moved, double total);

/* It has come that much further, and there is that much more to do: for
 * several threads, of which none knows how far all are.  On top of what
 * headway_set() has said. */
void headway_add(struct headway *h, double moved, double total);

/* The work starts over: at 0 of `total`, a further lap of the same run.  Laps
 * that begin faster than reports are sent are counted as one. */
void headway_lap(struct headway *h, double total);

/* What it is, for people (256 bytes); what moved and total count, "B" for bytes
 * (32 bytes); what it is doing (4096 bytes).  NULL or "" takes it away.
 *
 * Texts are UTF-8: a byte that is not becomes U+FFFD.  Limits count the bytes
 * of JSON, where a quotation mark is two and a control character up to six; a
 * longer text is cut. */
void headway_title(struct headway *h, const char *title);
void headway_unit(struct headway *h, const char *unit);
void headway_message(struct headway *h, const char *format, ...) HEADWAY_PRINTF(2, 3);

/* A line of its output, without LF, or several with LF between; 2000 bytes of
 * each.  What is printed faster than it is sent is left out, oldest first, and
 * counted: 8 KB are kept, for a broker that comes back too. */
void headway_log(struct headway *h, const char *format, ...) HEADWAY_PRINTF(2, 3);

/* The task's name as a string in `name` (`size` bytes, HEADWAY_NAME_ROOM is
 * enough; it is cut to fit), and its length.  It is another one than that of
 * headway_open() below a HEADWAY_TASK, and if the task was running already when
 * this run began: then the broker has told a name such as "import.2", sooner
 * or later.  Without a handle "" and 0. */
size_t headway_name(struct headway *h, char *name, size_t size);

enum headway_how {
	HEADWAY_DONE = 1,  /* well: 100 %, whatever the numbers say */
	HEADWAY_FAILED,
	HEADWAY_CANCELLED, /* given up on purpose */
};

/* Ends the run; sends what has not been sent, waits for the broker's answer, but
 * no longer than HEADWAY_WAIT, or `milliseconds`; and frees the handle, whatever
 * comes of it.  It is the only function that waits, and not even that if there
 * is no broker.
 *
 * 0: the broker has it.  -1 and errno: ENOTCONN, there is no broker; ETIMEDOUT,
 * it does not answer (it may still read what was sent); EPROTO, it refuses the
 * run, because it has as many tasks as it can hold for example; EINVAL, there
 * is no such end: then, and only then, the handle stays. */
int headway_end(struct headway *h, enum headway_how how);
int headway_end_within(struct headway *h, enum headway_how how, unsigned milliseconds);

#if defined __GNUC__
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
