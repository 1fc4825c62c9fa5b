/* jitter.c -- see jitter.h.  Owns nothing. */
#include "base/jitter.h"

#include <sys/random.h>

unsigned
jitter(unsigned min, unsigned max)
{
	unsigned n;

	/* up to 256 bytes cannot fail or be cut once the kernel has its entropy
	 * (getrandom(2)); before, on a device that boots, the middle must do */
	if (getrandom(&n, sizeof n, GRND_NONBLOCK) != (ssize_t)sizeof n)
		return min + (max - min) / 2;
	return min + n % (max - min + 1);
}
