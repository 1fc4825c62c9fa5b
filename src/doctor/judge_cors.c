/* judge_cors.c -- see judge.h: may a page of another origin read the stream?
 * (The Fetch standard, section 3.3, CORS protocol.) */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "doctor/judge.h"

#define CHECK "other origin"

static void
judge_preflight(const struct seen *s, struct findings *all)
{
	const struct seen_answer *p = &s->cors.preflight;
	bool ok = p->status >= 200 && p->status < 300 && p->allow_origin[0] != '\0' &&
	    strcasestr(p->allow_headers, "last-event-id") != NULL;
	struct finding *f;

	if (ok)
		return;
	f = finding_add(all, "preflight", VERDICT_NOTE, "preflight", "OPTIONS is answered with %d%s", p->status,
	    p->status >= 200 && p->status < 300 ? ", without the headers that allow it" : "");
	finding_why(f, "An EventSource of a page elsewhere sends none, so it works; fetch() with headers of its own would "
	    "not.%s", p->status == 401 ? "  A browser sends no password with OPTIONS: it must be let through without." : "");
}

void
judge_cors(const struct seen *s, const struct served *who, struct findings *all)
{
	const struct seen_answer *get = &s->cors.get;
	const char *origin = s->cors.origin;
	struct finding *f;

	if (origin[0] == '\0' || get->status == 0)
		return;
	if (get->allow_origins == 0) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "no-cors", "pages of %s may not read it", origin);
		finding_why(f, "The responder allows no other origin that it is not told of.  An origin is scheme, host and port, "
		    "as the browser's console names it.");
		servers_allow(f, who, origin);
	} else if (get->allow_origins > 1) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "cors-twice", "Access-Control-Allow-Origin comes %u times",
		    get->allow_origins);
		finding_why(f, "A browser refuses more than one.  The responder sends it: take it out of the web server's "
		    "configuration.");
	} else if (strcmp(get->allow_origin, "*") == 0)
		finding_add(all, CHECK, VERDICT_OK, "cors-any", "pages of any origin may read it, but without a password or cookie");
	else if (strcmp(get->allow_origin, origin) != 0) {
		f = finding_add(all, CHECK, VERDICT_WRONG, "no-cors", "pages of %s may not read it, only those of %s", origin,
		    get->allow_origin);
		servers_allow(f, who, origin);
	} else
		finding_add(all, CHECK, VERDICT_OK, "cors", "pages of %s may read it%s", origin,
		    get->allow_credentials ? ", with a password or cookie too" : ", but without a password or cookie");
	if (get->allow_origins == 1)
		judge_preflight(s, all);
}
