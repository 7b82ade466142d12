/* Kernels that work channel by channel over pixels: normalisation and sums. Included by the kernel
 * sources only.
 *
 * All walk blocks of pixels, and in a block some vectors of channels at a time: the per-channel values
 * stay in registers, and memory is read in runs of neighbouring lines, which CPUs fetch ahead.
 */
#ifndef NN_KERNEL_NORM_H
#define NN_KERNEL_NORM_H

#include "trainer/nn/kernels/vector.h"

/* Pixels in a block. 64 pixels of 64 channels are 16 kB, half a usual first cache. */
#define BLOCK 64

/* Pixels of a block that are added up at once; a block's sum is one of such sums, and so no float has
 * more than 16 additions behind it. */
#define RUN 8

/* Most vectors of channels at a time. */
#define GROUP 4

/* Calls work(job, first pixel, pixels, channel, vectors, lanes) for every block and group of channels. */
#define FOR_BLOCKS(job, work)                                                          \
    for (size_t p_ = 0; p_ < (job)->n_pixels; p_ += BLOCK) {                           \
        const size_t left_ = (job)->n_pixels - p_, n_ = left_ < BLOCK ? left_ : BLOCK; \
        size_t c_ = 0;                                                                 \
        for (; c_ + GROUP * LANES <= (job)->n_channels; c_ += GROUP * LANES)           \
            work((job), p_, n_, c_, GROUP, LANES);                                     \
        for (; c_ + 2 * LANES <= (job)->n_channels; c_ += 2 * LANES)                   \
            work((job), p_, n_, c_, 2, LANES);                                         \
        for (; c_ + LANES <= (job)->n_channels; c_ += LANES)                           \
            work((job), p_, n_, c_, 1, LANES);                                         \
        if (c_ < (job)->n_channels)                                                    \
            work((job), p_, n_, c_, 1, (job)->n_channels - c_);                        \
    }

/* Pixels of a block, and its first channel. */
typedef struct NormPart {
    size_t first, n, c;
} NormPart;

/* Vectors of per-channel values. */
ALWAYS_INLINE void norm_channels(const NnReal *from, size_t c, const size_t v, const size_t lanes,
                                 Vec to[GROUP])
{
    UNROLL(4)
    for (size_t k = 0; k < v; k++)
        to[k] = vec_load_some(from + c + k * LANES, lanes);
}

/* What a kernel does beside the plain thing; constants at each call, so that loops have no branches. */
enum {
    NORM_RELU = 1,
    NORM_PLUS = 2,
    NORM_GROUPED = 4,
};

/* Pixels of a block, with or without a summand and a rectifier. */
ALWAYS_INLINE void norm_forward_part(const NnNorm *job, NormPart part, const size_t v,
                                     const size_t lanes, const unsigned how)
{
    const size_t step = job->n_channels;
    const NnReal *x = job->x, *plus = job->plus;
    NnReal *to = job->y;
    Vec mean[GROUP], scale[GROUP], shift[GROUP];
    norm_channels(job->mean, part.c, v, lanes, mean);
    norm_channels(job->scale, part.c, v, lanes, scale);
    norm_channels(job->shift, part.c, v, lanes, shift);
    for (size_t at = part.first * step + part.c; part.n--; at += step) {
        UNROLL(4)
        for (size_t k = 0; k < v; k++) {
            const size_t here = at + k * LANES;
            Vec y = (vec_load_some(x + here, lanes) - mean[k]) * scale[k] + shift[k];
            if (how & NORM_PLUS)
                y += vec_load_some(plus + here, lanes);
            vec_store_some(to + here, how & NORM_RELU ? vec_relu(y) : y, lanes);
        }
    }
}

/* Work of norm_forward on a block. */
ALWAYS_INLINE void norm_forward_block(const NnNorm *job, size_t first, size_t n, size_t c,
                                      const size_t v, const size_t lanes)
{
    const NormPart part = {first, n, c};
    if (job->plus && job->relu)
        norm_forward_part(job, part, v, lanes, NORM_PLUS | NORM_RELU);
    else if (job->plus)
        norm_forward_part(job, part, v, lanes, NORM_PLUS);
    else if (job->relu)
        norm_forward_part(job, part, v, lanes, NORM_RELU);
    else
        norm_forward_part(job, part, v, lanes, 0);
}

static void norm_forward(const NnNorm *job){FOR_BLOCKS(job, norm_forward_block)}

/* Gradient behind the rectifier: dy where the forward pass gave a positive value. */
ALWAYS_INLINE Vec norm_gradient(Vec dy, Vec centered, Vec scale, Vec shift, bool relu)
{
    return relu ? vec_where_positive(centered * scale + shift, dy) : dy;
}

/* Pixels of a block, behind a rectifier or not, of either kind. */
ALWAYS_INLINE void norm_backward_part(const NnNorm *job, NormPart part, const size_t v,
                                      const size_t lanes, const unsigned how)
{
    const size_t step = job->n_channels;
    const NnReal *x = job->x, *dy = job->dy;
    NnReal *to = job->dx;
    Vec mean[GROUP], scale[GROUP], shift[GROUP], mean_d[GROUP], slope[GROUP];
    norm_channels(job->mean, part.c, v, lanes, mean);
    norm_channels(job->scale, part.c, v, lanes, scale);
    norm_channels(job->shift, part.c, v, lanes, shift);
    norm_channels(job->mean_d, part.c, v, lanes, mean_d);
    norm_channels(job->slope, part.c, v, lanes, slope);
    for (size_t at = part.first * step + part.c; part.n--; at += step) {
        UNROLL(4)
        for (size_t k = 0; k < v; k++) {
            const size_t here = at + k * LANES;
            const Vec centered = vec_load_some(x + here, lanes) - mean[k];
            const Vec d = norm_gradient(vec_load_some(dy + here, lanes), centered, scale[k],
                                        shift[k], how & NORM_RELU);
            const Vec dx = how & NORM_GROUPED ? scale[k] * d - mean_d[k] - centered * slope[k]
                                              : scale[k] * (d - mean_d[k] - centered * slope[k]);
            vec_store_some(to + here, dx, lanes);
        }
    }
}

/* Work of norm_backward on a block. */
ALWAYS_INLINE void norm_backward_block(const NnNorm *job, size_t first, size_t n, size_t c,
                                       const size_t v, const size_t lanes)
{
    const NormPart part = {first, n, c};
    if (job->relu)
        norm_backward_part(job, part, v, lanes, NORM_RELU);
    else
        norm_backward_part(job, part, v, lanes, 0);
}

static void norm_backward(const NnNorm *job){FOR_BLOCKS(job, norm_backward_block)}

/* Work of norm_backward_grouped on a block. */
ALWAYS_INLINE void norm_grouped_block(const NnNorm *job, size_t first, size_t n, size_t c,
                                      const size_t v, const size_t lanes)
{
    const NormPart part = {first, n, c};
    if (job->relu)
        norm_backward_part(job, part, v, lanes, NORM_GROUPED | NORM_RELU);
    else
        norm_backward_part(job, part, v, lanes, NORM_GROUPED);
}

static void norm_backward_grouped(const NnNorm *job){FOR_BLOCKS(job, norm_grouped_block)}

/* Adds a block's float sums to the double ones. */
ALWAYS_INLINE void sums_add(double *to, const Vec sums[GROUP], const size_t v, size_t lanes)
{
    UNROLL(4)
    for (size_t k = 0; k < v; k++)
        for (size_t i = 0; i < lanes; i++)
            to[k * LANES + i] += (double)sums[k][i];
}

/* Adds the sums of a run to those of its block. */
ALWAYS_INLINE void sums_join(Vec sums[GROUP], Vec run[GROUP], const size_t v)
{
    UNROLL(4)
    for (size_t k = 0; k < v; k++) {
        sums[k] += run[k];
        run[k] = (Vec){0};
    }
}

/* Work of sums on a block. */
ALWAYS_INLINE void sums_block(const NnSums *job, size_t first, size_t n, size_t c, const size_t v,
                              const size_t lanes)
{
    const size_t step = job->n_channels;
    Vec sum[GROUP] = {0}, run[GROUP] = {0};
    size_t at = first * step + c;
    while (n > 0) {
        for (size_t left = n < RUN ? n : RUN; left--; n--, at += step) {
            UNROLL(4)
            for (size_t k = 0; k < v; k++) {
                const size_t here = at + k * LANES;
                const Vec x = vec_load_some(job->x + here, lanes);
                run[k] +=
                    job->mask ? vec_where_positive(vec_load_some(job->mask + here, lanes), x) : x;
            }
        }
        sums_join(sum, run, v);
    }
    sums_add(job->first + c, sum, v, lanes);
}

static void sums(const NnSums *job)
{
    memset(job->first, 0, job->n_channels * sizeof(double));
    FOR_BLOCKS(job, sums_block)
}

/* Work of norm_sums on a block, without a gradient. */
ALWAYS_INLINE void norm_squares_block(const NnSums *job, size_t first, size_t n, size_t c,
                                      const size_t v, const size_t lanes)
{
    const size_t step = job->n_channels;
    Vec mean[GROUP], one[GROUP] = {0}, two[GROUP] = {0}, run[GROUP] = {0}, square_run[GROUP] = {0};
    norm_channels(job->mean, c, v, lanes, mean);
    size_t at = first * step + c;
    while (n > 0) {
        for (size_t left = n < RUN ? n : RUN; left--; n--, at += step) {
            UNROLL(4)
            for (size_t k = 0; k < v; k++) {
                const Vec centered = vec_load_some(job->x + at + k * LANES, lanes) - mean[k];
                run[k] += centered;
                square_run[k] += centered * centered;
            }
        }
        sums_join(one, run, v);
        sums_join(two, square_run, v);
    }
    sums_add(job->first + c, one, v, lanes);
    sums_add(job->second + c, two, v, lanes);
}

/* Pixels of a block with a gradient, behind a rectifier or not. */
ALWAYS_INLINE void norm_gradients_part(const NnSums *job, NormPart part, const size_t v,
                                       const size_t lanes, const bool relu)
{
    const size_t step = job->n_channels;
    Vec mean[GROUP], scale[GROUP] = {0}, shift[GROUP] = {0};
    Vec one[GROUP] = {0}, two[GROUP] = {0}, run[GROUP] = {0}, product_run[GROUP] = {0};
    norm_channels(job->mean, part.c, v, lanes, mean);
    if (relu) {
        norm_channels(job->scale, part.c, v, lanes, scale);
        norm_channels(job->shift, part.c, v, lanes, shift);
    }
    size_t at = part.first * step + part.c;
    while (part.n > 0) {
        for (size_t left = part.n < RUN ? part.n : RUN; left--; part.n--, at += step) {
            UNROLL(4)
            for (size_t k = 0; k < v; k++) {
                const size_t here = at + k * LANES;
                const Vec centered = vec_load_some(job->x + here, lanes) - mean[k];
                const Vec d = norm_gradient(vec_load_some(job->dy + here, lanes), centered,
                                            scale[k], shift[k], relu);
                run[k] += d;
                product_run[k] += d * centered;
            }
        }
        sums_join(one, run, v);
        sums_join(two, product_run, v);
    }
    sums_add(job->first + part.c, one, v, lanes);
    sums_add(job->second + part.c, two, v, lanes);
}

/* Work of norm_sums on a block, with a gradient. */
ALWAYS_INLINE void norm_gradients_block(const NnSums *job, size_t first, size_t n, size_t c,
                                        const size_t v, const size_t lanes)
{
    const NormPart part = {first, n, c};
    if (job->relu)
        norm_gradients_part(job, part, v, lanes, true);
    else
        norm_gradients_part(job, part, v, lanes, false);
}

static void norm_sums(const NnSums *job)
{
    memset(job->first, 0, job->n_channels * sizeof(double));
    memset(job->second, 0, job->n_channels * sizeof(double));
    if (job->dy)
        FOR_BLOCKS(job, norm_gradients_block)
    else
        FOR_BLOCKS(job, norm_squares_block)
}

#endif
