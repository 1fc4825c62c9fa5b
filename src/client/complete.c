/* complete.c -- see complete.h. */
#include "client/complete.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/command.h"
#include "client/optiontext.h"
#include "client/tasknames.h"

#define HELP_MAX 16384 /* bytes of a help; what is longer is not offered */
#define HELP_WAIT 1000 /* milliseconds without a byte of it */

static const char help_text[] = "  --help  say what it does\n";

struct completing {
	const struct command *cmd;
	const char *options;  /* its text */
	char **words;
	int nwords;           /* the one being typed is the last, and may be "" */
	const char *socket;   /* the broker's, if a word before says so */
	bool ended;           /* by "--": no options any more */
	int before;           /* words before that are no options */
	int command_at;       /* where the command of `run` begins; -1: not yet */
	struct optiontext of; /* the option whose value is being typed */
	bool in_value;
};

static const char *
current(const struct completing *c)
{
	return c->words[c->nwords - 1];
}

static bool
begins_with(const char *s, size_t len, const char *prefix)
{
	return len >= strlen(prefix) && memcmp(s, prefix, strlen(prefix)) == 0;
}

static void
offer(const char *word, const char *typed, const char *says, size_t says_len)
{
	if (!begins_with(word, strlen(word), typed))
		return;
	fputs(word, stdout);
	if (says_len > 0)
		printf("\t%.*s", (int)says_len, says);
	putchar('\n');
}

/* ---- options ---- */

/* Some commands are programs of their own, which say their options themselves. */
static void
ask_for_help(const struct command *cmd, char out[HELP_MAX])
{
	char name[] = "headway", option[] = "--help", *argv[] = { name, option, NULL };
	int ends[2];
	size_t len = 0;
	ssize_t n = 1;
	pid_t pid;

	out[0] = '\0';
	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	fflush(NULL);
	if ((pid = fork()) == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		if (null >= 0)
			dup2(null, STDIN_FILENO), dup2(null, STDERR_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		_exit(cmd->run(cmd, 2, argv));
	}
	close(ends[1]);
	for (struct pollfd p = { .fd = ends[0], .events = POLLIN };
	     pid > 0 && n > 0 && len < HELP_MAX - 1 && poll(&p, 1, HELP_WAIT) > 0; len += n > 0 ? (size_t)n : 0)
		n = read(ends[0], out + len, HELP_MAX - 1 - len);
	out[len] = '\0';
	close(ends[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static void
offer_option(const struct optiontext *o, const char *typed)
{
	char word[128];

	snprintf(word, sizeof word, "%.*s", (int)o->name.len, o->name.s);
	offer(word, typed, o->says.s, o->says.len);
	if (o->takes != VALUE_OPTIONAL)
		return;
	snprintf(word, sizeof word, "%.*s=", (int)o->name.len, o->name.s);
	offer(word, typed, o->says.s, o->says.len);
}

static void
offer_options(const char *text, const char *typed)
{
	struct optiontext o;

	optiontext_begin(&o, text);
	while (optiontext_next(&o))
		offer_option(&o, typed);
}

static void
offer_all_options(const struct completing *c)
{
	struct optiontext help;

	puts("words");
	offer_options(c->options, current(c));
	if (!optiontext_find(&help, c->options, "--help", strlen("--help")))
		offer_options(help_text, current(c));
}

/* ---- what stands for something ---- */

struct offering {
	const char *typed;
	size_t ahead; /* bytes of it before the name: "--name=" */
	bool slash;   /* names are whole, and said so by a slash */
};

static void
offer_name(const char *name, const char *says, void *arg)
{
	const struct offering *o = arg;
	char word[1024];

	snprintf(word, sizeof word, "%.*s%s%s", (int)o->ahead, o->typed, o->slash ? "/" : "", name);
	offer(word, o->typed, says, strlen(says));
}

static void
offer_names(const struct completing *c, size_t ahead)
{
	const char *task = getenv("HEADWAY_TASK");
	struct offering o = { current(c), ahead, false };

	/* below HEADWAY_TASK a name without a slash would be another one */
	o.slash = (task != NULL && *task != '\0') || o.typed[ahead] == '/';
	puts("words");
	tasknames(c->socket, offer_name, &o);
}

/* The words of usage and options that stand for something we can offer. */
static bool
stands_for(const char *word, size_t len, const char *what)
{
	return begins_with(word, len, what) && (len == strlen(what) || strchr(".]", word[strlen(what)]) != NULL);
}

static void
offer_what(const struct completing *c, const char *word, size_t len, size_t ahead)
{
	if (stands_for(word, len, "NAME"))
		offer_names(c, ahead);
	else if (stands_for(word, len, "PATH") || stands_for(word, len, "FILE") || stands_for(word, len, "DIRECTORY"))
		puts("files");
	else
		puts("words"); /* a number, a text: nothing is known of it */
}

/* What the usage begins with, if it is no option: "NAME", "[NAME...]". */
static void
offer_argument(const struct completing *c)
{
	const char *word = c->cmd->usage + strspn(c->cmd->usage, "[");
	size_t len = strcspn(word, " ");
	bool wanted = word[0] >= 'A' && word[0] <= 'Z';

	if (wanted && (c->before == 0 || memmem(word, len, "...", 3) != NULL))
		offer_what(c, word, len, 0);
	else if (!c->ended && current(c)[0] == '\0')
		offer_all_options(c);
	else
		puts("words");
}

/* ---- the words before ---- */

static bool
is_option(const struct completing *c, const char *word)
{
	return !c->ended && strncmp(word, "--", 2) == 0 && word[2] != '\0';
}

/* An option and, if it takes one, its value; returns the index of what follows.
 * bash parts "--name=value" into three words. */
static int
read_option(struct completing *c, int i)
{
	const char *word = c->words[i], *equals = strchr(word, '='), *value = equals != NULL ? equals + 1 : NULL;
	size_t len = equals != NULL ? (size_t)(equals - word) : strlen(word);
	int last = c->nwords - 1;
	bool apart = i + 1 < c->nwords && strcmp(c->words[i + 1], "=") == 0;
	struct optiontext o;

	if (!optiontext_find(&o, c->options, word, len))
		return i + 1;
	if (value == NULL && (apart || o.takes == VALUE_WANTED)) {
		i += apart ? 2 : 1;
		c->in_value = i >= last;
		value = i <= last ? c->words[i] : "";
	}
	if (c->in_value)
		c->of = o;
	else if (value != NULL && len == strlen("--subscribe-socket") && memcmp(word, "--subscribe-socket", len) == 0)
		c->socket = value;
	return i + 1;
}

static void
read_words(struct completing *c)
{
	bool runs = strstr(c->cmd->usage, "COMMAND") != NULL;

	for (int i = 1; i < c->nwords - 1 && c->command_at < 0;)
		if (is_option(c, c->words[i]))
			i = read_option(c, i);
		else if (!c->ended && strcmp(c->words[i], "--") == 0)
			c->ended = true, i++;
		else if (runs)
			c->command_at = i;
		else
			c->before++, i++;
	if (runs && c->command_at < 0 && !c->in_value && (c->ended || current(c)[0] != '-'))
		c->command_at = c->nwords - 1;
}

static void
complete_command(struct completing *c)
{
	const char *typed = current(c), *equals = strchr(typed, '=');

	if (c->command_at >= 0)
		printf("command %d\n", c->command_at);
	else if (c->in_value)
		offer_what(c, c->of.value.s, c->of.value.len, 0);
	else if (is_option(c, typed) && equals != NULL) {
		if (optiontext_find(&c->of, c->options, typed, (size_t)(equals - typed)))
			offer_what(c, c->of.value.s, c->of.value.len, (size_t)(equals + 1 - typed));
	} else if (!c->ended && typed[0] == '-')
		offer_all_options(c);
	else
		offer_argument(c);
}

int
complete(const struct command *const commands[], size_t n, int nwords, char *words[])
{
	static char help[HELP_MAX], empty[] = "", *none[] = { empty };
	struct completing c = { .words = nwords > 0 ? words : none, .nwords = nwords > 0 ? nwords : 1, .command_at = -1 };

	if (c.nwords == 1)
		puts("words");
	for (size_t i = 0; i < n; i++)
		if (c.nwords == 1)
			offer(commands[i]->name, current(&c), commands[i]->summary, strlen(commands[i]->summary));
		else if (strcmp(commands[i]->name, c.words[0]) == 0)
			c.cmd = commands[i];
	if (c.nwords == 1 && current(&c)[0] == '-')
		offer_options("  --help  name the commands\n  --version  say which version this is\n", current(&c));
	if (c.cmd == NULL)
		return 0;
	c.options = c.cmd->options;
	if (c.options[0] == '\0') {
		ask_for_help(c.cmd, help);
		c.options = help;
	}
	read_words(&c);
	complete_command(&c);
	return 0;
}
