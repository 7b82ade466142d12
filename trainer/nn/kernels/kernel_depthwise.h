/* Kernels of depthwise convolutions, in which every channel has a kernel of its own. Included by the
 * kernel sources only.
 *
 * Vectors go over channels. The weights of nine positions, all of the usual kernel of 3 x 3, stay in
 * registers while pixels go by; other kernels are nine at a time and then one by one.
 */
#ifndef NN_KERNEL_DEPTHWISE_H
#define NN_KERNEL_DEPTHWISE_H

#include "trainer/nn/kernels/vector.h"

/* Positions of a kernel that are worked on at once. */
#define DEPTHWISE_TAPS 9

/* Pixels whose products are added up before they go to the gradients of the weights: at least so many,
 * at most twice as many. */
#define DEPTHWISE_PIXELS 128

/* Some positions of the kernel, from number `first` on, in some channels. */
typedef struct DepthwisePart {
    size_t first, c, lanes;
} DepthwisePart;

/* Place of a kernel's position on the map, seen from an output's first. */
ALWAYS_INLINE size_t depthwise_offset(const NnDepthwise *job, size_t tap)
{
    return tap / job->kernel_w * job->tap_row + tap % job->kernel_w * job->tap_col;
}

/* Adds n positions to the outputs, behind the bias if they are the first. */
ALWAYS_INLINE void depthwise_give(const NnDepthwise *job, DepthwisePart part, const size_t n)
{
    Vec weight[DEPTHWISE_TAPS];
    size_t offset[DEPTHWISE_TAPS];
    const Vec bias = job->bias ? vec_load_some(job->bias + part.c, part.lanes) : (Vec){0};
    UNROLL(9)
    for (size_t k = 0; k < n; k++) {
        weight[k] =
            vec_load_some(job->weights + (part.first + k) * job->w_step + part.c, part.lanes);
        offset[k] = depthwise_offset(job, part.first + k) + part.c;
    }
    NnReal *y = job->y + part.c;
    for (size_t row = 0; row < job->n_rows; row++) {
        const NnReal *x = job->x + row * job->x_row;
        for (size_t left = job->n_cols; left > 0; left--) {
            Vec sum = part.first ? vec_load_some(y, part.lanes) : bias;
            UNROLL(9)
            for (size_t k = 0; k < n; k++)
                sum += vec_load_some(x + offset[k], part.lanes) * weight[k];
            vec_store_some(y, sum, part.lanes);
            x += job->x_col;
            y += job->n_channels;
        }
    }
}

/* Adds to dx what n positions give back. */
ALWAYS_INLINE void depthwise_take(const NnDepthwise *job, DepthwisePart part, const size_t n)
{
    Vec weight[DEPTHWISE_TAPS];
    size_t offset[DEPTHWISE_TAPS];
    UNROLL(9)
    for (size_t k = 0; k < n; k++) {
        weight[k] =
            vec_load_some(job->weights + (part.first + k) * job->w_step + part.c, part.lanes);
        offset[k] = depthwise_offset(job, part.first + k) + part.c;
    }
    const NnReal *dy = job->dy + part.c;
    for (size_t row = 0; row < job->n_rows; row++) {
        NnReal *dx = job->dx + row * job->x_row;
        for (size_t left = job->n_cols; left > 0; left--) {
            const Vec d = vec_load_some(dy, part.lanes);
            UNROLL(9)
            for (size_t k = 0; k < n; k++) {
                const Vec sum = vec_load_some(dx + offset[k], part.lanes) + d * weight[k];
                vec_store_some(dx + offset[k], sum, part.lanes);
            }
            dx += job->x_col;
            dy += job->n_channels;
        }
    }
}

/* Adds sums of n positions to dw; they begin at zero again. */
ALWAYS_INLINE void depthwise_flush(const NnDepthwise *job, DepthwisePart part, const size_t n,
                                   Vec sum[DEPTHWISE_TAPS])
{
    UNROLL(9)
    for (size_t k = 0; k < n; k++) {
        NnReal *dw = job->dw + (part.first + k) * job->w_step + part.c;
        vec_store_some(dw, vec_load_some(dw, part.lanes) + sum[k], part.lanes);
        sum[k] = (Vec){0};
    }
}

/* Adds to dw the gradients of n positions. */
ALWAYS_INLINE void depthwise_learn(const NnDepthwise *job, DepthwisePart part, const size_t n)
{
    Vec sum[DEPTHWISE_TAPS];
    size_t offset[DEPTHWISE_TAPS];
    UNROLL(9)
    for (size_t k = 0; k < n; k++) {
        sum[k] = (Vec){0};
        offset[k] = depthwise_offset(job, part.first + k) + part.c;
    }
    const NnReal *dy = job->dy + part.c, *x = job->x;
    size_t pixels = 0;
    for (size_t row = 0, left = job->n_cols; row < job->n_rows;) {
        const size_t end = left > DEPTHWISE_PIXELS ? left - DEPTHWISE_PIXELS : 0;
        for (pixels += left - end; left > end; left--) {
            const Vec d = vec_load_some(dy, part.lanes);
            UNROLL(9)
            for (size_t k = 0; k < n; k++)
                sum[k] += vec_load_some(x + offset[k], part.lanes) * d;
            x += job->x_col;
            dy += job->n_channels;
        }
        if (left == 0) {
            x = job->x + ++row * job->x_row;
            left = job->n_cols;
        }
        if (pixels >= DEPTHWISE_PIXELS || row == job->n_rows) {
            depthwise_flush(job, part, n, sum);
            pixels = 0;
        }
    }
}

/* Calls work(job, part, positions) for all positions in all vectors of channels. */
#define FOR_TAPS(job, work)                                                                  \
    for (size_t c_ = 0; c_ < (job)->n_channels; c_ += LANES) {                               \
        const size_t left_ = (job)->n_channels - c_, n_ = (job)->kernel_h * (job)->kernel_w; \
        DepthwisePart part_ = {0, c_, left_ < LANES ? left_ : LANES};                        \
        for (; part_.first + DEPTHWISE_TAPS <= n_; part_.first += DEPTHWISE_TAPS)            \
            if (part_.lanes == LANES)                                                        \
                work((job), (DepthwisePart){part_.first, c_, LANES}, DEPTHWISE_TAPS);        \
            else                                                                             \
                work((job), part_, DEPTHWISE_TAPS);                                          \
        for (; part_.first < n_; part_.first++)                                              \
            work((job), part_, 1);                                                           \
    }

static void depthwise_forward(const NnDepthwise *job)
{
    FOR_TAPS(job, depthwise_give)
}

static void depthwise_backward(const NnDepthwise *job)
{
    FOR_TAPS(job, depthwise_take)
}

static void depthwise_weights(const NnDepthwise *job)
{
    FOR_TAPS(job, depthwise_learn)
}

/* The members of a kernel table. */
#define KERNEL_TABLE_DEPTHWISE                                                        \
    .depthwise_forward = depthwise_forward, .depthwise_backward = depthwise_backward, \
    .depthwise_weights = depthwise_weights

#endif
