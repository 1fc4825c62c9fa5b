/* fcgi.h -- libfcgi in an event loop.
 *
 * The only file pair that names libfcgi, and the only one that touches the
 * fields of FCGX_Request that fcgiapp.h asks us not to use, because an event
 * loop needs them: `ipcFd` and `keepConnection`.
 *
 * Way in.  FCGX_Accept_r() reads with blocking reads; it is run on one end of
 * a socketpair that already holds a whole request (see gate.h) and its EOF, so
 * it cannot block.
 *
 * Way out.  One FCGX_Request writes for all streams: for each burst of writes
 * its descriptor and request id are set anew, so that no stream keeps libfcgi's
 * three buffers.  Nothing carries over while all goes well,
 * since every burst ends with FCGX_FFlush(); after an error the writer is made
 * anew, because FCGX_Finish_r() on a failed one would write the dead stream's
 * bytes to another.
 *
 * When.  Descriptors are blocking, libfcgi knows no other, so a burst may begin
 * only after poll(2) said POLLOUT; then Linux takes at least FCGI_BURST_MAX
 * records from an AF_UNIX socket with the default buffer (POLLOUT means that
 * three quarters of it are free: net/unix/af_unix.c, unix_writable). */
#ifndef HEADWAY_FCGI_H
#define HEADWAY_FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FCGI_RECORD_MAX 8184 /* content bytes of one record: libfcgi's 8,192 less the header */
#define FCGI_BURST_MAX 8     /* records */
#define FCGI_BLOCKED_MAX 1   /* second: a write that blocks all the same ends its stream then */

struct fcgi;
struct fcgi_params;

/* Call after signal handlers are installed: FCGX_Init() takes those of
 * SIGPIPE, SIGTERM and SIGUSR1 that are default or ignored. */
struct fcgi *fcgi_new(void);
void fcgi_free(struct fcgi *f);

/* Once for each accepted descriptor. */
void fcgi_adopt(struct fcgi *f, int fd);

/* For bytes that gate_check() found whole: libfcgi itself takes the end of the
 * bytes for the end of PARAMS.  got(params, arg) is called with the request's parameters, which end with the
 * call.  False, and got not called, if libfcgi makes nothing of the bytes. */
bool fcgi_read(const uint8_t *bytes, size_t len,
    void (*got)(const struct fcgi_params *params, void *arg), void *arg);
const char *fcgi_param(const struct fcgi_params *params, const char *name); /* NULL if absent */

/* A burst: begin, then room and put as often as there is room, then flush.
 * fcgi_room() is asked for all the bytes of a piece that must not be parted;
 * false means that the burst is used up (or has failed), nothing was taken. */
void fcgi_begin(struct fcgi *f, int fd, uint16_t id);
bool fcgi_room(struct fcgi *f, size_t len);
void fcgi_put(struct fcgi *f, const char *bytes, size_t len);
bool fcgi_flush(struct fcgi *f); /* false: the connection is dead, close it */

/* FCGI_END_REQUEST.  Without it lighttpd truncates the body, mod_fcgid puts an
 * error page into the stream and mod_proxy_fcgi leaves the browser waiting.
 * Same rule about POLLOUT.  The descriptor stays open, unless false: then it
 * has been closed. */
bool fcgi_end(struct fcgi *f, int fd, uint16_t id);

#endif
