/* Counting what the allocator gives: by its hooks under a sanitizer, else in place of it. */
#include "tests/fuzz/held.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

static _Atomic(int64_t) held, most, base;

static void count(size_t size)
{
    const int64_t now = atomic_fetch_add(&held, (int64_t)size) + (int64_t)size;
    int64_t seen = atomic_load(&most);
    while (now > seen && !atomic_compare_exchange_weak(&most, &seen, now))
        continue;
}

static void discount(size_t size)
{
    atomic_fetch_sub(&held, (int64_t)size);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)

/* As clang's <sanitizer/allocator_interface.h> declares them; GCC has them, but not that header. */
extern int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *,
                                                                       size_t),
                                                     void (*on_free)(const volatile void *));
extern size_t __sanitizer_get_allocated_size(const volatile void *piece);

static void on_malloc(const volatile void *piece, size_t size)
{
    (void)piece;
    count(size);
}

static void on_free(const volatile void *piece)
{
    if (piece)
        discount(__sanitizer_get_allocated_size(piece));
}

static void install(void)
{
    static bool is_installed;
    if (!is_installed && __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) == 0)
        abort();
    is_installed = true;
}

#else

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *piece, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *piece);

static void *counted(void *piece)
{
    count(malloc_usable_size(piece));
    return piece;
}

/* For libraries, too. */
#pragma GCC visibility push(default)

void *malloc(size_t size)
{
    return counted(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
    return counted(__libc_calloc(n, size));
}

/* A piece that cannot move is held twice for a moment, as its pages are. */
void *realloc(void *piece, size_t size)
{
    const size_t before = malloc_usable_size(piece);
    void *moved = __libc_realloc(piece, size);
    if (!moved && size > 0)
        return NULL;
    counted(moved);
    discount(before);
    return moved;
}

void *memalign(size_t alignment, size_t size)
{
    return counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *piece = __libc_memalign(alignment, size);
    if (!piece)
        return ENOMEM;
    *out = counted(piece);
    return 0;
}

void free(void *piece)
{
    discount(malloc_usable_size(piece));
    __libc_free(piece);
}

#pragma GCC visibility pop

static void install(void)
{
}

#endif

void fuzz_held_begin(void)
{
    install();
    atomic_store(&base, atomic_load(&held));
    atomic_store(&most, atomic_load(&held));
}

size_t fuzz_held_peak(void)
{
    return (size_t)(atomic_load(&most) - atomic_load(&base));
}
