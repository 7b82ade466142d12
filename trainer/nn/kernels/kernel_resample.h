/* Resampling of maps between neighbouring pixels. Included by the kernel sources only. */
#ifndef NN_KERNEL_RESAMPLE_H
#define NN_KERNEL_RESAMPLE_H

#include "trainer/nn/kernels/kernel_pool.h"

/* Of the four pixels around an output: where they are in the map, and their shares. */
typedef struct ResampleCorners {
    size_t at[4];
    NnReal share[4];
} ResampleCorners;

/* The corners of one output. */
static inline ResampleCorners resample_corners(NnShape in, NnResampleTap row, NnResampleTap col)
{
    const NnReal above = 1 - row.share, left = 1 - col.share;
    return (ResampleCorners){
        {pool_at(in, row.first, col.first), pool_at(in, row.first, col.second),
         pool_at(in, row.second, col.first), pool_at(in, row.second, col.second)},
        {above * left, above * col.share, row.share * left, row.share * col.share}};
}

static void resample_forward(const NnResample *job)
{
    const size_t channels = (size_t)job->in.channels;
    NnReal *restrict y = job->y;
    for (int32_t row = 0; row < job->out.height; row++)
        for (int32_t col = 0; col < job->out.width; col++, y += channels) {
            const ResampleCorners k = resample_corners(job->in, job->rows[row], job->cols[col]);
            const NnReal *a = job->x + k.at[0], *b = job->x + k.at[1];
            const NnReal *c = job->x + k.at[2], *d = job->x + k.at[3];
            for (size_t i = 0; i < channels; i++)
                y[i] = (a[i] * k.share[0] + b[i] * k.share[1]) +
                       (c[i] * k.share[2] + d[i] * k.share[3]);
        }
}

/* Adds `share` times n values. */
static inline void resample_add(NnReal *restrict to, const NnReal *restrict from, NnReal share,
                                size_t n)
{
    for (size_t i = 0; share != 0 && i < n; i++)
        to[i] += from[i] * share;
}

/* A row of outputs gives its gradient to pixels of one row, whose sums then go to the two input rows
 * that it lies between: of a map that grows k times a value is a sum of some k sums, and not of k * k
 * terms. */
static void resample_backward(const NnResample *job)
{
    const size_t channels = (size_t)job->in.channels;
    const size_t row_values = (size_t)job->in.width * channels;
    const NnReal *dy = job->dy;
    memset(job->dx, 0, pool_at(job->in, job->in.height, 0) * sizeof(NnReal));
    for (int32_t row = 0; row < job->out.height; row++) {
        const NnResampleTap at = job->rows[row];
        memset(job->sums, 0, row_values * sizeof(NnReal));
        for (int32_t col = 0; col < job->out.width; col++, dy += channels) {
            const NnResampleTap to = job->cols[col];
            resample_add(job->sums + (size_t)to.first * channels, dy, 1 - to.share, channels);
            resample_add(job->sums + (size_t)to.second * channels, dy, to.share, channels);
        }
        resample_add(job->dx + pool_at(job->in, at.first, 0), job->sums, 1 - at.share, row_values);
        resample_add(job->dx + pool_at(job->in, at.second, 0), job->sums, at.share, row_values);
    }
}

/* The members of a kernel table. */
#define KERNEL_TABLE_RESAMPLE \
    .resample_forward = resample_forward, .resample_backward = resample_backward

#endif
