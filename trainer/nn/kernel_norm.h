/* Kernels that work channel by channel over pixels: normalisation and sums. Included by the kernel
 * sources only.
 *
 * All walk blocks of pixels, and in a block one vector of channels at a time: the per-channel
 * values stay in registers, and the block stays in the first cache for the next vector.
 */
#ifndef NN_KERNEL_NORM_H
#define NN_KERNEL_NORM_H

#include "trainer/nn/vector.h"

/* Pixels in a block. 64 pixels of 64 channels are 16 kB, half a usual first cache; a float sum of
 * 64 values loses at most 6 bits of its 24. */
#define BLOCK 64

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

ALWAYS_INLINE void norm_forward_block(const NnNorm *job, size_t first, size_t n, size_t c,
                                      const size_t lanes)
{
    const Vec mean = vec_load_some(job->mean + c, lanes);
    const Vec scale = vec_load_some(job->scale + c, lanes);
    const Vec shift = vec_load_some(job->shift + c, lanes);
    for (size_t at = first * job->n_channels + c; n--; at += job->n_channels) {
        const Vec y = (vec_load_some(job->x + at, lanes) - mean) * scale + shift;
        vec_store_some(job->y + at, job->relu ? vec_relu(y) : y, lanes);
    }
}

static void norm_forward(const NnNorm *job){FOR_BLOCKS(job, norm_forward_block)}

ALWAYS_INLINE void norm_backward_block(const NnNorm *job, size_t first, size_t n, size_t c,
                                       const size_t lanes)
{
    const Vec mean = vec_load_some(job->mean + c, lanes);
    const Vec scale = vec_load_some(job->scale + c, lanes);
    const Vec mean_d = vec_load_some(job->mean_d + c, lanes);
    const Vec slope = vec_load_some(job->slope + c, lanes);
    for (size_t at = first * job->n_channels + c; n--; at += job->n_channels) {
        Vec d = vec_load_some(job->dy + at, lanes);
        if (job->y)
            d = vec_where_positive(vec_load_some(job->y + at, lanes), d);
        const Vec centered = vec_load_some(job->x + at, lanes) - mean;
        vec_store_some(job->dx + at, scale * (d - mean_d - centered * slope), lanes);
    }
}

static void norm_backward(const NnNorm *job){FOR_BLOCKS(job, norm_backward_block)}

ALWAYS_INLINE
    void sums_block(const NnSums *job, size_t first, size_t n, size_t c, const size_t lanes)
{
    const Vec center = job->center ? vec_load_some(job->center + c, lanes) : (Vec){0};
    Vec one = {0}, two = {0};
    for (size_t at = first * job->n_channels + c; n--; at += job->n_channels) {
        const Vec x = vec_load_some(job->x + at, lanes) - center;
        Vec d = x;
        if (job->dy)
            d = vec_load_some(job->dy + at, lanes);
        if (job->dy && job->y)
            d = vec_where_positive(vec_load_some(job->y + at, lanes), d);
        one += d;
        two += d * x;
    }
    for (size_t i = 0; i < lanes; i++) {
        job->first[c + i] += (double)one[i];
        if (job->center)
            job->second[c + i] += (double)two[i];
    }
}

static void sums(const NnSums *job)
{
    memset(job->first, 0, job->n_channels * sizeof(double));
    if (job->center)
        memset(job->second, 0, job->n_channels * sizeof(double));
    FOR_BLOCKS(job, sums_block)
}

#endif
