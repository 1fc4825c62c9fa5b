/* time64.h -- times after 2038 on 32-bit machines, for a file that needs them.
 *
 * Include it before everything else.  With a time_t of 32 bits glibc's stat(2)
 * fails with EOVERFLOW on a file of 2038 or later, even if nobody asks for its
 * times, and clock_gettime(2) does so for the clock (glibc 2.34 and newer; the
 * kernel has known better since 5.1).
 *
 * Not for all of the program: Debian 12's libevent has a time_t of 32 bits
 * there, and would misread a larger struct timeval.  So a file that includes
 * this gives no struct with a time_t to another file or to a library; waits,
 * which are never long, go as they always did. */
#ifndef HEADWAY_TIME64_H
#define HEADWAY_TIME64_H

#ifdef _FEATURES_H
#error "base/time64.h comes first"
#endif
#ifndef _TIME_BITS /* where all of a system has chosen, it stays so */
#define _TIME_BITS 64
#endif

#endif
