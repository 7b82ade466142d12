/* Calls that fail when a test says so: allocations, and others that a test wraps itself, of one kind at a
 * time. A program with failing.c is linked with --wrap for the allocating functions, so that each call
 * from our own code passes through there, in any thread. */
#ifndef TEST_FAILING_H
#define TEST_FAILING_H

#include <stdbool.h>

/* The kind of allocations; those of a test's own are larger. */
enum { FAILING_ALLOCATION = 1 };

/* Counts allocations from 1 on; the n-th fails (0: none), and with all_further all behind it,
 * too. */
void failing_begin(long n, bool all_further);

/* The same of another kind. */
void failing_begin_kind(int kind, long n, bool all_further);

/* Lets all succeed again; returns how many there were. */
long failing_end(void);

/* Counts a call of this kind; whether it has to fail. */
bool failing_call(int kind);

/* The same; the number of the call, or 0 if another kind is counted. */
long failing_count(int kind);

#endif
