/* Kernels that work channel by channel over pixels: normalisation and sums. Included by the kernel
 * sources only.
 *
 * All walk blocks of pixels, and in a block one vector of channels at a time: the per-channel
 * values stay in registers, and the block stays in the first cache for the next vector.
 */
#ifndef NN_KERNEL_NORM_H
#define NN_KERNEL_NORM_H

#include "trainer/nn/kernels/vector.h"

/* Pixels in a block. 64 pixels of 64 channels are 16 kB, half a usual first cache. */
#define BLOCK 64

/* Pixels of a block that are added up at once; a block's sum is one of such sums, and so no float has
 * more than 16 additions behind it. */
#define RUN 8

/* Calls work(job, first pixel, pixels, channel, lanes) for every block and vector of channels. */
#define FOR_BLOCKS(job, work)                                                          \
    for (size_t p_ = 0; p_ < (job)->n_pixels; p_ += BLOCK) {                           \
        const size_t left_ = (job)->n_pixels - p_, n_ = left_ < BLOCK ? left_ : BLOCK; \
        size_t c_ = 0;                                                                 \
        for (; c_ + LANES <= (job)->n_channels; c_ += LANES)                           \
            work((job), p_, n_, c_, LANES);                                            \
        if (c_ < (job)->n_channels)                                                    \
            work((job), p_, n_, c_, (job)->n_channels - c_);                           \
    }

/* Work of norm_forward on a block. */
ALWAYS_INLINE void norm_forward_block(const NnNorm *job, size_t first, size_t n, size_t c,
                                      const size_t lanes)
{
    const Vec mean = vec_load_some(job->mean + c, lanes);
    const Vec scale = vec_load_some(job->scale + c, lanes);
    const Vec shift = vec_load_some(job->shift + c, lanes);
    for (size_t at = first * job->n_channels + c; n--; at += job->n_channels) {
        Vec y = (vec_load_some(job->x + at, lanes) - mean) * scale + shift;
        if (job->plus)
            y += vec_load_some(job->plus + at, lanes);
        vec_store_some(job->y + at, job->relu ? vec_relu(y) : y, lanes);
    }
}

static void norm_forward(const NnNorm *job){FOR_BLOCKS(job, norm_forward_block)}

/* Gradient behind the rectifier: dy where the forward pass gave a positive value. */
ALWAYS_INLINE Vec norm_gradient(Vec dy, Vec centered, Vec scale, Vec shift, bool relu)
{
    return relu ? vec_where_positive(centered * scale + shift, dy) : dy;
}

/* Work of norm_backward on a block. */
ALWAYS_INLINE void norm_backward_block(const NnNorm *job, size_t first, size_t n, size_t c,
                                       const size_t lanes)
{
    const Vec mean = vec_load_some(job->mean + c, lanes);
    const Vec scale = vec_load_some(job->scale + c, lanes);
    const Vec shift = vec_load_some(job->shift + c, lanes);
    const Vec mean_d = vec_load_some(job->mean_d + c, lanes);
    const Vec slope = vec_load_some(job->slope + c, lanes);
    for (size_t at = first * job->n_channels + c; n--; at += job->n_channels) {
        const Vec centered = vec_load_some(job->x + at, lanes) - mean;
        const Vec d =
            norm_gradient(vec_load_some(job->dy + at, lanes), centered, scale, shift, job->relu);
        vec_store_some(job->dx + at, scale * (d - mean_d - centered * slope), lanes);
    }
}

static void norm_backward(const NnNorm *job){FOR_BLOCKS(job, norm_backward_block)}

/* Work of norm_backward_grouped on a block. */
ALWAYS_INLINE
    void norm_grouped_block(const NnNorm *job, size_t first, size_t n, size_t c, const size_t lanes)
{
    const Vec mean = vec_load_some(job->mean + c, lanes);
    const Vec scale = vec_load_some(job->scale + c, lanes);
    const Vec shift = vec_load_some(job->shift + c, lanes);
    const Vec mean_d = vec_load_some(job->mean_d + c, lanes);
    const Vec slope = vec_load_some(job->slope + c, lanes);
    for (size_t at = first * job->n_channels + c; n--; at += job->n_channels) {
        const Vec centered = vec_load_some(job->x + at, lanes) - mean;
        const Vec d =
            norm_gradient(vec_load_some(job->dy + at, lanes), centered, scale, shift, job->relu);
        vec_store_some(job->dx + at, scale * d - mean_d - centered * slope, lanes);
    }
}

static void norm_backward_grouped(const NnNorm *job){FOR_BLOCKS(job, norm_grouped_block)}

/* Adds a block's float sums to the double ones. */
ALWAYS_INLINE void sums_add(double *to, Vec sum, size_t lanes)
{
    for (size_t i = 0; i < lanes; i++)
        to[i] += (double)sum[i];
}

/* Work of sums on a block. */
ALWAYS_INLINE void sums_block(const NnSums *job, size_t first, size_t n, size_t c,
                              const size_t lanes)
{
    Vec sum = {0};
    size_t at = first * job->n_channels + c;
    while (n > 0) {
        Vec run = {0};
        for (size_t k = n < RUN ? n : RUN; k--; n--, at += job->n_channels) {
            const Vec x = vec_load_some(job->x + at, lanes);
            run += job->mask ? vec_where_positive(vec_load_some(job->mask + at, lanes), x) : x;
        }
        sum += run;
    }
    sums_add(job->first + c, sum, lanes);
}

static void sums(const NnSums *job)
{
    memset(job->first, 0, job->n_channels * sizeof(double));
    FOR_BLOCKS(job, sums_block)
}

/* Work of norm_sums on a block, without a gradient. */
ALWAYS_INLINE void norm_squares_block(const NnSums *job, size_t first, size_t n, size_t c,
                                      const size_t lanes)
{
    const Vec mean = vec_load_some(job->mean + c, lanes);
    Vec one = {0}, two = {0};
    size_t at = first * job->n_channels + c;
    while (n > 0) {
        Vec run = {0}, square_run = {0};
        for (size_t k = n < RUN ? n : RUN; k--; n--, at += job->n_channels) {
            const Vec centered = vec_load_some(job->x + at, lanes) - mean;
            run += centered;
            square_run += centered * centered;
        }
        one += run;
        two += square_run;
    }
    sums_add(job->first + c, one, lanes);
    sums_add(job->second + c, two, lanes);
}

/* Work of norm_sums on a block, with a gradient. */
ALWAYS_INLINE void norm_gradients_block(const NnSums *job, size_t first, size_t n, size_t c,
                                        const size_t lanes)
{
    const Vec mean = vec_load_some(job->mean + c, lanes);
    const Vec scale = job->relu ? vec_load_some(job->scale + c, lanes) : (Vec){0};
    const Vec shift = job->relu ? vec_load_some(job->shift + c, lanes) : (Vec){0};
    Vec one = {0}, two = {0};
    size_t at = first * job->n_channels + c;
    while (n > 0) {
        Vec run = {0}, product_run = {0};
        for (size_t k = n < RUN ? n : RUN; k--; n--, at += job->n_channels) {
            const Vec centered = vec_load_some(job->x + at, lanes) - mean;
            const Vec d = norm_gradient(vec_load_some(job->dy + at, lanes), centered, scale, shift,
                                        job->relu);
            run += d;
            product_run += d * centered;
        }
        one += run;
        two += product_run;
    }
    sums_add(job->first + c, one, lanes);
    sums_add(job->second + c, two, lanes);
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
