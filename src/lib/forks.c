/* forks.c -- see forks.h.  Owns the list, not what is on it. */
#include "lib/forks.h"

#include <errno.h>

#include "lib/handle.h"
#include "lib/sender.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* before each handle's io, and that before its lock */
static LIST_HEAD(, headway) handles = LIST_HEAD_INITIALIZER(handles);
static bool watched;

/* With each io held, no sender is between having a descriptor and noting it. */
static void
before_fork(void)
{
	struct headway *h;

	pthread_mutex_lock(&lock);
	LIST_FOREACH(h, &handles, next)
		pthread_mutex_lock(&h->io);
}

static void
in_parent(void)
{
	struct headway *h;

	LIST_FOREACH(h, &handles, next)
		pthread_mutex_unlock(&h->io);
	pthread_mutex_unlock(&lock);
}

/* `lock` of a handle may have been held by a thread that is not here any more:
 * nothing takes it in an inert one. */
static void
in_child(void)
{
	struct headway *h;

	LIST_FOREACH(h, &handles, next) {
		atomic_store(&h->inert, true);
		atomic_store(&h->asleep, false);
		sender_close(h);
		pthread_mutex_unlock(&h->io);
	}
	LIST_INIT(&handles);
	pthread_mutex_unlock(&lock);
}

bool
forks_hold(void)
{
	pthread_mutex_lock(&lock);
	if (!watched) {
		errno = pthread_atfork(before_fork, in_parent, in_child);
		watched = errno == 0;
	}
	if (!watched)
		pthread_mutex_unlock(&lock);
	return watched;
}

void
forks_release(void)
{
	pthread_mutex_unlock(&lock);
}

void
forks_add(struct headway *h)
{
	LIST_INSERT_HEAD(&handles, h, next);
}

void
forks_remove(struct headway *h)
{
	LIST_REMOVE(h, next);
}
