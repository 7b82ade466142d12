/* The kernel `dot` for CPUs with 32 vector registers: a tile is up to 14 neighbouring pixels of a row
 * by one, two or four panels. Included by the kernel sources only.
 *
 * Neighbours are equally far apart, so one address register reaches three of them, and 14 pixels
 * need five; addresses of their own would not fit the 16 registers that an x86-64 CPU has for them.
 */
#ifndef NN_KERNEL_DOT_ROWS_H
#define NN_KERNEL_DOT_ROWS_H

#include "trainer/nn/kernels/kernel_blocks.h"

/* Most pixels in a tile, and in one with the most panels. 14 pixels x 2 vectors are 28 sums, 2 weights
 * and a value of x: 31 of 32 registers. */
#define ROW_TILE 14
#define NARROW_TILE 6
#define TILE_PANELS 4
/* Pixels that an address register reaches: itself, and one and two steps on. */
#define REACH 3
#define N_REACHES ((ROW_TILE + REACH - 1) / REACH)
/* Rows of the weight matrix between two changes of the addresses. */
#define N_STEPS 4
/* A tile of so few pixels is done with a row of weights sooner than the next comes from behind the second
 * cache, where a matrix of this size lies. Such a tile asks for them early, as CPUs by themselves look no
 * further ahead than to the end of a page: a page of a panel ahead, or, of a short matrix, for the panels
 * of the tile behind. */
#define FEW_PIXELS 8
#define FAR_SIZE ((size_t)1 << 20)
#define ROWS_AHEAD 64
#define SHORT_ROWS (4 * ROWS_AHEAD)

/* Where a tile begins: its first pixel, and its first output. */
typedef struct DotPlace {
    const NnReal *x;
    NnReal *y;
    size_t out;
} DotPlace;

/* One row of the weight matrix, `step` rows on from x and w, for n pixels by v vectors. */
#define DOT_STEP(step)                                                                           \
    {                                                                                            \
        Vec weight_[TILE_PANELS * PANEL_VECTORS];                                                \
        UNROLL(16)                                                                               \
        for (size_t k_ = 0; k_ < v; k_++)                                                        \
            weight_[k_] = vec_load_some(                                                         \
                w + k_ / per_panel * panel_step + (step)*width + k_ % per_panel * LANES, lanes); \
        UNROLL(14)                                                                               \
        for (size_t p_ = 0; p_ < n; p_++) {                                                      \
            const Vec value_ = vec_all(x[p_ / REACH][p_ % REACH * pixel_step + (step)]);         \
            UNROLL(16)                                                                           \
            for (size_t k_ = 0; k_ < v; k_++)                                                    \
                sum[p_][k_] = vec_fma(value_, weight_[k_], sum[p_][k_]);                         \
        }                                                                                        \
    }

/* Goes some rows on. */
#define DOT_ADVANCE(steps)                        \
    {                                             \
        w += (steps)*width;                       \
        UNROLL(5)                                 \
        for (size_t g_ = 0; g_ * REACH < n; g_++) \
            x[g_] += (steps);                     \
    }

/* How many values ahead a tile asks for weights; 0: not at all. both: those of its panels. */
ALWAYS_INLINE size_t dot_ahead(const DotBlock *block, size_t both, const size_t width)
{
    if (block->n_rows * nn_padded(block->job.n_out) * sizeof(NnReal) <= FAR_SIZE)
        return 0;
    return block->n_rows <= SHORT_ROWS ? both : ROWS_AHEAD * width;
}

/* Asks for N_STEPS rows of some panels. */
ALWAYS_INLINE void dot_ask(const NnReal *w, const size_t panels, size_t panel_step,
                           const size_t width)
{
    const size_t line = 64 / sizeof(NnReal);
    UNROLL(4)
    for (size_t k = 0; k < panels; k++) {
        UNROLL(8)
        for (size_t i = 0; i < N_STEPS * width; i += line)
            __builtin_prefetch(w + k * panel_step + i);
    }
}

/* One tile: n pixels by `panels` panels of `width` outputs; these three are constants at each call. */
ALWAYS_INLINE void dot_tile(const DotBlock *block, DotPlace place, const size_t n,
                            const size_t panels, const size_t width)
{
    const NnDot *job = &block->job;
    const NnWindow *window = &job->window;
    const size_t panel_step = block->n_rows * NN_PANEL;
    const size_t lanes = width < LANES ? width : LANES, per_panel = width / lanes;
    const size_t v = panels * per_panel, pixel_step = window->col_step;
    const size_t ahead = dot_ahead(block, panels * panel_step, width);
    const NnReal *w = job->weights + place.out / NN_PANEL * panel_step + block->first * width;
    Vec sum[ROW_TILE][TILE_PANELS * PANEL_VECTORS];
    UNROLL(14)
    for (size_t p = 0; p < n; p++) {
        UNROLL(16)
        for (size_t k = 0; k < v; k++)
            sum[p][k] =
                job->bias ? vec_load_some(job->bias + place.out + k * LANES, lanes) : (Vec){0};
    }
    for (size_t tap = 0; tap < window->n_taps; tap++) {
        const NnReal *x[N_REACHES];
        UNROLL(5)
        for (size_t g = 0; g * REACH < n; g++)
            x[g] = place.x + tap * window->tap_step + g * REACH * pixel_step;
        size_t left = window->run;
        for (; left >= N_STEPS; left -= N_STEPS) {
            if (n <= FEW_PIXELS && ahead)
                dot_ask(w + ahead, panels, panel_step, width);
            DOT_STEP(0)
            DOT_STEP(1)
            DOT_STEP(2)
            DOT_STEP(3)
            DOT_ADVANCE(N_STEPS)
        }
        for (; left > 0; left--) {
            DOT_STEP(0)
            DOT_ADVANCE(1)
        }
    }
    const size_t rest = job->n_out - place.out;
    UNROLL(14)
    for (size_t p = 0; p < n; p++) {
        UNROLL(16)
        for (size_t k = 0; k < v; k++) {
            NnReal *y = place.y + p * job->y_col_step + place.out + k * LANES;
            const size_t left = rest > k * LANES ? rest - k * LANES : 0;
            const size_t ends = left < LANES ? left : LANES;
            Vec result = sum[p][k];
            if (job->add)
                result += vec_load_some(y, ends);
            vec_store_some(y, job->relu ? vec_relu(result) : result, ends);
        }
    }
}

#define DOT_CASE(n)                               \
    case n:                                       \
        dot_tile(block, place, n, panels, width); \
        break;

/* A tile of n pixels, of which four panels take NARROW_TILE at most. */
ALWAYS_INLINE void dot_pixels(const DotBlock *block, DotPlace place, size_t n, const size_t panels,
                              const size_t width)
{
    if (panels < TILE_PANELS)
        switch (n) {
            DOT_CASE(14)
            DOT_CASE(13)
            DOT_CASE(12)
            DOT_CASE(11)
            DOT_CASE(10)
            DOT_CASE(9)
            DOT_CASE(8)
            DOT_CASE(7)
        }
    switch (n) {
        DOT_CASE(6)
        DOT_CASE(5)
        DOT_CASE(4)
        DOT_CASE(3)
        DOT_CASE(2)
        DOT_CASE(1)
    }
}

/* All pixels, row by row in tiles of nearly equal size: 28 are 14 + 14, 32 are 11 + 11 + 10. */
ALWAYS_INLINE void dot_rows(const DotBlock *block, size_t out, const size_t panels,
                            const size_t width)
{
    const NnDot *job = &block->job;
    const NnWindow *window = &job->window;
    const size_t n = window->n_cols, most = panels < TILE_PANELS ? ROW_TILE : NARROW_TILE;
    const size_t n_tiles = (n + most - 1) / most;
    for (size_t i = 0; i < nn_window_maps(window) * window->n_rows; i++) {
        const size_t map = i / window->n_rows, row = i % window->n_rows;
        const NnReal *x = window->x + map * window->map_step + row * window->row_step;
        NnReal *y = job->y + map * job->y_map_step + row * job->y_row_step;
        for (size_t tile = 0; tile < n_tiles; tile++) {
            const size_t first = tile * n / n_tiles, end = (tile + 1) * n / n_tiles;
            const DotPlace place = {x + first * window->col_step, y + first * job->y_col_step, out};
            dot_pixels(block, place, end - first, panels, width);
        }
    }
}

/* The same, block by block. */
ALWAYS_INLINE void dot_blocks(const NnDot *job, size_t out, const size_t panels, const size_t width)
{
    DotBlock block = dot_block(job, 0);
    do
        dot_rows(&block, out, panels, width);
    while (dot_next_block(job, &block));
}

static __attribute__((noinline)) void dot_four_panels(const NnDot *job, size_t out)
{
    dot_blocks(job, out, TILE_PANELS, NN_PANEL);
}

static __attribute__((noinline)) void dot_two_panels(const NnDot *job, size_t out)
{
    dot_blocks(job, out, 2, NN_PANEL);
}

static __attribute__((noinline)) void dot_one_panel(const NnDot *job, size_t out)
{
    dot_blocks(job, out, 1, NN_PANEL);
}

static __attribute__((noinline)) void dot_half_panel(const NnDot *job, size_t out)
{
    dot_blocks(job, out, 1, NN_PANEL / 2);
}

/* Rows that follow each other without a gap, as those of a linear layer or of a convolution of one
 * pixel, become one; and so do maps of one row. */
static inline NnDot dot_flatten(const NnDot *given)
{
    NnDot job = *given;
    NnWindow *window = &job.window;
    if (window->n_taps == 1 && window->row_step == window->n_cols * window->col_step &&
        job.y_row_step == window->n_cols * job.y_col_step) {
        window->n_cols *= window->n_rows;
        window->n_rows = 1;
    }
    if (window->n_rows == 1 && window->map_step == window->n_cols * window->col_step &&
        job.y_map_step == window->n_cols * job.y_col_step) {
        window->n_cols *= nn_window_maps(window);
        window->n_maps = 1;
    }
    return job;
}

static void dot(const NnDot *given)
{
    const NnDot job = dot_flatten(given);
    const size_t n_out = nn_padded(job.n_out), n_cols = job.window.n_cols;
    /* Four panels for narrow maps, so that a tile has enough sums to hide what a product takes. */
    const bool narrow = n_cols <= NARROW_TILE;
    size_t out = 0;
    for (; narrow && out + TILE_PANELS * NN_PANEL <= n_out; out += TILE_PANELS * NN_PANEL)
        dot_four_panels(&job, out);
    for (; out + 2 * NN_PANEL <= n_out; out += 2 * NN_PANEL)
        dot_two_panels(&job, out);
    for (; out + NN_PANEL <= n_out; out += NN_PANEL)
        dot_one_panel(&job, out);
    if (out < n_out)
        dot_half_panel(&job, out);
}

#endif
