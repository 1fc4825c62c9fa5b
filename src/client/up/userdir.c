/* userdir.c -- see userdir.h. */
#include "base/time64.h"

#include "client/up/userdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* Made, or found: by the descriptor, so that what was looked at is what is
 * used.  In /tmp others may have been first: what is not ours, or only a link,
 * is not used.  -1: `err`. */
static int
open_ours(const char *path, struct stat *st, char *err)
{
	int fd = -1;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		snprintf(err, USERDIR_ERR, "cannot make the directory %s: %s", path, strerror(errno));
	else if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0 || fstat(fd, st) < 0)
		snprintf(err, USERDIR_ERR, "cannot use the directory %s: %s", path, strerror(errno));
	else if (st->st_uid != geteuid())
		snprintf(err, USERDIR_ERR, "the directory %s belongs to somebody else (uid %u)", path, (unsigned)st->st_uid);
	else
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* One that is named for this alone: others are kept out from now on. */
static bool
make_private(const char *path, char *err)
{
	struct stat st;
	int fd = open_ours(path, &st, err);
	bool ok = fd >= 0 && ((st.st_mode & 077) == 0 || fchmod(fd, 0700) == 0);

	if (fd >= 0 && !ok)
		snprintf(err, USERDIR_ERR, "cannot keep others out of %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

/* After su(1) the variable still names the other user's, where root could make
 * a directory that shuts its owner out (XDG Base Directory Specification: it is
 * owned by the user). */
static bool
is_ours(const char *runtime)
{
	struct stat st;

	return runtime != NULL && runtime[0] == '/' && stat(runtime, &st) == 0 && st.st_uid == geteuid();
}

char *
userdir(bool *known, char *err)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *tmp = getenv("TMPDIR");
	char *path;

	*known = true;
	if (is_ours(runtime)) {
		path = xasprintf(NULL, "%s/headway", runtime);
		if (make_private(path, err))
			return path;
		free(path);
	}
	*known = false;
	path = xasprintf(NULL, "%s/headway-%u", tmp != NULL && tmp[0] == '/' ? tmp : "/tmp", (unsigned)geteuid());
	if (make_private(path, err))
		return path;
	free(path);
	return NULL;
}

bool
userdir_private(const char *path, char *err)
{
	struct stat st;
	int fd = open_ours(path, &st, err);

	if (fd < 0)
		return false;
	close(fd);
	if ((st.st_mode & 077) == 0)
		return true;
	snprintf(err, USERDIR_ERR, "others can enter %s (its mode is %03o): name a directory of your own that has 700, or does not exist yet",
	    path, (unsigned)st.st_mode & 0777);
	return false;
}
