/* The kernel `dot`: forward of convolutions and linear layers, and their gradient with respect to
 * the input. Included by the kernel sources only.
 */
#ifndef NN_KERNEL_DOT_H
#define NN_KERNEL_DOT_H

#include "trainer/nn/kernels/kernel_blocks.h"

/* Pixels in a tile of registers. AVX2: 6 pixels x 2 vectors are 12 sums, 2 weights and a value of
 * x: 15 of 16 registers. NEON: 6 pixels x 4 vectors of half the size, 29 of 32. Baseline: 3 pixels x
 * 4 vectors. */
#if defined(__AVX2__) || defined(NN_NEON)
#define TILE 6
#else
#define TILE 3
#endif

/* Walks the output pixels of a job in order. */
typedef struct DotCursor {
    const NnReal *x_map, *x_row, *x;
    NnReal *y_map, *y_row, *y;
    size_t row, col;
} DotCursor;

/* The next pixel. */
ALWAYS_INLINE void dot_advance(const NnDot *job, DotCursor *cursor)
{
    cursor->x += job->window.col_step;
    cursor->y += job->y_col_step;
    if (++cursor->col < job->window.n_cols)
        return;
    cursor->col = 0;
    cursor->x_row += job->window.row_step;
    cursor->y_row += job->y_row_step;
    if (++cursor->row == job->window.n_rows) {
        cursor->row = 0;
        cursor->x_row = cursor->x_map += job->window.map_step;
        cursor->y_row = cursor->y_map += job->y_map_step;
    }
    cursor->x = cursor->x_row;
    cursor->y = cursor->y_row;
}

/* One tile: n pixels by v vectors of outputs from `out` on; both are constants at each call. */
ALWAYS_INLINE void dot_tile(const DotBlock *block, DotCursor *cursor, size_t out, const size_t n,
                            const size_t v)
{
    const NnDot *job = &block->job;
    const NnWindow *window = &job->window;
    const size_t width = v * LANES;
    const NnReal *w = job->weights + out * block->n_rows + block->first * width;
    const NnReal *x[TILE];
    NnReal *y[TILE];
    Vec sum[TILE][PANEL_VECTORS];
    UNROLL(6)
    for (size_t p = 0; p < n; p++) {
        x[p] = cursor->x;
        y[p] = cursor->y + out;
        dot_advance(job, cursor);
        UNROLL(8)
        for (size_t k = 0; k < v; k++)
            sum[p][k] = job->bias ? vec_load(job->bias + out + k * LANES) : (Vec){0};
    }
    for (size_t tap = 0; tap < window->n_taps; tap++) {
        const size_t start = tap * window->tap_step;
        for (size_t r = start; r < start + window->run; r++, w += width) {
            Vec weight[PANEL_VECTORS];
            UNROLL(8)
            for (size_t k = 0; k < v; k++)
                weight[k] = vec_load(w + k * LANES);
            UNROLL(6)
            for (size_t p = 0; p < n; p++) {
                const Vec value = vec_all(x[p][r]);
                UNROLL(8)
                for (size_t k = 0; k < v; k++)
                    sum[p][k] = vec_fma(value, weight[k], sum[p][k]);
            }
        }
    }
    const size_t rest = job->n_out - out;
    UNROLL(6)
    for (size_t p = 0; p < n; p++) {
        UNROLL(8)
        for (size_t k = 0; k < v; k++) {
            const size_t left = rest > k * LANES ? rest - k * LANES : 0;
            const size_t lanes = left < LANES ? left : LANES;
            Vec result = sum[p][k];
            if (job->add)
                result += vec_load_some(y[p] + k * LANES, lanes);
            vec_store_some(y[p] + k * LANES, job->relu ? vec_relu(result) : result, lanes);
        }
    }
}

/* A tile of n pixels, 1 <= n <= TILE. */
ALWAYS_INLINE void dot_pixels(const DotBlock *block, DotCursor *cursor, size_t out, size_t n,
                              const size_t v)
{
    switch (n) {
#if TILE == 6
    case 6:
        dot_tile(block, cursor, out, 6, v);
        break;
    case 5:
        dot_tile(block, cursor, out, 5, v);
        break;
    case 4:
        dot_tile(block, cursor, out, 4, v);
        break;
#endif
    case 3:
        dot_tile(block, cursor, out, 3, v);
        break;
    case 2:
        dot_tile(block, cursor, out, 2, v);
        break;
    default:
        dot_tile(block, cursor, out, 1, v);
    }
}

/* One panel, all pixels: in tiles of nearly equal size, 7 pixels as 4 + 3 rather than 6 + 1. */
ALWAYS_INLINE void dot_panel(const DotBlock *block, size_t out, const size_t v)
{
    const NnWindow *window = &block->job.window;
    const size_t n_pixels = nn_window_maps(window) * window->n_rows * window->n_cols;
    const size_t n_tiles = (n_pixels + TILE - 1) / TILE;
    const NnReal *x = window->x;
    NnReal *y = block->job.y;
    DotCursor cursor = {x, x, x, y, y, y, 0, 0};
    for (size_t tile = 0; tile < n_tiles; tile++)
        dot_pixels(block, &cursor, out, (tile + 1) * n_pixels / n_tiles - tile * n_pixels / n_tiles,
                   v);
}

static void dot(const NnDot *job)
{
    for (size_t out = 0; out < job->n_out; out += NN_PANEL) {
        DotBlock block = dot_block(job, 0);
        do {
            if (nn_panel_width(job->n_out, out) == NN_PANEL)
                dot_panel(&block, out, PANEL_VECTORS);
            else
                dot_panel(&block, out, PANEL_VECTORS / 2);
        } while (dot_next_block(job, &block));
    }
}

#endif
