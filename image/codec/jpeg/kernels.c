/* Which set of JPEG's kernels this processor runs. */
#include <stdbool.h>

#include "image/codec/jpeg/kernels.h"

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)
static bool has_sse41(void)
{
    return __builtin_cpu_supports("sse4.1");
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

/* What its file is built with. */
static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi");
}
#endif

static const struct {
    const ImgJpegKernels *kernels;
    bool (*runs)(void);
} sets[] = {
    {&img_jpeg_kernels_scalar, always},
#if defined(__x86_64__)
    {&img_jpeg_kernels_sse41, has_sse41},
    {&img_jpeg_kernels_avx2, has_avx2},
    {&img_jpeg_kernels_avx512, has_avx512},
#elif defined(__aarch64__)
    {&img_jpeg_kernels_neon, always},
#endif
};

const ImgJpegKernels *img_jpeg_kernels_at(size_t i)
{
    return i < sizeof(sets) / sizeof(sets[0]) && sets[i].runs() ? sets[i].kernels : NULL;
}

const ImgJpegKernels *img_jpeg_kernels(void)
{
    const ImgJpegKernels *best = &img_jpeg_kernels_scalar;
    for (size_t i = 1; img_jpeg_kernels_at(i); i++)
        best = img_jpeg_kernels_at(i);
    return best;
}
