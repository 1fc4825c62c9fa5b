/* fuzz_subscription.c -- subscription.c: what is accepted reads back as the
 * same, and what is refused is refused in words. */
#include "fuzz.h"

#include "broker/subscription.h"

static void
check_reads_back(const struct subscription *s)
{
	char line[16 + SUBSCRIPTION_PREFIXES_MAX * (NAME_BYTES_MAX + 1) + ID_TEXT_MAX + 12];
	char *p = line + sprintf(line, "subscribe"), id[ID_TEXT_MAX], err[SUBSCRIPTION_ERR];
	struct subscription again;

	CLAIM(s->prefixes >= 1 && s->prefixes <= SUBSCRIPTION_PREFIXES_MAX);
	for (size_t i = 0; i < s->prefixes; i++) {
		const char *name = s->prefix[i];

		CLAIM(strcmp(name, NAME_EVERY) == 0 || strcmp(name, NAME_UNNAMED) == 0 ||
		    name_wrong(name, strlen(name)) == NULL);
		p += sprintf(p, " %s", name);
	}
	if (s->logs)
		p += sprintf(p, " log");
	if (s->has_since) {
		id_format(id, s->since);
		p += sprintf(p, " since=%s", id);
	}
	CLAIM(subscription_read(&again, line, (size_t)(p - line), err));
	CLAIM(memcmp(s, &again, sizeof again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = exactly(data, size), err[SUBSCRIPTION_ERR] = "";
	struct subscription s;

	if (subscription_read(&s, line, size, err))
		check_reads_back(&s);
	else
		CLAIM(err[0] != '\0' && printable(err) && strlen(err) < SUBSCRIPTION_ERR - 1);
	free(line);
	return 0;
}
