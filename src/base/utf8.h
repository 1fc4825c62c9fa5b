/* utf8.h -- is this text UTF-8 (RFC 3629, section 4)? */
#ifndef HEADWAY_UTF8_H
#define HEADWAY_UTF8_H

#include <stddef.h>

enum utf8 {
	UTF8_OK,
	UTF8_FORBIDDEN, /* well built, but overlong, a surrogate, or above U+10FFFF */
	UTF8_BROKEN,    /* not built like UTF-8 at all: some other encoding, or binary */
};

enum utf8 utf8_check(const char *s, size_t len);

/* Bytes of the character that `s` begins with; 0: it begins with none.  len > 0. */
size_t utf8_char(const char *s, size_t len);

#endif
