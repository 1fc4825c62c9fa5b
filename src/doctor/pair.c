/* pair.c -- see pair.h. */
#include "doctor/pair.h"

#include <string.h>

static bool
same_directory(const char *a, const char *b)
{
	const char *as = strrchr(a, '/'), *bs = strrchr(b, '/');

	return as != NULL && bs != NULL && as - a == bs - b && memcmp(a, b, (size_t)(as - a)) == 0;
}

uint64_t
pair_life(const struct seen_machine *m)
{
	const struct seen_kind *k = &m->subscribe;

	if (m->publish.chosen < 0)
		return 0;
	for (size_t i = 0; i < k->count; i++)
		if (same_directory(k->at[i].path, m->publish.at[m->publish.chosen].path))
			return k->at[i].life;
	return m->publish.told && k->told && k->chosen >= 0 ? k->at[k->chosen].life : 0;
}

const struct seen_socket *
pair_of_life(const struct seen_machine *m, uint64_t life)
{
	for (size_t i = 0; i < m->subscribe.count; i++)
		if (life != 0 && m->subscribe.at[i].life == life)
			return &m->subscribe.at[i];
	for (size_t i = 0; i < m->nresponders; i++)
		if (life != 0 && m->responders[i].at.life == life)
			return &m->responders[i].at;
	return NULL;
}
