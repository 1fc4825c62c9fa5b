/* intake.c -- see intake.h.  Owns nothing: both ends are the caller's. */
#include "broker/intake.h"

#include <errno.h>
#include <event2/buffer.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/log.h"

/* What does not fit into `room` the kernel has closed already. */
static void
take_descriptors(struct msghdr *msg, struct handed *handed)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			handed_add(handed, fd);
		}
	}
}

enum intake
intake_read(int fd, struct evbuffer *bytes, struct handed *handed)
{
	union {
		char room[CMSG_SPACE(HANDED_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct evbuffer_iovec to;
	struct iovec iov;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
		.msg_controllen = sizeof control };
	ssize_t n;

	if (evbuffer_reserve_space(bytes, INTAKE_MAX, &to, 1) < 1)
		fatalx("out of memory");
	iov = (struct iovec){ to.iov_base, INTAKE_MAX };
	n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? INTAKE_NOTHING : INTAKE_BROKEN;
	take_descriptors(&msg, handed);
	if (n == 0)
		return INTAKE_END;
	to.iov_len = (size_t)n;
	evbuffer_commit_space(bytes, &to, 1);
	return INTAKE_SOME;
}
