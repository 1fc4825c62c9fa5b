/* text.c -- see text.h. */
#include "client/up/text.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "client/up/web.h"

#define LABEL "%-15s "

char *
up_text_quote(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%";
	char *quoted, *out;

	if (word[0] != '\0' && strspn(word, plain) == strlen(word))
		return xstrdup(word);
	quoted = out = xcalloc(4 * strlen(word) + 3, 1);
	*out++ = '\'';
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			out = stpcpy(out, "'\\'");
		*out++ = *word;
	}
	*out = '\'';
	return quoted;
}

static const char *
user_name(void)
{
	const struct passwd *pw = getpwuid(geteuid());

	return pw != NULL ? pw->pw_name : "USER";
}

static void
host_name(char name[HOST_NAME_MAX + 1])
{
	if (gethostname(name, HOST_NAME_MAX + 1) < 0 || name[0] == '\0')
		strcpy(name, "HOST");
	name[HOST_NAME_MAX] = '\0';
}

static void
print_where(FILE *out, const struct up_text *t, const char *host)
{
	char *forward, *word;

	if (t->path != NULL) {
		word = up_text_quote(t->path);
		forward = xasprintf(NULL, "%u:%s", WEB_PORT, t->path);
		fprintf(out, LABEL "%s\n", "Serving on", word);
		fprintf(out, LABEL "curl -N --unix-socket %s http://localhost/events\n", "Look", word);
		free(word);
	} else {
		forward = xasprintf(NULL, "%u:127.0.0.1:%u", t->port, t->port);
		fprintf(out, LABEL "http://127.0.0.1:%u/\n", "Serving on", t->port);
	}
	word = up_text_quote(forward);
	fprintf(out, LABEL "ssh -L %s %s@%s\n", "From a laptop", word, user_name(), host);
	fprintf(out, LABEL "and there: http://localhost:%u/\n", "", t->path != NULL ? WEB_PORT : t->port);
	free(word);
	free(forward);
}

static void
print_sockets(FILE *out, const struct up_text *t)
{
	char *publish = up_text_quote(t->publish), *subscribe = up_text_quote(t->subscribe);

	fprintf(out, LABEL "export HEADWAY_PUBLISH_SOCKET=%s\n", "For your jobs", publish);
	fprintf(out, LABEL "export HEADWAY_SUBSCRIBE_SOCKET=%s\n", "", subscribe);
	free(publish);
	free(subscribe);
}

/* As another shell can run it: by its name if that was enough for this one. */
static char *
program_word(void)
{
	char *path = strchr(program_invocation_name, '/') != NULL ? realpath(program_invocation_name, NULL) : NULL;
	char *word = up_text_quote(path != NULL ? path : program_invocation_name);

	free(path);
	return word;
}

void
up_text_print(FILE *out, const struct up_text *t)
{
	char host[HOST_NAME_MAX + 1];
	char *program = program_word();

	host_name(host);
	print_where(out, t, host);
	if (t->path != NULL)
		fprintf(out, LABEL "only you\n", "Who can read");
	else
		fprintf(out, LABEL "every user of %s; with --socket only you\n", "Who can read", host);
	if (t->broker != NULL)
		fprintf(out, LABEL "runs already, on %s\n", "Broker", t->broker);
	if (t->publish != NULL)
		print_sockets(out, t);
	fprintf(out, LABEL "%s run -- COMMAND\n", t->publish != NULL ? "" : "For your jobs", program);
	fprintf(out, LABEL "Ctrl-C\n", "To stop");
	free(program);
}
