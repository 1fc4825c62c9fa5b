/* main.c -- headway-doctor: says what is wrong between a job and a browser.
 *
 * A program of its own, so that libcurl is loaded by nobody else; `headway
 * doctor` executes it.  Looks first, judges then, prints last.  Reports one task
 * of its own (publishing.h) and changes nothing else. */
#include <config.h>

#include <err.h>
#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/log.h"
#include "base/mem.h"
#include "doctor/judge.h"
#include "doctor/look.h"
#include "doctor/print.h"

#define WAIT_DEFAULT 4    /* seconds: short enough to be borne */
#define WAIT_MAX 86400

/* A password on a command line can be read by everybody, so it can be asked for. */
static const char *
with_password(const char *user)
{
	const char *password;

	if (strchr(user, ':') != NULL)
		return user;
	password = getpass("Password: ");
	if (password == NULL)
		errx(EXIT_USAGE, "--user: there is no terminal to ask for the password; write NAME:PASSWORD");
	return xasprintf(NULL, "%s:%s", user, password);
}

struct options {
	struct look_wish wish;
	bool json;
};

static void
read_options(struct options *o, int argc, char *argv[])
{
	enum { WAIT = 1, ORIGIN, DIRECT, USER, CACERT, INSECURE, NO_PUBLISH, JSON, PUBLISH, SUBSCRIBE };
	static const struct option long_options[] = {
		{ "wait", required_argument, NULL, WAIT },
		{ "origin", required_argument, NULL, ORIGIN },
		{ "direct", required_argument, NULL, DIRECT },
		{ "user", required_argument, NULL, USER },
		{ "cacert", required_argument, NULL, CACERT },
		{ "insecure", no_argument, NULL, INSECURE },
		{ "no-publish", no_argument, NULL, NO_PUBLISH },
		{ "json", no_argument, NULL, JSON },
		{ "publish-socket", required_argument, NULL, PUBLISH },
		{ "subscribe-socket", required_argument, NULL, SUBSCRIBE },
		{ NULL, 0, NULL, 0 },
	};
	struct look_wish *w = &o->wish;
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		switch (c) {
		case WAIT: w->wait = (double)cli_number("wait", optarg, 0, WAIT_MAX); break;
		case ORIGIN: w->origin = optarg; break;
		case DIRECT: w->direct = optarg; break;
		case USER: w->manner.user = optarg; break;
		case CACERT: w->manner.cacert = optarg; break;
		case INSECURE: w->manner.insecure = true; break;
		case NO_PUBLISH: w->no_publish = true; break;
		case JSON: o->json = true; break;
		case PUBLISH: w->publish_socket = optarg; break;
		case SUBSCRIBE: w->subscribe_socket = optarg; break;
		default: errx(EXIT_USAGE, "see headway doctor --help");
		}
	if (argc - optind > 1)
		errx(EXIT_USAGE, "one URL at most is expected");
	w->url = argv[optind];
	if (w->origin != NULL && (strlen(w->origin) >= SEEN_TEXT || strstr(w->origin, "://") == NULL ||
	    strpbrk(w->origin, " \r\n") != NULL || strchr(strstr(w->origin, "://") + 3, '/') != NULL))
		errx(EXIT_USAGE, "--origin takes scheme, host and port, such as https://other.example, not \"%s\"", w->origin);
	if (w->manner.user != NULL)
		w->manner.user = with_password(w->manner.user);
}

static bool
color_wanted(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
}

int
main(int argc, char *argv[])
{
	struct options o = { .wish.wait = WAIT_DEFAULT };
	struct seen *seen = xcalloc(1, sizeof *seen);
	struct findings all = { .count = 0 };
	const char *wrong;
	int status;

	cli_fill_descriptors();
	log_init("headway doctor", false);
	argv[0] = (char *)"headway doctor";
	read_options(&o, argc, argv);
	if (!http_begin())
		errx(EXIT_USAGE, "libcurl does not work here");
	if (!look(&o.wish, seen, &wrong))
		errx(EXIT_USAGE, strchr(wrong, '@') != NULL ? "\"%s\": a name and a password go into --user, not into the URL" :
		    "\"%s\" is no URL of http or https", wrong);
	judge(seen, &all);
	if (o.json)
		print_json(stdout, seen, &all);
	else
		print_findings(stdout, &all, color_wanted());
	status = judge_status(&all);
	findings_free(&all);
	free(seen);
	http_end();
	if (fflush(stdout) != 0 || ferror(stdout))
		err(EXIT_USAGE, "stdout");
	return status;
}
