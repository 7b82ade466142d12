/* Elementwise kernels, pooling and the optimizer's step: loops that the compiler vectorises by
 * itself. Included by the kernel sources only.
 */
#ifndef NN_KERNEL_LOOPS_H
#define NN_KERNEL_LOOPS_H

#include <math.h>

#include "trainer/nn/vector.h"

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

static void sgd(const NnSgd *job)
{
    const NnReal lr = job->lr, momentum = job->momentum, decay = job->weight_decay;
    const NnReal fresh = job->fresh;
    NnReal *restrict w = job->weights;
    NnReal *restrict v = job->state;
    const NnReal *restrict g = job->gradients;
    const size_t n = job->n;
    if (!v)
        for (size_t i = 0; i < n; i++)
            w[i] -= lr * (g[i] + decay * w[i]);
    else if (job->nesterov)
        for (size_t i = 0; i < n; i++) {
            const NnReal d = g[i] + decay * w[i];
            v[i] = momentum * v[i] + fresh * d;
            w[i] -= lr * (d + momentum * v[i]);
        }
    else
        for (size_t i = 0; i < n; i++) {
            v[i] = momentum * v[i] + fresh * (g[i] + decay * w[i]);
            w[i] -= lr * v[i];
        }
}

/* Part of a window that lies on the map, for one output position. */
typedef struct PoolSpan {
    int32_t first, end, origin;
} PoolSpan;

/* In one direction, for output number `out`. */
static inline PoolSpan pool_span(int32_t out, int32_t stride, int32_t pad, int32_t kernel,
                                 int32_t extent)
{
    const int32_t origin = out * stride - pad;
    return (PoolSpan){.first = origin > 0 ? origin : 0,
                      .end = origin + kernel < extent ? origin + kernel : extent,
                      .origin = origin};
}

/* The windows of all outputs, in order; body sees oy, ox, rows, cols. */
#define FOR_WINDOWS(job)                               \
    for (int32_t oy = 0; oy < (job)->out.height; oy++) \
        for (int32_t ox = 0; ox < (job)->out.width; ox++)

/* Place of a pixel in a map. */
static inline size_t pool_at(NnShape shape, int32_t row, int32_t col)
{
    return ((size_t)row * (size_t)shape.width + (size_t)col) * (size_t)shape.channels;
}

/* Takes one more position of the window into the running maximum. */
static inline void max_pool_take(NnReal *restrict y, uint8_t *restrict chosen,
                                 const NnReal *restrict x, size_t n, uint8_t place)
{
    for (size_t c = 0; c < n; c++) {
        const bool better = x[c] > y[c] || x[c] != x[c];
        y[c] = better ? x[c] : y[c];
        chosen[c] = better ? place : chosen[c];
    }
}

static void max_pool_forward(const NnPool2d *job)
{
    const size_t n = (size_t)job->out.channels;
    FOR_WINDOWS(job)
    {
        const PoolSpan rows =
            pool_span(oy, job->stride_h, job->pad_h, job->kernel_h, job->in.height);
        const PoolSpan cols =
            pool_span(ox, job->stride_w, job->pad_w, job->kernel_w, job->in.width);
        NnReal *y = job->y + pool_at(job->out, oy, ox);
        uint8_t *chosen = job->chosen + pool_at(job->out, oy, ox);
        for (size_t c = 0; c < n; c++)
            y[c] = (NnReal)-INFINITY;
        memset(chosen, (rows.first - rows.origin) * job->kernel_w + cols.first - cols.origin, n);
        for (int32_t row = rows.first; row < rows.end; row++)
            for (int32_t col = cols.first; col < cols.end; col++)
                max_pool_take(y, chosen, job->x + pool_at(job->in, row, col), n,
                              (uint8_t)((row - rows.origin) * job->kernel_w + col - cols.origin));
    }
}

/* Sets or adds the gradient at one position of the window. */
static inline void max_pool_give(NnReal *restrict dx, const NnReal *restrict dy,
                                 const uint8_t *restrict chosen, size_t n, uint8_t place)
{
    for (size_t c = 0; c < n; c++)
        dx[c] += chosen[c] == place ? dy[c] : 0;
}

static void max_pool_backward(const NnPool2d *job)
{
    const size_t n = (size_t)job->out.channels;
    memset(job->dx, 0, pool_at(job->in, job->in.height, 0) * sizeof(NnReal));
    FOR_WINDOWS(job)
    {
        const PoolSpan rows =
            pool_span(oy, job->stride_h, job->pad_h, job->kernel_h, job->in.height);
        const PoolSpan cols =
            pool_span(ox, job->stride_w, job->pad_w, job->kernel_w, job->in.width);
        const size_t at = pool_at(job->out, oy, ox);
        for (int32_t row = rows.first; row < rows.end; row++)
            for (int32_t col = cols.first; col < cols.end; col++)
                max_pool_give(job->dx + pool_at(job->in, row, col), job->dy + at, job->chosen + at,
                              n,
                              (uint8_t)((row - rows.origin) * job->kernel_w + col - cols.origin));
    }
}

/* 1 / values that a window's mean is over. */
static inline NnReal avg_pool_share(const NnPool2d *job, PoolSpan rows, PoolSpan cols)
{
    int32_t n = (rows.end - rows.first) * (cols.end - cols.first);
    if (job->count_padding) {
        /* As PyTorch: the window is cut at the far edge of the padding, not before. */
        const int32_t bottom = job->in.height + job->pad_h, right = job->in.width + job->pad_w;
        const int32_t h =
            rows.origin + job->kernel_h < bottom ? job->kernel_h : bottom - rows.origin;
        const int32_t w = cols.origin + job->kernel_w < right ? job->kernel_w : right - cols.origin;
        n = h * w;
    }
    return 1 / (NnReal)n;
}

static void avg_pool_forward(const NnPool2d *job)
{
    const size_t n = (size_t)job->out.channels;
    FOR_WINDOWS(job)
    {
        const PoolSpan rows =
            pool_span(oy, job->stride_h, job->pad_h, job->kernel_h, job->in.height);
        const PoolSpan cols =
            pool_span(ox, job->stride_w, job->pad_w, job->kernel_w, job->in.width);
        NnReal *restrict y = job->y + pool_at(job->out, oy, ox);
        memset(y, 0, n * sizeof(NnReal));
        for (int32_t row = rows.first; row < rows.end; row++)
            for (int32_t col = cols.first; col < cols.end; col++) {
                const NnReal *restrict x = job->x + pool_at(job->in, row, col);
                for (size_t c = 0; c < n; c++)
                    y[c] += x[c];
            }
        const NnReal share = avg_pool_share(job, rows, cols);
        for (size_t c = 0; c < n; c++)
            y[c] *= share;
    }
}

static void avg_pool_backward(const NnPool2d *job)
{
    const size_t n = (size_t)job->out.channels;
    memset(job->dx, 0, pool_at(job->in, job->in.height, 0) * sizeof(NnReal));
    FOR_WINDOWS(job)
    {
        const PoolSpan rows =
            pool_span(oy, job->stride_h, job->pad_h, job->kernel_h, job->in.height);
        const PoolSpan cols =
            pool_span(ox, job->stride_w, job->pad_w, job->kernel_w, job->in.width);
        const NnReal *restrict dy = job->dy + pool_at(job->out, oy, ox);
        const NnReal share = avg_pool_share(job, rows, cols);
        for (int32_t row = rows.first; row < rows.end; row++)
            for (int32_t col = cols.first; col < cols.end; col++) {
                NnReal *restrict dx = job->dx + pool_at(job->in, row, col);
                for (size_t c = 0; c < n; c++)
                    dx[c] += share * dy[c];
            }
    }
}

#endif
