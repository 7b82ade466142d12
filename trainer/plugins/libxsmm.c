/* Plug-in "libxsmm": dot and outer as batch-reduce products of small matrices, which libxsmm compiles
 * at run time for the shapes that occur and the processor it finds.
 *
 * libxsmm's matrices have their columns one after the other. For dot, a row of output pixels is
 * C = A B: C has a column per pixel and a row per output of two panels, A is the panels' weights under
 * one kernel column (rows: outputs), put side by side, B what the pixels see there (a column per pixel);
 * kernel columns and rows are one reduction. For outer, the gradient of two panels' weights under one
 * kernel column is C = A B', with A the outputs' gradient and B what the pixels see; rows of pixels, also
 * of several maps, are one reduction.
 *
 * Compiled kernels are libxsmm's own, kept until the program ends and found again by their shape: one
 * shape is the same code for every thread, so bits do not depend on threads. What has too few values
 * per pixel for a product, as the first layer of a network, is left to the own kernels.
 */
#include <libxsmm.h>
#include <stdatomic.h>
#include <string.h>

#include "trainer/nn/plugin.h"

/* For what is called once the plug-in was opened, which needs a processor that has it. */
#define WITH_AVX2 __attribute__((target("avx2")))

/* Products of one reduction: kernels of up to 16 x 16 pixels in one. */
#define MAX_PRODUCTS 256
/* Values of a pixel under one kernel column that make a product worth its call. */
#define MIN_DEPTH 8
/* Pixels in a row that make a product worth its call: the own kernels put pixels of several rows and
 * maps side by side, and rows of 4 took them half the time (of 8 a tenth less, of 16 as long). */
#define MIN_PIXELS 6
/* Columns of one product: more would not fit the cache beside the weights. */
#define MAX_COLUMNS 64
/* Outputs of one product: two panels. */
#define MAX_WIDTH ((size_t)2 * NN_PANEL)
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

/* Outputs from `out` on that are computed together: two whole panels where there are as many, so that
 * a product reads each value of a pixel for twice the work; else one panel. */
static size_t group_width(size_t n_out, size_t out)
{
    return nn_padded(n_out) - out >= MAX_WIDTH ? MAX_WIDTH : nn_panel_width(n_out, out);
}

/* --- dot -------------------------------------------------------------------------------------- */

/* The products of a job that are the same for all its pixels and outputs. depth: values of each; n: of
 * all; per_block: how many are added up before the next sum begins; x: bytes from the first pixel. */
typedef struct Products {
    size_t depth, per_block, n;
    unsigned long long x[MAX_PRODUCTS];
} Products;

/* False if there are too many. */
static bool plan_products(const NnWindow *window, size_t depth, Products *products)
{
    const size_t per_tap = window->run / depth, n = window->n_taps * per_tap;
    if (n > MAX_PRODUCTS)
        return false;
    const size_t most = depth < BLOCK_ROWS ? BLOCK_ROWS / depth : 1;
    const size_t n_blocks = (n + most - 1) / most;
    products->depth = depth;
    products->n = n;
    products->per_block = (n + n_blocks - 1) / n_blocks;
    for (size_t i = 0; i < n; i++)
        products->x[i] = (i / per_tap * window->tap_step + i % per_tap * depth) * sizeof(float);
    return true;
}

/* The outputs of a group: the first, how many, and values between the rows of their weights. */
typedef struct Group {
    size_t out, n_out, width;
} Group;

/* A group of a job. What is deeper than a block is not put side by side: it has no room. */
static Group group_at(const NnDot *job, const Products *products, size_t out)
{
    const size_t width = products->depth > BLOCK_ROWS ? nn_panel_width(job->n_out, out)
                                                      : group_width(job->n_out, out);
    return (Group){out, least(width, job->n_out - out), width};
}

typedef libxsmm_smmfunction_reducebatch_offs DotFunction;

/* The compiled product of a group for n_pixels pixels in a row; NULL if libxsmm cannot. The first
 * block of a job is added to the biases, which lie in the result; the sums of another are set. */
static DotFunction find_dot(const NnDot *job, const Products *products, const Group *group,
                            size_t n_pixels, bool is_first)
{
    const libxsmm_blasint lda = (libxsmm_blasint)group->width;
    const libxsmm_blasint ldb = (libxsmm_blasint)job->window.col_step;
    const libxsmm_blasint ldc = (libxsmm_blasint)(is_first ? job->y_col_step : group->width);
    const float one = 1, beta = is_first ? 1 : 0;
    const int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch_reducebatch_offs(
        (libxsmm_blasint)group->n_out, (libxsmm_blasint)n_pixels, (libxsmm_blasint)products->depth,
        &lda, &ldb, &ldc, &one, &beta, &flags, &prefetch);
}

/* Whether libxsmm has all products of a job. */
static bool can_dot(const NnDot *job, const Products *products)
{
    const size_t n_cols = least(MAX_COLUMNS, job->window.n_cols);
    const size_t rest = job->window.n_cols % n_cols;
    for (size_t out = 0; out < job->n_out;) {
        const Group group = group_at(job, products, out);
        for (int is_first = 0; is_first < 2; is_first++)
            if (!find_dot(job, products, &group, n_cols, is_first) ||
                (rest > 0 && !find_dot(job, products, &group, rest, is_first)))
                return false;
        out += group.width;
    }
    return true;
}

/* One block of the products of a group. n: how many; whole, rest: for MAX_COLUMNS pixels or all of a
 * row, and for what is left of it; weights: of products one after the other; is_first, is_last: of the
 * job's blocks. */
typedef struct Block {
    const NnDot *job;
    Group group;
    unsigned long long n;
    DotFunction whole, rest;
    const NnReal *weights;
    unsigned long long weight_places[MAX_PRODUCTS];
    const unsigned long long *x_places;
    bool is_first, is_last;
} Block;

/* Weights of n_rows rows from `row` on: as they lie, or of two panels side by side in `packed`. */
static const NnReal *pack_weights(const NnDot *job, const Group *group, size_t row, size_t n_rows,
                                  NnReal packed[BLOCK_ROWS * MAX_WIDTH])
{
    const size_t all_rows = job->window.n_taps * job->window.run;
    const NnReal *left =
        job->weights + group->out * all_rows + row * nn_panel_width(job->n_out, group->out);
    const NnReal *right = left + all_rows * NN_PANEL;
    if (group->width <= NN_PANEL)
        return left;
    for (size_t i = 0; i < n_rows; i++) {
        memcpy(packed + i * MAX_WIDTH, left + i * NN_PANEL, NN_PANEL * sizeof(*packed));
        memcpy(packed + i * MAX_WIDTH + NN_PANEL, right + i * NN_PANEL, NN_PANEL * sizeof(*packed));
    }
    return packed;
}

WITH_AVX2 static void begin_pixels(const Block *block, NnReal *y, size_t n_pixels)
{
    const NnReal *bias = block->job->bias ? block->job->bias + block->group.out : NULL;
    for (size_t p = 0; p < n_pixels; p++, y += block->job->y_col_step)
        for (size_t k = 0; k < block->group.n_out; k++)
            y[k] = bias ? bias[k] : 0;
}

WITH_AVX2 static void add_values(NnReal *restrict to, const NnReal *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

WITH_AVX2 static void add_pixels(const Block *block, const NnReal *sums, NnReal *y, size_t n_pixels)
{
    for (size_t p = 0; p < n_pixels; p++, y += block->job->y_col_step)
        add_values(y, sums + p * block->group.width, block->group.n_out);
}

WITH_AVX2 static void rectify_pixels(const Block *block, NnReal *y, size_t n_pixels)
{
    for (size_t p = 0; p < n_pixels; p++, y += block->job->y_col_step)
        for (size_t k = 0; k < block->group.n_out; k++)
            y[k] = y[k] <= 0 ? 0 : y[k];
}

/* n_pixels pixels in a row, of which the first sees x: the first block is added to the biases, the
 * sums of others to those before. */
static void dot_pixels(const Block *block, const NnReal *x, NnReal *y, size_t n_pixels,
                       DotFunction function)
{
    NnReal sums[MAX_COLUMNS * MAX_WIDTH];
    if (block->is_first) {
        begin_pixels(block, y, n_pixels);
        function(block->weights, x, y, &block->n, block->weight_places, block->x_places);
    } else {
        function(block->weights, x, sums, &block->n, block->weight_places, block->x_places);
        add_pixels(block, sums, y, n_pixels);
    }
    if (block->is_last && block->job->relu)
        rectify_pixels(block, y, n_pixels);
}

/* All pixels of a job. */
static void dot_block(const Block *block)
{
    const NnDot *job = block->job;
    const NnWindow *window = &job->window;
    for (size_t i = 0; i < nn_window_maps(window) * window->n_rows; i++) {
        const size_t map = i / window->n_rows, row = i % window->n_rows;
        const NnReal *x = window->x + map * window->map_step + row * window->row_step;
        NnReal *y = job->y + map * job->y_map_step + row * job->y_row_step + block->group.out;
        for (size_t col = 0; col < window->n_cols; col += MAX_COLUMNS) {
            const size_t n_pixels = least(MAX_COLUMNS, window->n_cols - col);
            const bool is_rest = n_pixels < MAX_COLUMNS && col > 0;
            dot_pixels(block, x + col * window->col_step, y + col * job->y_col_step, n_pixels,
                       is_rest ? block->rest : block->whole);
        }
    }
}

/* All pixels and products of a group, block by block, so that a block's weights stay in the caches. */
static void dot_group(const NnDot *job, const Products *products, const Group *group)
{
    NnReal packed[BLOCK_ROWS * MAX_WIDTH];
    const size_t n_cols = least(MAX_COLUMNS, job->window.n_cols), depth = products->depth;
    const size_t rest = job->window.n_cols % n_cols;
    Block block = {.job = job, .group = *group};
    for (size_t i = 0; i < products->per_block; i++)
        block.weight_places[i] = i * depth * group->width * sizeof(float);
    for (size_t at = 0; at < products->n; at += products->per_block) {
        block.n = least(products->per_block, products->n - at);
        block.is_first = at == 0;
        block.is_last = at + block.n == products->n;
        block.x_places = products->x + at;
        block.whole = find_dot(job, products, group, n_cols, block.is_first);
        block.rest = rest > 0 ? find_dot(job, products, group, rest, block.is_first) : NULL;
        block.weights = pack_weights(job, group, at * depth, block.n * depth, packed);
        dot_block(&block);
    }
}

static void dot(const NnDot *job)
{
    Products products;
    const size_t depth = block_depth(depth_of(&job->window));
    /* With a stride some pixels of an input see nothing; a compiled reduction is of at least one. What is
     * added to must not be begun and left to the others. */
    const bool can = depth >= MIN_DEPTH && job->window.n_cols >= MIN_PIXELS &&
                     job->window.n_taps > 0 && job->window.run > 0 && !job->add &&
                     plan_products(&job->window, depth, &products) && can_dot(job, &products);
    if (!can) {
        atomic_load (&own_dot)(job);
        return;
    }
    for (size_t out = 0; out < job->n_out;) {
        const Group group = group_at(job, &products, out);
        dot_group(job, &products, &group);
        out += group.width;
    }
}

/* --- outer ------------------------------------------------------------------------------------ */

typedef libxsmm_smmfunction_reducebatch_offs OuterFunction;

/* Pixels of one sum: n_rows rows, also of several maps, of n_cols each. */
typedef struct PixelBlock {
    size_t n_rows, n_cols;
} PixelBlock;

static PixelBlock pixel_block(const NnWindow *window)
{
    const size_t n_cols = least(window->n_cols, BLOCK_PIXELS);
    return (PixelBlock){BLOCK_PIXELS / n_cols, n_cols};
}

/* The compiled product for `depth` rows of the weights of a group, over rows of n_pixels pixels; NULL
 * if libxsmm cannot. It sets what is there. */
static OuterFunction find_outer(const NnOuter *job, size_t width, size_t depth, size_t n_pixels)
{
    const libxsmm_blasint lda = (libxsmm_blasint)job->dy_col_step;
    const libxsmm_blasint ldb = (libxsmm_blasint)job->window.col_step;
    const libxsmm_blasint ldc = (libxsmm_blasint)width;
    const float one = 1, zero = 0;
    const int flags = LIBXSMM_GEMM_FLAG_TRANS_B, prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_smmdispatch_reducebatch_offs((libxsmm_blasint)width, (libxsmm_blasint)depth,
                                                (libxsmm_blasint)n_pixels, &lda, &ldb, &ldc, &one,
                                                &zero, &flags, &prefetch);
}

/* Whether libxsmm has all products of a job: what is added to must not be begun and left to others. */
static bool can_outer(const NnOuter *job, size_t depth)
{
    const size_t n_cols = pixel_block(&job->window).n_cols, rest = job->window.n_cols % n_cols;
    for (size_t out = 0; out < job->n_out;) {
        const size_t width = group_width(job->n_out, out);
        if (!find_outer(job, width, depth, n_cols) ||
            (rest > 0 && !find_outer(job, width, depth, rest)))
            return false;
        out += width;
    }
    return true;
}

/* `depth` rows of a group's weights. dy, x: of the first pixel; dw: of the first row in the group's
 * first panel. whole, rest: the products for a row of a block, and for what is left of a row of pixels. */
typedef struct Strip {
    const NnReal *dy, *x;
    NnReal *dw;
    size_t width, depth;
    OuterFunction whole, rest;
} Strip;

/* Puts the sums of a strip into its panels, or adds them to what is there. */
WITH_AVX2 static void put_sums(const NnOuter *job, const Strip *strip, const NnReal *sums, bool add)
{
    const size_t panel = least(strip->width, NN_PANEL);
    for (size_t out = 0; out < strip->width; out += panel) {
        NnReal *dw = strip->dw + out * job->dw_rows;
        for (size_t row = 0; row < strip->depth; row++) {
            if (add)
                add_values(dw + row * panel, sums + row * strip->width + out, panel);
            else
                memcpy(dw + row * panel, sums + row * strip->width + out, panel * sizeof(*dw));
        }
    }
}

/* The sums of a strip over n_rows rows of pixels from number first on, counted through all maps, of
 * n_cols pixels each from col on. */
static void outer_block(const NnOuter *job, const Strip *strip, size_t first, size_t col,
                        PixelBlock block, NnReal *sums)
{
    const NnWindow *window = &job->window;
    unsigned long long dy_places[BLOCK_PIXELS], x_places[BLOCK_PIXELS];
    for (size_t i = 0; i < block.n_rows; i++) {
        const size_t map = (first + i) / window->n_rows, row = (first + i) % window->n_rows;
        dy_places[i] = (map * job->dy_map_step + row * job->dy_row_step) * sizeof(float);
        x_places[i] = (map * window->map_step + row * window->row_step) * sizeof(float);
    }
    const unsigned long long n = block.n_rows;
    const bool is_rest = col > 0 && block.n_cols < BLOCK_PIXELS;
    (is_rest ? strip->rest : strip->whole)(strip->dy + col * job->dy_col_step,
                                           strip->x + col * window->col_step, sums, &n, dy_places,
                                           x_places);
}

/* All pixels, block by block. */
static void outer_strip(const NnOuter *job, const Strip *strip)
{
    NnReal sums[MAX_WIDTH * BLOCK_ROWS];
    const NnWindow *window = &job->window;
    const PixelBlock most = pixel_block(window);
    const size_t n_rows = nn_window_maps(window) * window->n_rows;
    bool add = job->add;
    for (size_t row = 0; row < n_rows; row += most.n_rows)
        for (size_t col = 0; col < window->n_cols; col += most.n_cols) {
            const PixelBlock block = {least(most.n_rows, n_rows - row),
                                      least(most.n_cols, window->n_cols - col)};
            outer_block(job, strip, row, col, block, sums);
            put_sums(job, strip, sums, add);
            add = true;
        }
}

static void outer(const NnOuter *job)
{
    const NnWindow *window = &job->window;
    const size_t depth = block_depth(depth_of(window));
    if (depth < MIN_DEPTH || depth > BLOCK_ROWS || window->n_cols < MIN_PIXELS ||
        window->n_rows == 0 || !can_outer(job, depth)) {
        atomic_load (&own_outer)(job);
        return;
    }
    const size_t n_cols = pixel_block(window).n_cols, rest = window->n_cols % n_cols;
    for (size_t out = 0; out < job->n_out;) {
        Strip strip = {.dy = job->dy + out, .width = group_width(job->n_out, out), .depth = depth};
        const size_t panel = least(strip.width, NN_PANEL);
        strip.whole = find_outer(job, strip.width, depth, n_cols);
        strip.rest = rest > 0 ? find_outer(job, strip.width, depth, rest) : NULL;
        for (size_t row = 0; row < window->n_taps * window->run; row += depth) {
            strip.x = window->x + row / window->run * window->tap_step + row % window->run;
            strip.dw = job->dw + out * job->dw_rows + (job->first_row + row) * panel;
            outer_strip(job, &strip);
        }
        out += strip.width;
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
