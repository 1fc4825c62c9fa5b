/* sockets.c -- see sockets.h. */
#include "client/up/sockets.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/unixsock.h"
#include "client/up/userdir.h"

static bool
answers(const char *path)
{
	int fd = unixsock_connect(path, "", "", NULL);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static char *
place(struct up_sockets *s, const char *env, const char *name)
{
	const char *told = getenv(env);

	if (told == NULL || told[0] == '\0')
		return xasprintf(NULL, "%s/%s", s->directory, name);
	s->known = false; /* other shells need not have that variable */
	return xstrdup(told);
}

bool
up_sockets_choose(struct up_sockets *s, bool own, char *err)
{
	memset(s, 0, sizeof *s);
	if ((s->directory = userdir(&s->known, err)) == NULL)
		return false;
	s->passing = !s->known;
	s->publish = place(s, "HEADWAY_PUBLISH_SOCKET", "publish.sock");
	s->subscribe = place(s, "HEADWAY_SUBSCRIBE_SOCKET", "subscribe.sock");
	s->responder = xasprintf(NULL, "%s/fcgi-%d.sock", s->directory, (int)getpid());
	s->broker = answers(s->publish) && answers(s->subscribe);
	if (s->broker && own) {
		free(s->publish);
		free(s->subscribe);
		s->publish = xasprintf(NULL, "%s/own-%d-publish.sock", s->directory, (int)getpid());
		s->subscribe = xasprintf(NULL, "%s/own-%d-subscribe.sock", s->directory, (int)getpid());
		s->broker = false;
		s->known = false;
	}
	return true;
}

void
up_sockets_clean(const struct up_sockets *s)
{
	if (s->directory == NULL)
		return;
	unixsock_remove_dead(s->responder);
	if (!s->broker) {
		unixsock_remove_dead(s->publish);
		unixsock_remove_dead(s->subscribe);
	}
	if (s->passing)
		rmdir(s->directory); /* it stays while another one uses it */
}

void
up_sockets_free(struct up_sockets *s)
{
	free(s->directory);
	free(s->publish);
	free(s->subscribe);
	free(s->responder);
}
