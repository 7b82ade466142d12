/* The kernel `outer`: gradient with respect to the weights of convolutions and linear layers.
 * Included by the kernel sources only.
 */
#ifndef NN_KERNEL_OUTER_H
#define NN_KERNEL_OUTER_H

#include "trainer/nn/kernels/kernel_bands.h"
#include "trainer/nn/kernels/kernel_dot.h"

/* One tile, whose sums begin at zero also where they are added to others: sums of sums lose less than
 * one long sum. n rows of the weight matrix from `row` on by v vectors of outputs from `out` on, over
 * all pixels; n and v are constants at each call. */
ALWAYS_INLINE void outer_tile(const NnOuter *job, size_t row, size_t out, const size_t n,
                              const size_t v)
{
    const NnWindow *window = &job->window;
    const size_t width = v * LANES;
    NnReal *dw = job->dw + out * job->dw_rows + (job->first_row + row) * width;
    size_t offset[TILE];
    Vec sum[TILE][MAX_VECTORS];
#pragma GCC unroll 6
    for (size_t p = 0; p < n; p++) {
        offset[p] = (row + p) / window->run * window->tap_step + (row + p) % window->run;
#pragma GCC unroll 8
        for (size_t k = 0; k < v; k++)
            sum[p][k] = (Vec){0};
    }
    for (size_t i = 0; i < nn_window_maps(window) * window->n_rows; i++) {
        const size_t map = i / window->n_rows, y = i % window->n_rows;
        const NnReal *line = window->x + map * window->map_step + y * window->row_step;
        const NnReal *dy = job->dy + map * job->dy_map_step + y * job->dy_row_step + out;
        const NnReal *x[TILE];
#pragma GCC unroll 6
        for (size_t p = 0; p < n; p++)
            x[p] = line + offset[p];
        const size_t end = window->n_cols * window->col_step;
        for (size_t at = 0; at < end; at += window->col_step, dy += job->dy_col_step) {
            Vec d[MAX_VECTORS];
#pragma GCC unroll 8
            for (size_t k = 0; k < v; k++)
                d[k] = vec_load(dy + k * LANES);
#pragma GCC unroll 6
            for (size_t p = 0; p < n; p++) {
                const Vec value = vec_all(x[p][at]);
#pragma GCC unroll 8
                for (size_t k = 0; k < v; k++)
                    sum[p][k] = vec_fma(value, d[k], sum[p][k]);
            }
        }
    }
#pragma GCC unroll 6
    for (size_t p = 0; p < n; p++)
#pragma GCC unroll 8
        for (size_t k = 0; k < v; k++) {
            NnReal *to = dw + p * width + k * LANES;
            vec_store(to, job->add ? vec_load(to) + sum[p][k] : sum[p][k]);
        }
}

/* A tile of n rows, 1 <= n <= TILE. */
ALWAYS_INLINE void outer_rows(const NnOuter *job, size_t row, size_t out, size_t n, const size_t v)
{
    switch (n) {
#if TILE == 6
    case 6:
        outer_tile(job, row, out, 6, v);
        break;
    case 5:
        outer_tile(job, row, out, 5, v);
        break;
    case 4:
        outer_tile(job, row, out, 4, v);
        break;
#endif
    case 3:
        outer_tile(job, row, out, 3, v);
        break;
    case 2:
        outer_tile(job, row, out, 2, v);
        break;
    default:
        outer_tile(job, row, out, 1, v);
    }
}

/* All tiles over some pixels. */
static void outer_band(const NnOuter *job)
{
    const size_t rows = job->window.n_taps * job->window.run;
    const size_t n_tiles = (rows + TILE - 1) / TILE;
    for (size_t out = 0; out < job->n_out; out += NN_PANEL) {
        const bool full = nn_panel_width(job->n_out, out) == NN_PANEL;
        for (size_t tile = 0; tile < n_tiles; tile++) {
            const size_t row = tile * rows / n_tiles;
            const size_t n = (tile + 1) * rows / n_tiles - row;
            if (full)
                outer_rows(job, row, out, n, MAX_VECTORS);
            else
                outer_rows(job, row, out, n, MAX_VECTORS / 2);
        }
    }
}

static void outer(const NnOuter *job)
{
    FOR_BANDS(job, outer_band)
}

#endif
