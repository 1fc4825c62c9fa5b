/* fcgi.c -- see fcgi.h.  Owns the one writer; never a connection. */
#include "responder/fcgi.h"

#include <fcgiapp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define FLUSH_COST (212992 / FCGI_BURST_MAX) /* of the send buffer, in the kernel's reckoning */

struct fcgi {
	FCGX_Request writer;
	size_t used;    /* bytes in the writer's buffer */
	int flushes;    /* in this burst */
	int burst;      /* flushes allowed in one */
	bool failed;
};

struct fcgi_params {
	FCGX_ParamArray envp;
};

/* Runs FCGX_Accept_r() on bytes that are all there.  On failure libfcgi has
 * closed its end. */
static bool
accept_from(FCGX_Request *r, const uint8_t *bytes, size_t len)
{
	int ends[2];
	bool good;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		log_warn("socketpair");
		return false;
	}
	good = send(ends[1], bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
	close(ends[1]); /* whatever libfcgi may still look for, it finds the end */
	if (!good || FCGX_InitRequest(r, -1, 0) != 0) {
		close(ends[0]);
		return false;
	}
	r->ipcFd = ends[0];
	r->keepConnection = 1; /* "the connection is there already" */
	FCGX_Detach(r);
	return FCGX_Accept_r(r) == 0;
}

/* The writer's own request came over a socketpair and has no more use for it. */
static void
make_writer(struct fcgi *f)
{
	static const uint8_t nobody[] = {
		1, 1, 0, 1, 0, 8, 0, 0, /* BEGIN_REQUEST, id 1 */
		0, 1, 0, 0, 0, 0, 0, 0, /* as responder */
		1, 4, 0, 1, 0, 0, 0, 0, /* no PARAMS */
	};

	if (!accept_from(&f->writer, nobody, sizeof nobody))
		fatalx("libfcgi does not give a writer");
	close(f->writer.ipcFd);
	f->writer.ipcFd = -1;
	f->used = 0;
}

struct fcgi *
fcgi_new(void)
{
	struct fcgi *f = xcalloc(1, sizeof *f);

	if (FCGX_Init() != 0)
		fatalx("FCGX_Init failed");
	f->burst = FCGI_BURST_MAX;
	make_writer(f);
	return f;
}

void
fcgi_free(struct fcgi *f)
{
	FCGX_Free(&f->writer, 0);
	free(f);
}

/* SO_SNDBUF is never changed, but an administrator may have lowered the
 * default: then a burst is shorter. */
void
fcgi_adopt(struct fcgi *f, int fd)
{
	struct timeval limit = { FCGI_BLOCKED_MAX, 0 };
	int size;
	socklen_t len = sizeof size;

	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &len) == 0 && size / FLUSH_COST < f->burst)
		f->burst = size / FLUSH_COST > 1 ? size / FLUSH_COST : 1;
}

bool
fcgi_read(const uint8_t *bytes, size_t len,
    void (*got)(const struct fcgi_params *, void *), void *arg)
{
	FCGX_Request r;
	struct fcgi_params params;

	memset(&r, 0, sizeof r);
	if (!accept_from(&r, bytes, len))
		return false;
	params.envp = r.envp;
	got(&params, arg);
	FCGX_Free(&r, 0);
	close(r.ipcFd);
	return true;
}

const char *
fcgi_param(const struct fcgi_params *params, const char *name)
{
	return FCGX_GetParam(name, params->envp);
}

void
fcgi_begin(struct fcgi *f, int fd, uint16_t id)
{
	f->writer.ipcFd = fd;
	f->writer.requestId = id;
	f->flushes = 0;
	f->failed = false;
}

/* FCGX_FFlush() and FCGX_PutStr() report success on a stream that has failed
 * before, so the stream's own error is what counts. */
static void
flush(struct fcgi *f)
{
	if (f->used == 0 || f->failed)
		return;
	FCGX_FFlush(f->writer.out);
	f->flushes++;
	f->used = 0;
	f->failed = FCGX_GetError(f->writer.out) != 0;
}

bool
fcgi_room(struct fcgi *f, size_t len)
{
	if (f->used > 0 && f->used + len > FCGI_RECORD_MAX)
		flush(f);
	return !f->failed && f->flushes < f->burst && f->used + len <= FCGI_RECORD_MAX;
}

void
fcgi_put(struct fcgi *f, const char *bytes, size_t len)
{
	FCGX_PutStr(bytes, (int)len, f->writer.out);
	f->used += len;
}

bool
fcgi_flush(struct fcgi *f)
{
	flush(f);
	if (f->failed) {
		FCGX_Free(&f->writer, 0);
		make_writer(f);
		return false;
	}
	return true;
}

bool
fcgi_end(struct fcgi *f, int fd, uint16_t id)
{
	bool open;

	f->writer.ipcFd = fd;
	f->writer.requestId = id;
	f->writer.keepConnection = 1; /* the descriptor is ours to close */
	f->writer.appStatus = 0;
	FCGX_Finish_r(&f->writer);
	open = f->writer.ipcFd >= 0; /* libfcgi closes it if the write failed */
	make_writer(f);
	return open;
}
