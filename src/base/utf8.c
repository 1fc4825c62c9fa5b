/* utf8.c -- see utf8.h.  Pure. */
#include "base/utf8.h"

#include <stdint.h>

/* Length of the sequence that `lead` opens, or 0 if nothing begins with it.
 * C0, C1 and F5..F7 open sequences that are built well and mean nothing
 * allowed; the code point tells. */
static size_t
sequence(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc0 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	if (lead >= 0xf0 && lead < 0xf8)
		return 4;
	return 0;
}

enum utf8
utf8_check(const char *s, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	enum utf8 worst = UTF8_OK;

	while (p < end) {
		size_t n = sequence(*p);
		uint32_t c;

		if (n == 1) {
			p++;
			continue;
		}
		if (n == 0 || (size_t)(end - p) < n)
			return UTF8_BROKEN;
		c = *p++ & (0x7fu >> n);
		for (size_t i = 1; i < n; i++) {
			if ((*p & 0xc0) != 0x80)
				return UTF8_BROKEN;
			c = c << 6 | (*p++ & 0x3fu);
		}
		if (c < least[n] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
			worst = UTF8_FORBIDDEN;
	}
	return worst;
}

size_t
utf8_char(const char *s, size_t len)
{
	size_t n = sequence((unsigned char)s[0]);

	return n > 0 && n <= len && utf8_check(s, n) == UTF8_OK ? n : 0;
}
