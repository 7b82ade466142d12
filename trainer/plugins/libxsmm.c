/* Plug-in "libxsmm": dot and outer as batch-reduce products of small matrices, which libxsmm compiles
 * at run time for the shapes that occur and the processor it finds.
 *
 * libxsmm's matrices have their columns one after the other. For dot, a row of output pixels is
 * C = A B: C has a column per pixel and a row per output of a panel, A is the panel's weights under
 * one kernel column (rows: outputs), B what the pixels see there (a column per pixel); all kernel
 * columns and rows are one reduction. For outer, the gradient of a panel's weights under one kernel
 * column is C = A B', with A the outputs' gradient and B what the pixels see; all rows of pixels are
 * one reduction.
 *
 * Compiled kernels are libxsmm's own, kept until the program ends and found again by their shape: one
 * shape is the same code for every thread, so bits do not depend on threads. What has too few values
 * per pixel for a product, as the first layer of a network, is left to the own kernels.
 */
#include <libxsmm.h>
#include <stdatomic.h>
#include <string.h>

#include "trainer/nn/plugin.h"

/* Products of one reduction: kernels of up to 16 x 16 pixels in one. */
#define MAX_PRODUCTS 256
/* Values of a pixel under one kernel column that make a product worth its call. */
#define MIN_DEPTH 8
/* Pixels in a row that make a product worth its call: the own kernels put pixels of several rows and
 * maps side by side, and rows of 4 took them half the time (of 8 a tenth less, of 16 as long). */
#define MIN_PIXELS 6
/* Columns of one product: more would not fit the cache beside the weights. */
#define MAX_COLUMNS 64
/* Rows of weights, and for their gradients pixels, whose products are added up before the next sum begins:
 * what a float sum loses grows with its length. res8 takes a twentieth more time with it. */
#define BLOCK_ROWS 256
#define BLOCK_PIXELS 256

/* The own kernels, for what is not a product of matrices. They depend on the processor only, so that
 * every network stores the same here. */
static _Atomic(void (*)(const NnDot *)) own_dot;
static _Atomic(void (*)(const NnOuter *)) own_outer;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Values that two neighbouring pixels do not share, in one kernel column: the largest number that
 * divides both the step between pixels and the run of a kernel's row. */
static size_t depth_of(const NnWindow *window)
{
    size_t a = window->col_step, b = window->run;
    while (b) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The largest part of a depth that divides it and is no more than a block; all of it if that is too small
 * for a product. */
static size_t block_depth(size_t depth)
{
    size_t part = least(depth, BLOCK_ROWS);
    while (part > 0 && depth % part != 0)
        part--;
    return part < MIN_DEPTH ? depth : part;
}

/* --- dot -------------------------------------------------------------------------------------- */

/* The products of a job that are the same for all its pixels. depth: values of each; per_block: how many
 * are added up before the next sum begins; offsets in bytes from the panel's weights and from the first
 * pixel. */
typedef struct Products {
    size_t depth, per_block;
    unsigned long long n;
    unsigned long long weights[MAX_PRODUCTS], x[MAX_PRODUCTS];
} Products;

/* Products of a panel of a width; false if there are too many. */
static bool plan_products(const NnWindow *window, size_t width, Products *products)
{
    const size_t per_tap = window->run / products->depth;
    products->n = window->n_taps * per_tap;
    if (products->n > MAX_PRODUCTS)
        return false;
    const size_t most = products->depth < BLOCK_ROWS ? BLOCK_ROWS / products->depth : 1;
    const size_t n_blocks = (products->n + most - 1) / most;
    products->per_block = (products->n + n_blocks - 1) / n_blocks;
    for (size_t i = 0; i < products->n; i++) {
        const size_t at = i / per_tap * window->tap_step + i % per_tap * products->depth;
        products->weights[i] = i * products->depth * width * sizeof(float);
        products->x[i] = at * sizeof(float);
    }
    return true;
}

/* n_out outputs of n_pixels pixels in a row, of a panel of some width; bias: of the panel, or NULL. */
typedef struct Tile {
    const NnReal *weights, *bias, *x;
    NnReal *y;
    size_t width, n_out, n_pixels;
} Tile;

/* The compiled product of a tile, whose pixels are so many values apart in the result; NULL if libxsmm
 * cannot. It adds to what is there, or sets it. */
static libxsmm_smmfunction_reducebatch_offs find_dot(const NnDot *job, const Products *products,
                                                     const Tile *tile, size_t step, bool add)
{
    const libxsmm_blasint lda = (libxsmm_blasint)tile->width;
    const libxsmm_blasint ldb = (libxsmm_blasint)job->window.col_step;
    const libxsmm_blasint ldc = (libxsmm_blasint)step;
    const float one = 1, beta = add ? 1 : 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch_reducebatch_offs(
        (libxsmm_blasint)tile->n_out, (libxsmm_blasint)tile->n_pixels,
        (libxsmm_blasint)products->depth, &lda, &ldb, &ldc, &one, &beta, &flags, &prefetch);
}

static void begin_pixels(const NnDot *job, const Tile *tile)
{
    for (size_t p = 0; p < tile->n_pixels; p++)
        for (size_t k = 0; k < tile->n_out; k++)
            tile->y[p * job->y_col_step + k] = tile->bias ? tile->bias[k] : 0;
}

static void add_values(NnReal *restrict to, const NnReal *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

static void rectify_pixels(const NnDot *job, const Tile *tile)
{
    for (size_t p = 0; p < tile->n_pixels; p++)
        for (size_t k = 0; k < tile->n_out; k++) {
            NnReal *value = &tile->y[p * job->y_col_step + k];
            *value = *value <= 0 ? 0 : *value;
        }
}

/* One tile, block by block: the first is added to the bias, the sums of others to those before. False if
 * libxsmm cannot. */
static bool dot_tile(const NnDot *job, const Products *products, const Tile *tile)
{
    NnReal sums[MAX_COLUMNS * NN_PANEL];
    const libxsmm_smmfunction_reducebatch_offs first =
        find_dot(job, products, tile, job->y_col_step, true);
    const libxsmm_smmfunction_reducebatch_offs other =
        products->n > products->per_block ? find_dot(job, products, tile, tile->width, false)
                                          : first;
    if (!first || !other)
        return false;
    begin_pixels(job, tile);
    for (size_t at = 0; at < products->n; at += products->per_block) {
        const unsigned long long n = least(products->per_block, products->n - at);
        if (at == 0) {
            first(tile->weights, tile->x, tile->y, &n, products->weights, products->x);
            continue;
        }
        other(tile->weights, tile->x, sums, &n, products->weights + at, products->x + at);
        for (size_t p = 0; p < tile->n_pixels; p++)
            add_values(tile->y + p * job->y_col_step, sums + p * tile->width, tile->n_out);
    }
    if (job->relu)
        rectify_pixels(job, tile);
    return true;
}

/* All pixels of the panel that begins with output `out`; false if libxsmm cannot. */
static bool dot_panel(const NnDot *job, size_t out, Products *products)
{
    const NnWindow *window = &job->window;
    const size_t width = nn_panel_width(job->n_out, out);
    Tile tile = {.weights = job->weights + out * window->n_taps * window->run,
                 .bias = job->bias ? job->bias + out : NULL,
                 .width = width,
                 .n_out = least(width, job->n_out - out)};
    if (!plan_products(window, width, products))
        return false;
    for (size_t i = 0; i < nn_window_maps(window) * window->n_rows; i++)
        for (size_t col = 0; col < window->n_cols; col += MAX_COLUMNS) {
            const size_t map = i / window->n_rows, row = i % window->n_rows;
            tile.n_pixels = least(MAX_COLUMNS, window->n_cols - col);
            tile.x = window->x + map * window->map_step + row * window->row_step +
                     col * window->col_step;
            tile.y = job->y + map * job->y_map_step + row * job->y_row_step +
                     col * job->y_col_step + out;
            if (!dot_tile(job, products, &tile))
                return false;
        }
    return true;
}

static void dot(const NnDot *job)
{
    Products products = {.depth = block_depth(depth_of(&job->window))};
    /* With a stride some pixels of an input see nothing; a compiled reduction is of at least one. What is
     * added to must not be begun and left to the others. */
    bool done = products.depth >= MIN_DEPTH && job->window.n_cols >= MIN_PIXELS &&
                job->window.n_taps > 0 && job->window.run > 0 && !job->add;
    for (size_t out = 0; done && out < job->n_out; out += NN_PANEL)
        done = dot_panel(job, out, &products);
    if (!done)
        atomic_load (&own_dot)(job);
}

/* --- outer ------------------------------------------------------------------------------------ */

/* Pixels of one sum: in rows of up to n_cols, n_rows of these. */
typedef struct PixelBlock {
    size_t n_rows, n_cols;
} PixelBlock;

static PixelBlock pixel_block(const NnWindow *window)
{
    const size_t n_cols = least(window->n_cols, BLOCK_PIXELS);
    return (PixelBlock){BLOCK_PIXELS / n_cols, n_cols};
}

/* The compiled product for `depth` rows of a panel of a width, over rows of n_pixels pixels; NULL if
 * libxsmm cannot. It sets what is there. */
static libxsmm_smmfunction_reducebatch_strd find_outer(const NnOuter *job, size_t width,
                                                       size_t depth, size_t n_pixels)
{
    const NnWindow *window = &job->window;
    const libxsmm_blasint lda = (libxsmm_blasint)job->dy_col_step;
    const libxsmm_blasint ldb = (libxsmm_blasint)window->col_step;
    const libxsmm_blasint ldc = (libxsmm_blasint)width;
    const float one = 1, zero = 0;
    const int flags = LIBXSMM_GEMM_FLAG_TRANS_B, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch_reducebatch_strd((libxsmm_blasint)width, (libxsmm_blasint)depth,
                                                (libxsmm_blasint)n_pixels,
                                                (libxsmm_blasint)(job->dy_row_step * sizeof(float)),
                                                (libxsmm_blasint)(window->row_step * sizeof(float)),
                                                &lda, &ldb, &ldc, &one, &zero, &flags, &prefetch);
}

/* Whether libxsmm has all products of a job: what is added to must not be begun and left to others. */
static bool can_outer(const NnOuter *job, size_t depth)
{
    const size_t n_cols = pixel_block(&job->window).n_cols, rest = job->window.n_cols % n_cols;
    for (size_t out = 0; out < job->n_out; out += NN_PANEL) {
        const size_t width = nn_panel_width(job->n_out, out);
        if (!find_outer(job, width, depth, n_cols) ||
            (rest > 0 && !find_outer(job, width, depth, rest)))
            return false;
    }
    return true;
}

/* `depth` rows of a panel's weights, and the first pixel's values that they are of. whole, rest: the
 * products for a row of a block, and for what is left of a row of pixels. */
typedef struct Strip {
    const NnReal *dy, *x;
    NnReal *dw;
    size_t width, depth;
    libxsmm_smmfunction_reducebatch_strd whole, rest;
} Strip;

/* One map, block by block. */
static void outer_strip(const NnOuter *job, const Strip *strip)
{
    NnReal sums[NN_PANEL * BLOCK_ROWS];
    const NnWindow *window = &job->window;
    const PixelBlock block = pixel_block(window);
    bool add = job->add;
    for (size_t row = 0; row < window->n_rows; row += block.n_rows)
        for (size_t col = 0; col < window->n_cols; col += block.n_cols) {
            const unsigned long long n = least(block.n_rows, window->n_rows - row);
            const bool is_whole = window->n_cols - col >= block.n_cols;
            (is_whole ? strip->whole : strip->rest)(
                strip->dy + row * job->dy_row_step + col * job->dy_col_step,
                strip->x + row * window->row_step + col * window->col_step, sums, &n);
            if (add)
                add_values(strip->dw, sums, strip->width * strip->depth);
            else
                memcpy(strip->dw, sums, strip->width * strip->depth * sizeof(sums[0]));
            add = true;
        }
}

/* One map. */
static void outer_map(const NnOuter *job, size_t depth)
{
    const NnWindow *window = &job->window;
    const size_t n_cols = pixel_block(window).n_cols, rest = window->n_cols % n_cols;
    for (size_t out = 0; out < job->n_out; out += NN_PANEL) {
        Strip strip = {
            .dy = job->dy + out, .width = nn_panel_width(job->n_out, out), .depth = depth};
        strip.whole = find_outer(job, strip.width, depth, n_cols);
        strip.rest = rest > 0 ? find_outer(job, strip.width, depth, rest) : strip.whole;
        for (size_t row = 0; row < window->n_taps * window->run; row += depth) {
            strip.x = window->x + row / window->run * window->tap_step + row % window->run;
            strip.dw = job->dw + out * job->dw_rows + (job->first_row + row) * strip.width;
            outer_strip(job, &strip);
        }
    }
}

static void outer(const NnOuter *job)
{
    const size_t depth = block_depth(depth_of(&job->window));
    NnOuter map = *job;
    if (depth < MIN_DEPTH || depth > BLOCK_ROWS || job->window.n_cols < MIN_PIXELS ||
        job->window.n_rows == 0 || !can_outer(job, depth)) {
        atomic_load (&own_outer)(job);
        return;
    }
    map.window.n_maps = 1;
    for (size_t i = 0; i < nn_window_maps(&job->window); i++) {
        outer_map(&map, depth);
        map.window.x += job->window.map_step;
        map.dy += job->dy_map_step;
        map.add = true;
    }
}

/* --- plug-in ---------------------------------------------------------------------------------- */

static const char *open_kernels(NnKernels *kernels)
{
    libxsmm_init();
    if (libxsmm_get_target_archid() < LIBXSMM_X86_AVX2)
        return "it has no AVX2";
    atomic_store(&own_dot, kernels->dot);
    atomic_store(&own_outer, kernels->outer);
    kernels->dot = dot;
    kernels->outer = outer;
    return NULL;
}

/* What trainer/nn/plugin.c looks for. */
extern __attribute__((visibility("default"))) const NnPlugin nn_plugin;
const NnPlugin nn_plugin = {NN_PLUGIN_LAYOUT, sizeof(NnReal), open_kernels};
