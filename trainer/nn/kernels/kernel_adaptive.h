/* The maximum of adaptive windows, which may be of any size, so that places take more than a byte.
 * Included by the kernel sources only. */
#ifndef NN_KERNEL_ADAPTIVE_H
#define NN_KERNEL_ADAPTIVE_H

#include "trainer/nn/kernels/kernel_pool.h"

/* A place for each lane. */
typedef int32_t VecPlaces __attribute__((vector_size(4 * LANES)));

/* Work of adaptive_max_forward on a window. */
ALWAYS_INLINE void adaptive_max_window(const NnPool2d *job, const PoolWindow *window, size_t c,
                                       const size_t lanes)
{
    const int32_t start = window->rows.first * job->in.width + window->cols.first;
    Vec best =
        vec_load_some(job->x + pool_at(job->in, window->rows.first, window->cols.first) + c, lanes);
    VecMask place = (VecMask){0} + start;
    for (int32_t row = window->rows.first; row < window->rows.end; row++)
        for (int32_t col = window->cols.first; col < window->cols.end; col++) {
            const Vec value = vec_load_some(job->x + pool_at(job->in, row, col) + c, lanes);
            const VecMask better = (value > best) | (value != value);
            const VecMask here = (VecMask){0} + (row * job->in.width + col);
            best = vec_select(better, value, best);
            place = (VecMask)vec_select(better, (Vec)here, (Vec)place);
        }
    vec_store_some(job->y + window->out + c, best, lanes);
    const VecPlaces places = __builtin_convertvector(place, VecPlaces);
    memcpy(job->places + window->out + c, &places, lanes * sizeof(int32_t));
}

static void adaptive_max_forward(const NnPool2d *job)
{
    FOR_WINDOWS(job, adaptive_max_window)
}

/* Windows may overlap: gradients are added, output after output. */
static void adaptive_max_backward(const NnPool2d *job)
{
    const size_t channels = (size_t)job->in.channels;
    const size_t n = pool_at(job->out, job->out.height, 0);
    memset(job->dx, 0, pool_at(job->in, job->in.height, 0) * sizeof(NnReal));
    for (size_t i = 0; i < n; i++)
        job->dx[(size_t)job->places[i] * channels + i % channels] += job->dy[i];
}

/* The members of a kernel table. */
#define KERNEL_TABLE_ADAPTIVE \
    .adaptive_max_forward = adaptive_max_forward, .adaptive_max_backward = adaptive_max_backward

#endif
