/* The kernel `outer`: gradient with respect to the weights of convolutions and linear layers.
 * Included by the kernel sources only.
 *
 * Rows of one tap are neighbours in memory, so a single address reaches all of a tile; only where taps
 * are shorter than a tile would be good for does one go over several.
 */
#ifndef NN_KERNEL_OUTER_H
#define NN_KERNEL_OUTER_H

#include "trainer/nn/kernels/kernel_bands.h"

/* Rows of the weight matrix and panels in a tile. AVX-512: 14 rows x 2 vectors are 28 sums, 2
 * gradients and a value of x: 31 of 32 registers. AVX2: 6 x 2 are 15 of 16. NEON: 6 x 4 are 29 of
 * 32. Baseline: 3 x 4. */
#if defined(__AVX512F__)
#define OUTER_ROWS 14
#define OUTER_PANELS 2
#else
#if defined(__AVX2__) || defined(NN_NEON)
#define OUTER_ROWS 6
#else
#define OUTER_ROWS 3
#endif
#define OUTER_PANELS 1
#endif

/* Shortest tap that is cut into tiles of its own, and most rows of a tile over several: each has an
 * address then. */
#define SHORT_RUN 5
#define SPREAD_ROWS (OUTER_ROWS < 10 ? OUTER_ROWS : 10)

/* Where a tile begins. */
typedef struct OuterPlace {
    size_t row, out;
} OuterPlace;

/* One tile, whose sums begin at zero also where they are added to others: sums of sums lose less than
 * one long sum. n rows by `panels` panels of `width` outputs over all pixels of the job; spread: the rows
 * may be of several taps. All but job and place are constants at each call. */
ALWAYS_INLINE void outer_tile(const NnOuter *job, OuterPlace place, const size_t n,
                              const size_t panels, const size_t width, const bool spread)
{
    const NnWindow *window = &job->window;
    const size_t lanes = width < LANES ? width : LANES, per_panel = width / lanes;
    const size_t v = panels * per_panel, panel_step = job->dw_rows * NN_PANEL;
    NnReal *dw = job->dw + place.out / NN_PANEL * panel_step + (job->first_row + place.row) * width;
    size_t offset[OUTER_ROWS];
    Vec sum[OUTER_ROWS][OUTER_PANELS * PANEL_VECTORS];
    UNROLL(14)
    for (size_t p = 0; p < n; p++) {
        const size_t row = place.row + (spread ? p : 0);
        offset[p] = row / window->run * window->tap_step + row % window->run + (spread ? 0 : p);
        UNROLL(8)
        for (size_t k = 0; k < v; k++)
            sum[p][k] = (Vec){0};
    }
    for (size_t i = 0; i < nn_window_maps(window) * window->n_rows; i++) {
        const size_t map = i / window->n_rows, y = i % window->n_rows;
        const NnReal *x =
            window->x + map * window->map_step + y * window->row_step + (spread ? 0 : offset[0]);
        const NnReal *dy = job->dy + map * job->dy_map_step + y * job->dy_row_step + place.out;
        for (size_t left = window->n_cols; left > 0; left--) {
            Vec d[OUTER_PANELS * PANEL_VECTORS];
            UNROLL(8)
            for (size_t k = 0; k < v; k++)
                d[k] = vec_load_some(dy + k * LANES, lanes);
            UNROLL(14)
            for (size_t p = 0; p < n; p++) {
                const Vec value = vec_all(x[spread ? offset[p] : p]);
                UNROLL(8)
                for (size_t k = 0; k < v; k++)
                    sum[p][k] = vec_fma(value, d[k], sum[p][k]);
            }
            x += window->col_step;
            dy += job->dy_col_step;
        }
    }
    UNROLL(14)
    for (size_t p = 0; p < n; p++) {
        UNROLL(8)
        for (size_t k = 0; k < v; k++) {
            NnReal *to = dw + k / per_panel * panel_step + p * width + k % per_panel * LANES;
            const Vec before = job->add ? vec_load_some(to, lanes) : (Vec){0};
            vec_store_some(to, before + sum[p][k], lanes);
        }
    }
}

#define OUTER_CASE(n)                                     \
    case n:                                               \
        outer_tile(job, place, n, panels, width, spread); \
        break;

/* A tile of n rows, of which one over several taps has SPREAD_ROWS at most. */
ALWAYS_INLINE void outer_rows(const NnOuter *job, OuterPlace place, size_t n, const size_t panels,
                              const size_t width, const bool spread)
{
    switch (n) {
#if OUTER_ROWS == 14
        OUTER_CASE(14)
        OUTER_CASE(13)
        OUTER_CASE(12)
        OUTER_CASE(11)
        OUTER_CASE(10)
        OUTER_CASE(9)
        OUTER_CASE(8)
        OUTER_CASE(7)
#endif
#if OUTER_ROWS >= 6
        OUTER_CASE(6)
        OUTER_CASE(5)
        OUTER_CASE(4)
#endif
        OUTER_CASE(3)
        OUTER_CASE(2)
        OUTER_CASE(1)
    }
}

/* All tiles of some panels: of each tap, or of all rows, cut into nearly equal ones. */
ALWAYS_INLINE void outer_panels(const NnOuter *job, size_t out, const size_t panels,
                                const size_t width, const bool spread)
{
    const NnWindow *window = &job->window;
    const size_t n_parts = spread ? 1 : window->n_taps;
    const size_t n = spread ? window->n_taps * window->run : window->run;
    const size_t most = spread ? SPREAD_ROWS : OUTER_ROWS, n_tiles = (n + most - 1) / most;
    for (size_t part = 0; part < n_parts; part++)
        for (size_t tile = 0; tile < n_tiles; tile++) {
            const size_t first = tile * n / n_tiles, end = (tile + 1) * n / n_tiles;
            outer_rows(job, (OuterPlace){part * n + first, out}, end - first, panels, width,
                       spread);
        }
}

/* The same of as many panels as a tile has, of one, and of half a one. */
static __attribute__((noinline)) void outer_all_panels(const NnOuter *job, size_t out, bool spread)
{
    if (spread)
        outer_panels(job, out, OUTER_PANELS, NN_PANEL, true);
    else
        outer_panels(job, out, OUTER_PANELS, NN_PANEL, false);
}

#if OUTER_PANELS > 1
static __attribute__((noinline)) void outer_one_panel(const NnOuter *job, size_t out, bool spread)
{
    if (spread)
        outer_panels(job, out, 1, NN_PANEL, true);
    else
        outer_panels(job, out, 1, NN_PANEL, false);
}

#endif

static __attribute__((noinline)) void outer_half_panel(const NnOuter *job, size_t out, bool spread)
{
    if (spread)
        outer_panels(job, out, 1, NN_PANEL / 2, true);
    else
        outer_panels(job, out, 1, NN_PANEL / 2, false);
}

/* All tiles over some pixels. */
static void outer_band(const NnOuter *job)
{
    const size_t n_out = nn_padded(job->n_out);
    const bool spread = job->window.run < SHORT_RUN;
    size_t out = 0;
    for (; out + OUTER_PANELS * NN_PANEL <= n_out; out += OUTER_PANELS * NN_PANEL)
        outer_all_panels(job, out, spread);
#if OUTER_PANELS > 1
    for (; out + NN_PANEL <= n_out; out += NN_PANEL)
        outer_one_panel(job, out, spread);
#endif
    if (out < n_out)
        outer_half_panel(job, out, spread);
}

static void outer(const NnOuter *job)
{
    FOR_BANDS(job, outer_band)
}

#endif
