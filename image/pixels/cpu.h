/* Which vector code may run here. */
#ifndef IMG_CPU_H
#define IMG_CPU_H

#include <stdbool.h>

#if defined(__x86_64__)
/* Files named *_avx2.c are part of this build. */
#define IMG_HAS_AVX2_FILES 1
#endif

/* Whether files named *_avx2.c, which also use FMA, are there and run on this CPU. Any thread. */
static inline bool img_cpu_has_avx2(void)
{
#ifdef IMG_HAS_AVX2_FILES
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

#endif
