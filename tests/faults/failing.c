/* Counts allocations, and lets those fail that a test names. */
#include "tests/faults/failing.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_long n_calls;
static atomic_long failing;
static atomic_bool all_fail;

void failing_begin(long n, bool all_further)
{
    atomic_store(&all_fail, all_further);
    atomic_store(&n_calls, 0);
    atomic_store(&failing, n);
}

long failing_end(void)
{
    atomic_store(&failing, 0);
    return atomic_load(&n_calls);
}

/* Counts a call; whether it fails. */
static bool fails(void)
{
    const long n = atomic_fetch_add(&n_calls, 1) + 1;
    const long at = atomic_load(&failing);
    return at > 0 && (n == at || (n > at && atomic_load(&all_fail)));
}

/* What the linker makes of the names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}
