/* origin.c -- see origin.h. */
#include "responder/origin.h"

#include <string.h>

#include "base/decimal.h"

#define PORT_MAX 65535
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* RFC 3986, section 3.1, after the first letter; and what a host is made of
 * here: names, IPv4, and IPv6 between brackets. */
static const char scheme_bytes[] = UPPER LOWER DIGITS "+-.";
static const char name_bytes[] = UPPER LOWER DIGITS "-._";
static const char ipv6_bytes[] = "abcdefABCDEF" DIGITS ":.";

static const struct {
	const char *scheme, *port;
} defaults[] = {
	{ "http:", ":80" },
	{ "https:", ":443" },
};

static size_t
host_len(const char *host)
{
	size_t len;

	if (host[0] != '[')
		return strspn(host, name_bytes);
	len = 1 + strspn(host + 1, ipv6_bytes);
	return len > 1 && host[len] == ']' ? len + 1 : 0;
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		if (strchr(UPPER, *s) != NULL)
			*s = (char)(*s - 'A' + 'a');
}

/* A browser leaves out the port that goes without saying. */
static void
drop_default_port(char *origin, char *port)
{
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		if (strncmp(origin, defaults[i].scheme, strlen(defaults[i].scheme)) == 0 &&
		    strcmp(port, defaults[i].port) == 0)
			*port = '\0';
}

static const char *
port_wrong(const char *port)
{
	uint64_t n;

	if (strcmp(port, "/") == 0)
		return "ends with a slash, which no origin does";
	if (port[0] == '/' || port[0] == '?' || port[0] == '#')
		return "has more than an origin: leave out what follows the host and its port";
	if (port[0] == '@')
		return "has a user's name, which no origin has";
	if (port[0] != ':')
		return "has a host that no browser sends (a name beyond ASCII begins with xn-- there)";
	if (port[1] == '0' || !decimal_parse(port + 1, strlen(port + 1), PORT_MAX, &n))
		return "has no port after its colon";
	return NULL;
}

const char *
origin_read(char out[ORIGIN_BYTES_MAX + 1], const char *text)
{
	size_t scheme = strspn(text, scheme_bytes), host;
	const char *wrong;

	if (strlen(text) > ORIGIN_BYTES_MAX)
		return "is longer than 255 bytes";
	strcpy(out, text);
	if (strcmp(text, ORIGIN_EVERY) == 0)
		return NULL;
	if (strcmp(text, "null") == 0)
		return "is what sandboxed frames and files of anybody send: who means it means *";
	if (scheme == 0 || strchr(DIGITS "+-.", text[0]) != NULL || strncmp(text + scheme, "://", 3) != 0)
		return "does not begin with a scheme, as https://other.example does";
	if (strchr(text + scheme, '*') != NULL)
		return "has a *, which stands for every origin alone, and for nothing in a name";
	if ((host = host_len(text + scheme + 3)) == 0)
		return "has no host after ://";
	lower(out);
	if (text[scheme + 3 + host] == '\0')
		return NULL;
	if ((wrong = port_wrong(text + scheme + 3 + host)) != NULL)
		return wrong;
	drop_default_port(out, out + scheme + 3 + host);
	return NULL;
}
