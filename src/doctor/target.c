/* target.c -- see target.h. */
#include "doctor/target.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Up to the first segment that is a route, as the responder reads it. */
static size_t
mount_length(const char *path)
{
	static const char *const routes[] = { "events", "tasks", "healthz", "index.html" };
	size_t end = strcspn(path, "?#");

	for (size_t at = 0; at < end; at++) {
		size_t len = strcspn(path + at + 1, "/?#");

		if (path[at] != '/')
			continue;
		for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
			if (strlen(routes[i]) == len && memcmp(path + at + 1, routes[i], len) == 0)
				return at;
	}
	while (end > 0 && path[end - 1] == '/')
		end--;
	return end;
}

bool
target_mount(char mount[SEEN_MOUNT], const char **path, const char *url)
{
	const char *scheme = "", *host = strstr(url, "://");
	size_t before, len;

	if (host == NULL) {
		scheme = "http://";
		host = url;
	} else if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
		return false;
	else
		host += 3;
	before = (size_t)(host - url) + strcspn(host, "/?#");
	len = before + mount_length(url + before);
	if (memchr(host, '@', (size_t)(url + before - host)) != NULL)
		return false; /* a password would be printed wherever the URL is */
	if (host == url + before || strlen(scheme) + len >= SEEN_MOUNT || strpbrk(url, " \t\r\n") != NULL)
		return false;
	snprintf(mount, SEEN_MOUNT, "%s%.*s", scheme, (int)len, url);
	*path = mount + strlen(scheme) + before;
	return true;
}
