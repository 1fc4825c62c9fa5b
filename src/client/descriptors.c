/* descriptors.c -- see descriptors.h. */
#include "client/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define WITHOUT_PROC 1024 /* descriptors looked at where /proc does not list them: the usual limit */

/* Closes each descriptor from `first` on that `unwanted` says so of. */
static void
close_if(int first, bool (*unwanted)(const void *arg, int fd), const void *arg)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	if (dir == NULL) {
		for (int fd = first; fd < WITHOUT_PROC; fd++)
			if (unwanted(arg, fd))
				close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd >= first && fd != dirfd(dir) && unwanted(arg, fd))
			close(fd);
	}
	closedir(dir);
}

static bool
is_inherited(const void *arg, int fd)
{
	int flags = fcntl(fd, F_GETFD);

	(void)arg;
	return flags >= 0 && !(flags & FD_CLOEXEC);
}

void
descriptors_leave(void)
{
	close_if(STDERR_FILENO + 1, is_inherited, NULL);
}

struct kept {
	const int *fd;
	size_t n;
};

static bool
is_not_kept(const void *arg, int fd)
{
	const struct kept *kept = arg;

	for (size_t i = 0; i < kept->n; i++)
		if (kept->fd[i] == fd)
			return false;
	return true;
}

void
descriptors_close_but(const int *keep, size_t n)
{
	struct kept kept = { .fd = keep, .n = n };

	close_if(0, is_not_kept, &kept);
}

void
descriptors_blank(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0) {
		close(fd);
		return;
	}
	if (null != fd) {
		dup3(null, fd, O_CLOEXEC);
		close(null);
	}
}
