/* publishing.c -- see publishing.h.  Owns its connection; waits for nothing but
 * the first answer. */
#include "doctor/publishing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/unixsock.h"
#include "doctor/line.h"
#include "task/answer.h"

#define LINE_MAX_BYTES 4096 /* of an answer */

struct publishing {
	int fd;
	char name[NAME_BYTES_MAX + 1];
};

/* One line at once: it is far smaller than a socket's buffer. */
static bool
say(int fd, const struct update *u)
{
	size_t len;
	char *text = update_line(u, &len), *line = xasprintf(&len, "%s\n", text);
	bool sent = send(fd, line, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len;

	free(text);
	free(line);
	return sent;
}

static bool
read_answer(int fd, struct answer *a, enum answer_kind *kind)
{
	char line[LINE_MAX_BYTES];
	ssize_t len = line_read(fd, line, sizeof line, PUBLISHING_ANSWER_MAX);

	if (len < 0)
		return false;
	*kind = answer_read(line, (size_t)len, a);
	return true;
}

static bool
begin(int fd, struct seen_publishing *p)
{
	struct update *u = update_new();
	struct answer a;
	enum answer_kind kind;
	char err[UPDATE_ERR];
	bool said;

	update_set_name(u, PUBLISHING_NAME, err);
	update_set_text(u, FIELD_TITLE, "headway doctor measures the delay", err);
	update_set_number(u, FIELD_MOVED, 0, err);
	update_set_text(u, FIELD_UNIT, "changes", err);
	update_set_state(u, STATE_RUNNING);
	update_set_hold(u, true);
	update_set_ack(u, true);
	said = say(fd, u);
	update_free(u);
	if (!said || !read_answer(fd, &a, &kind))
		snprintf(p->why, sizeof p->why, "it did not answer within %d s", PUBLISHING_ANSWER_MAX / 1000);
	else if (kind == ANSWER_ERROR)
		snprintf(p->why, sizeof p->why, "%s", a.error);
	else if (kind != ANSWER_OK || a.task[0] == '\0')
		snprintf(p->why, sizeof p->why, "it gave an answer that is no broker's");
	else {
		snprintf(p->name, sizeof p->name, "%s", a.task);
		return true;
	}
	return false;
}

struct publishing *
publishing_begin(const char *socket, struct seen_publishing *seen)
{
	struct publishing *p;
	int fd = unixsock_connect(socket, "", "", seen->why);

	seen->tried = true;
	if (fd < 0)
		return NULL;
	if (!begin(fd, seen)) {
		close(fd);
		return NULL;
	}
	seen->told = true;
	p = xcalloc(1, sizeof *p);
	p->fd = fd;
	memcpy(p->name, seen->name, sizeof p->name);
	return p;
}

bool
publishing_say(struct publishing *p, unsigned moved)
{
	struct update *u = update_new();
	char err[UPDATE_ERR];
	bool said;

	update_set_name(u, p->name, err);
	update_set_number(u, FIELD_MOVED, moved, err);
	said = say(p->fd, u);
	update_free(u);
	return said;
}

/* Waits for the answer: a connection that is closed before the broker has read
 * the line would leave a lost task. */
void
publishing_end(struct publishing *p)
{
	struct update *u;
	struct answer a;
	enum answer_kind kind;
	char err[UPDATE_ERR];

	if (p == NULL)
		return;
	u = update_new();
	update_set_name(u, p->name, err);
	update_set_state(u, STATE_DONE);
	if (say(p->fd, u))
		read_answer(p->fd, &a, &kind);
	update_free(u);
	close(p->fd);
	free(p);
}
