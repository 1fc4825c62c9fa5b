/* web.c -- see web.h.  Never reads a request: a web server has the socket. */
#include "client/up/web.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/unixsock.h"

static struct sockaddr_in
loopback(unsigned port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

bool
web_listen_port(struct web *w, unsigned port, char *err)
{
	struct sockaddr_in sin = loopback(port);
	socklen_t len = sizeof sin;
	int on = 1, why;

	*w = (struct web){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	/* SO_REUSEADDR: what is left of closed connections does not count as taken (socket(7)) */
	if (w->fd >= 0 && setsockopt(w->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(w->fd, (struct sockaddr *)&sin, sizeof sin) == 0 && listen(w->fd, UNIXSOCK_BACKLOG) == 0 &&
	    getsockname(w->fd, (struct sockaddr *)&sin, &len) == 0) {
		w->port = ntohs(sin.sin_port);
		return true;
	}
	why = errno;
	snprintf(err, WEB_ERR, "cannot listen on 127.0.0.1:%u: %s", port,
	    why == EADDRINUSE ? "the port is taken (--port 0 takes one that is free)" : strerror(why));
	web_hand_over(w);
	errno = why;
	return false;
}

bool
web_listen_some_port(struct web *w, char *err)
{
	for (unsigned port = WEB_PORT; port < WEB_PORT + WEB_PORT_TRIES; port++) {
		if (web_listen_port(w, port, err))
			return true;
		if (errno != EADDRINUSE)
			return false;
	}
	return web_listen_port(w, 0, err);
}

bool
web_listen_path(struct web *w, const char *path, char *err)
{
	*w = (struct web){ .path = path };
	w->fd = unixsock_listen(path, UNIXSOCK_OWN_GROUP, &w->born, err);
	return w->fd >= 0;
}

void
web_hand_over(struct web *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void
web_remove(struct web *w)
{
	web_hand_over(w);
	if (w->path != NULL)
		unixsock_remove(w->path, &w->born);
}

/* Blocking, but not for long: the other side listens on this very machine, and
 * what is asked fits into any socket's buffer.  A packet filter may drop it all
 * the same.  SO_SNDTIMEO ends connect(2) too (socket(7)). */
static int
connect_to(const struct web *w)
{
	struct sockaddr_in sin = loopback(w->port);
	const struct timeval wait = { WEB_CONNECT_MAX, 0 };
	int fd, why;

	if (w->path != NULL)
		return unixsock_connect(w->path, "", "", NULL);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0 &&
	    connect(fd, (struct sockaddr *)&sin, sizeof sin) == 0))
		return fd;
	why = errno == EINPROGRESS ? ETIMEDOUT : errno;
	close(fd);
	errno = why;
	return -1;
}

int
web_ask(const struct web *w, const char *route)
{
	int fd = connect_to(w);
	char request[256];
	int len = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", route);

	if (fd < 0 || send(fd, request, (size_t)len, MSG_NOSIGNAL) == len)
		return fd;
	close(fd);
	return -1;
}
