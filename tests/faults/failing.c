/* Counts calls, and lets those fail that a test names. */
#include "tests/faults/failing.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_int counted;
static atomic_long n_calls;
static atomic_long failing;
static atomic_bool all_fail;

void failing_begin_kind(int kind, long n, bool all_further)
{
    atomic_store(&all_fail, all_further);
    atomic_store(&n_calls, 0);
    atomic_store(&failing, n);
    atomic_store(&counted, kind);
}

void failing_begin(long n, bool all_further)
{
    failing_begin_kind(FAILING_ALLOCATION, n, all_further);
}

long failing_end(void)
{
    atomic_store(&counted, 0);
    return atomic_load(&n_calls);
}

long failing_count(int kind)
{
    return atomic_load(&counted) == kind ? atomic_fetch_add(&n_calls, 1) + 1 : 0;
}

bool failing_call(int kind)
{
    const long n = failing_count(kind);
    const long at = atomic_load(&failing);
    return n > 0 && at > 0 && (n == at || (n > at && atomic_load(&all_fail)));
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
/* Of tests that wrap it. */
__attribute__((weak)) FILE *__real_open_memstream(char **text, size_t *size);
FILE *__wrap_open_memstream(char **text, size_t *size);
char *__wrap_strndup(const char *text, size_t size);
int __wrap_vasprintf(char **out, const char *format, va_list arguments);
int __wrap_asprintf(char **out, const char *format, ...);

void *__wrap_malloc(size_t size)
{
    return failing_call(FAILING_ALLOCATION) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return failing_call(FAILING_ALLOCATION) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return failing_call(FAILING_ALLOCATION) ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return failing_call(FAILING_ALLOCATION) ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
    return failing_call(FAILING_ALLOCATION) ? NULL : __real_strdup(text);
}

FILE *__wrap_open_memstream(char **text, size_t *size)
{
    if (!failing_call(FAILING_ALLOCATION))
        return __real_open_memstream(text, size);
    errno = ENOMEM;
    return NULL;
}

char *__wrap_strndup(const char *text, size_t size)
{
    const size_t length = strnlen(text, size);
    char *copy = __wrap_malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = 0;
    }
    return copy;
}

int __wrap_vasprintf(char **out, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    /* As glibc does not: a pointer that nobody may use. */
    *out = (char *)-1;
    char *text = length >= 0 ? __wrap_malloc((size_t)length + 1) : NULL;
    if (!text)
        return -1;
    *out = text;
    return vsnprintf(text, (size_t)length + 1, format, arguments);
}

int __wrap_asprintf(char **out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = __wrap_vasprintf(out, format, arguments);
    va_end(arguments);
    return length;
}
