/* processes.c -- see processes.h.  Owns nothing. */
#include "doctor/processes.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RESPONDER "headway.fcgi"  /* shorter than the 15 bytes that the kernel keeps of a name */
#define FILE_MAX_BYTES 16384      /* of a file of proc(5); more is not looked at */
#define VARIABLE "HEADWAY_SUBSCRIBE_SOCKET="
#define OPTION "--subscribe-socket"

/* The file's beginning and a NUL; "" if it cannot be read. */
static size_t
read_file(pid_t pid, const char *name, char text[FILE_MAX_BYTES])
{
	char path[64];
	size_t len = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
		while (len < FILE_MAX_BYTES - 1 && (n = read(fd, text + len, FILE_MAX_BYTES - 1 - len)) > 0)
			len += (size_t)n;
		close(fd);
	}
	text[len] = '\0';
	return len;
}

/* What follows "\nKEY:" in /proc/PID/status, or NULL. */
static const char *
field(const char *status, const char *key)
{
	char start[32];
	const char *at;

	snprintf(start, sizeof start, "\n%s:", key);
	at = strstr(status, start);
	return at != NULL ? at + strlen(start) : NULL;
}

static void
read_groups(struct seen_process *p, const char *gid, const char *groups)
{
	char *end;

	p->groups[p->ngroups++] = (gid_t)strtoul(gid, NULL, 10);
	for (; groups != NULL && p->ngroups < SEEN_GROUPS; groups = end) {
		unsigned long group = strtoul(groups, &end, 10);

		if (end == groups || memchr(groups, '\n', (size_t)(end - groups)) != NULL)
			break;
		p->groups[p->ngroups++] = (gid_t)group;
	}
}

static void
read_parent(struct seen_process *p, pid_t parent)
{
	char comm[FILE_MAX_BYTES];

	read_file(parent, "comm", comm);
	snprintf(p->parent, sizeof p->parent, "%.*s", (int)strcspn(comm, "\n"), comm);
	for (char *c = p->parent; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

static bool
read_status(struct seen_process *p)
{
	char status[FILE_MAX_BYTES];
	const char *uid, *gid, *parent;
	const struct passwd *pw;

	read_file(p->pid, "status", status);
	uid = field(status, "Uid");
	gid = field(status, "Gid");
	parent = field(status, "PPid");
	if (uid == NULL || gid == NULL || parent == NULL)
		return false;
	p->uid = (uid_t)strtoul(uid, NULL, 10);
	read_groups(p, gid, field(status, "Groups"));
	read_parent(p, (pid_t)strtol(parent, NULL, 10));
	if ((pw = getpwuid(p->uid)) != NULL)
		snprintf(p->user, sizeof p->user, "%s", pw->pw_name);
	else
		snprintf(p->user, sizeof p->user, "%u", (unsigned)p->uid);
	return true;
}

/* Any user may call a process so, and root may paste the path that it names: one
 * that a shell would read otherwise, or one of the process's own directory, is as
 * good as hidden from us. */
static bool
may_be_pasted(const char *path)
{
	static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/._-+,:=@";

	return path[0] == '/' && path[strspn(path, plain)] == '\0';
}

/* An option goes before the environment, as the responder itself has it. */
static void
find_subscribe(struct seen_process *p)
{
	char text[FILE_MAX_BYTES];
	size_t len = read_file(p->pid, "cmdline", text), skip = strlen(OPTION);
	const char *value = NULL;

	for (const char *word = text; word < text + len; word += strlen(word) + 1)
		if (strncmp(word, OPTION "=", skip + 1) == 0)
			value = word + skip + 1;
		else if (strcmp(word, OPTION) == 0)
			value = word + skip + 1; /* the next word */
	if (value == NULL) {
		len = read_file(p->pid, "environ", text); /* its own user and root may */
		for (const char *word = text; word < text + len; word += strlen(word) + 1)
			if (strncmp(word, VARIABLE, strlen(VARIABLE)) == 0)
				value = word + strlen(VARIABLE);
	}
	if (value != NULL && value < text + len && may_be_pasted(value))
		snprintf(p->at.path, sizeof p->at.path, "%s", value);
}

bool
processes_is(pid_t pid, const char *program)
{
	char comm[FILE_MAX_BYTES];

	read_file(pid, "comm", comm);
	return strlen(program) == strcspn(comm, "\n") && strncmp(comm, program, strlen(program)) == 0;
}

size_t
processes_find(struct seen_process *found, size_t max)
{
	DIR *proc = opendir("/proc");
	const struct dirent *d;
	size_t n = 0;

	while (proc != NULL && n < max && (d = readdir(proc)) != NULL) {
		struct seen_process p = { .pid = (pid_t)strtol(d->d_name, NULL, 10) };

		if (isdigit((unsigned char)d->d_name[0]) && processes_is(p.pid, RESPONDER) && read_status(&p)) {
			find_subscribe(&p);
			found[n++] = p;
		}
	}
	if (proc != NULL)
		closedir(proc);
	return n;
}
