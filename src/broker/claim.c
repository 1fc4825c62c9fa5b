/* claim.c -- see claim.h.  Owns nothing. */
#include "broker/claim.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "task/update.h"

static int __attribute__((format(printf, 3, 4)))
no(int fd, char *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, UPDATE_ERR, fmt, ap);
	va_end(ap);
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
living(int pidfd, char *err)
{
	return process_dead(pidfd) ? no(pidfd, err, "\"pid\" names no living process") : pidfd;
}

/* Lines that were refused may have left theirs, so each is looked at. */
static int
handed_over(const struct kernel *k, pid_t pid, struct handed *handed, char *err)
{
	int fd;

	while ((fd = handed_take(handed)) >= 0) {
		if (!process_is_pidfd(fd))
			no(fd, err, "the descriptor handed over for \"pid\" %d is no pidfd", (int)pid);
		else if (process_dead(fd))
			no(fd, err, "\"pid\" names no living process");
		else if (process_numbered(k, fd, pid) == NUMBERED_NO)
			no(fd, err, "the pidfd handed over is not that of \"pid\" %d", (int)pid);
		else
			return fd;
	}
	return -1;
}

int
claim_process(const struct kernel *k, pid_t pid, const struct caller *who, struct handed *handed, char *err)
{
	int pidfd;

	if (handed->count > 0)
		return handed_over(k, pid, handed, err);
	if (!who->near)
		return no(-1, err, "\"pid\" %d is not known to mean the same here: hand over a pidfd (SCM_RIGHTS)", (int)pid);
	if ((pidfd = process_open(pid)) >= 0)
		return living(pidfd, err);
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		return no(-1, err, "\"pid\" cannot be watched: %s", strerror(errno));
	return no(-1, err, "\"pid\" names no living process");
}
