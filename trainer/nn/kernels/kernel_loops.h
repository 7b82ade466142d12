/* Elementwise kernels: loops that the compiler vectorises by itself. Included by the kernel sources
 * only.
 */
#ifndef NN_KERNEL_LOOPS_H
#define NN_KERNEL_LOOPS_H

#include "trainer/nn/kernels/vector.h"

static void relu_forward(NnReal *y, const NnReal *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] <= 0 ? 0 : x[i];
}

static void relu_backward(NnReal *dx, const NnReal *dy, const NnReal *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dx[i] = y[i] > 0 ? dy[i] : 0;
}

static void add(NnReal *y, const NnReal *a, const NnReal *b, size_t n, bool relu)
{
    for (size_t i = 0; i < n; i++)
        y[i] = a[i] + b[i];
    if (relu)
        relu_forward(y, y, n);
}

static void mask(NnReal *y, const NnReal *x, const uint8_t *keep, NnReal scale, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = keep[i] ? x[i] * scale : 0;
}

static void tree(NnReal *y, const NnReal *const parts[NN_SHARDS], size_t n)
{
    _Static_assert(NN_SHARDS == 16, "the tree below has four levels");
    const NnReal *const *p = parts;
    for (size_t i = 0; i < n; i++) {
        const NnReal a = (p[0][i] + p[1][i]) + (p[2][i] + p[3][i]);
        const NnReal b = (p[4][i] + p[5][i]) + (p[6][i] + p[7][i]);
        const NnReal c = (p[8][i] + p[9][i]) + (p[10][i] + p[11][i]);
        const NnReal d = (p[12][i] + p[13][i]) + (p[14][i] + p[15][i]);
        y[i] = (a + b) + (c + d);
    }
}

static bool all_finite(const NnReal *x, size_t n)
{
    /* 0 * x is 0 for finite x and NaN otherwise; the parts keep the sum independent of the vector
     * length. */
    NnReal parts[16] = {0};
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        for (size_t k = 0; k < 16; k++)
            parts[k] += 0 * x[i + k];
    for (; i < n; i++)
        parts[0] += 0 * x[i];
    for (size_t k = 1; k < 16; k++)
        parts[0] += parts[k];
    return parts[0] == 0;
}

/* Vectors whose products do not wait for each other: a product takes 4 or 5 steps, of which a CPU
 * begins up to two at once. */
#define PEAK_VECTORS 12

static uint64_t peak(size_t n, NnReal *sum)
{
    const Vec factor = vec_all((NnReal)0.5), term = vec_all(1);
    Vec sums[PEAK_VECTORS];
    /* Different ones, or the compiler would make one of them all. */
    for (size_t k = 0; k < PEAK_VECTORS; k++)
        sums[k] = vec_all((NnReal)k);
    for (size_t i = 0; i < n; i++) {
        UNROLL(12)
        for (size_t k = 0; k < PEAK_VECTORS; k++)
            sums[k] = vec_fma(sums[k], factor, term);
    }
    for (size_t k = 1; k < PEAK_VECTORS; k++)
        sums[0] += sums[k];
    *sum = sums[0][0];
    return 2 * n * PEAK_VECTORS * LANES;
}

#endif
