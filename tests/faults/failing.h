/* Allocations that fail when a test says so. A program with failing.c is linked with --wrap for the
 * allocating functions, so that each call from our own code passes through there, in any thread. */
#ifndef TEST_FAILING_H
#define TEST_FAILING_H

#include <stdbool.h>

/* Counts allocations from 1 on; the n-th fails (0: none), and with all_further all behind it,
 * too. */
void failing_begin(long n, bool all_further);

/* Lets all succeed again; returns how many there were. */
long failing_end(void);

/* Counts a call of another kind as an allocation; whether it has to fail. */
bool failing_now(void);

#endif
